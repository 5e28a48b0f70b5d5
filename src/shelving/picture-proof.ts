/** How old the picture in a status may be, by what proves it; this differs from when the status arrived. Pure. */
import type { ShelfStatus } from "../contract/shelf.ts";
import type { AreaRules } from "./area-rules.ts";
import type { AreaState } from "./area-state.ts";
import type { Guard } from "./guards.ts";
import type { Block } from "./plan-opening.ts";

type Pictured = Pick<AreaState, "status" | "madeAfterMs">;

export function pictureAgeMs({ status, madeAfterMs }: Pictured, atMs: number): number | null {
  return status === null || madeAfterMs === null ? null : atMs - madeAfterMs;
}

/**
 * The later of two messages is no older than was proven for the earlier one. A question asked before the clock was set, or the
 * machine slept, proves nothing: its age is unknown.
 */
export function provenSince(
  before: Pick<AreaState, "status" | "madeAfterMs" | "held">,
  status: ShelfStatus,
  toldMs: number | null,
): number | null {
  const madeAfterMs = toldMs !== null && toldMs > (before.held.clock ?? Number.NEGATIVE_INFINITY) ? toldMs : null;
  const { bootId, seq } = before.status ?? { bootId: null, seq: null };
  const isLater = bootId !== null && bootId === status.bootId && seq !== null && status.seq !== null;
  if (!isLater || before.madeAfterMs === null) return madeAfterMs;
  return madeAfterMs === null ? before.madeAfterMs : Math.max(madeAfterMs, before.madeAfterMs);
}

/** Only such a picture shows that something was followed, done or reset: an older message may arrive at any time (S15). */
export function isMadeAfter({ madeAfterMs }: Pictured, momentMs: number): boolean {
  return madeAfterMs !== null && madeAfterMs > momentMs;
}

/** Why nothing may start by this picture, or null. Written so that NaN or a time in the future proves nothing. */
export function pictureBlock(state: Pictured, { limits }: Pick<AreaRules, "limits">, atMs: number): Block | null {
  const ageMs = pictureAgeMs(state, atMs);
  if (ageMs === null) return { code: "area-picture-unproven", params: {} };
  if (ageMs >= 0 && ageMs <= limits.pictureAgeMaxMs) return null;
  const inS = (ms: number) => Math.round(ms / 100) / 10;
  return { code: "area-picture-old", params: { ageS: inS(ageMs), limitS: inS(limits.pictureAgeMaxMs) } };
}

/** For starts only: a late proof does not break off a motion under way. */
export const proven: Guard = {
  rule: "S15",
  name: "proven",
  block: ({ state, rules, atMs }) => pictureBlock(state, rules, atMs),
};
