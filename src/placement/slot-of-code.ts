import { Refusal } from "../contract/errors.ts";
import type { Layout, Slot } from "../site/layout.ts";

/** The slot that a typed or scanned location code names; refuses with slot-unknown. */
export function slotOfCode(layout: Layout, locationCode: string): Slot {
  const code = locationCode.trim();
  const slot = layout.slotByCode.get(code) ?? layout.slotByCode.get(code.toUpperCase());
  if (!slot) throw new Refusal("slot-unknown", { locationCode: code });
  return slot;
}
