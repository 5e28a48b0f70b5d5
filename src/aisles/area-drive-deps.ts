import type { Context } from "../context.ts";
import type { AreaView } from "../contract/aisles.ts";
import type { AttentionNow } from "../contract/attention.ts";
import type { LightTarget } from "../contract/shelf.ts";
import type { AreaOrder, AreaStart } from "../motion/messages.ts";
import type { areaRules } from "../shelving/area-rules.ts";
import type { AreaState } from "../shelving/area-state.ts";
import type { ToStore } from "./store-facts.ts";

export interface AreaDriveDeps {
  context: Context;
  start: AreaStart;
  cannotKeep: Parameters<typeof areaRules>[2];
  /** Motion's answer to an order, or null where it does not answer within its limit. */
  order(order: AreaOrder, waits?: "untilItEnds", onTaken?: () => void): Promise<{ state: AreaState } | null>;
  /** Whether there is a motion to answer. */
  isDriven(): boolean;
  /** There is one, and it said something just now. */
  isHeard(): boolean;
  light(target: LightTarget | null): Promise<LightTarget | null>;
  /** Facts of the gateway's own. */
  store(facts: readonly ToStore[]): void;
  stored(msMax: number): Promise<boolean>;
  onView(view: AreaView): void;
  onAlarm(alarm: { areaKey: string; code: string; zh: string; en: string; atMs: number }): void;
  onFailure(error: unknown): void;
  /** What delta stocktakes found at its aisles. */
  attentionOf?: ((areaKey: string) => AttentionNow | undefined) | undefined;
  /** A request to open is held until this resolves; whoever gives it bounds it. */
  beforeOpening?: ((areaKey: string, aisle: number) => Promise<void>) | undefined;
}
