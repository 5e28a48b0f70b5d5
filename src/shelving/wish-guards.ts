/** How old a request may be, and what cancels it. */
import type { AreaState, HeldBy } from "./area-state.ts";
import type { Guard } from "./guards.ts";

export const allHolds: readonly HeldBy[] = ["stop", "lock", "inhibit", "shelf", "clock", "lead"];
/** What cancels a release requested before it; a release moves nothing, so a STOP does not cancel it. */
export const releaseHolds: readonly HeldBy[] = ["lock", "inhibit", "clock", "lead"];

/** The latest of what came after the press; null: nothing. */
export function overtakenBy({ held }: AreaState, askedAtMs: number, by: readonly HeldBy[]): HeldBy | null {
  const after = by.filter((one) => (held[one] ?? Number.NEGATIVE_INFINITY) >= askedAtMs);
  return after.reduce<HeldBy | null>((last, one) => (last && (held[last] ?? 0) > (held[one] ?? 0) ? last : one), null);
}

/** A request ages from the press (S15). Written so that NaN counts as too old. */
export const wishGuards: readonly Guard[] = [
  {
    rule: "S15",
    name: "young",
    block({ atMs, askedAtMs, ageMsMax }) {
      const askedMs = atMs - askedAtMs;
      if (askedMs >= 0 && askedMs <= ageMsMax) return null;
      return { code: "request-too-old", params: { ageS: Math.round(askedMs / 100) / 10 } };
    },
  },
  {
    rule: "S3",
    name: "notOvertaken",
    block({ state, askedAtMs }) {
      const heldBy = overtakenBy(state, askedAtMs, allHolds);
      return heldBy && { code: "request-overtaken", params: { heldBy } };
    },
  },
];
