/**
 * A lead runs out by the database's clock, which somebody may set. A gateway that saw the row renewed also waits as long by its
 * own clock; otherwise setting the server's clock forward would give a live lead away.
 */
import { leadMs } from "../lead/lead-grant.ts";
import type { Leader } from "../lead/lead-row.ts";

type Row = Pick<Leader, "holder" | "expiresAtMs" | "leftMs">;

/** Must be called at every look, in order; returns whether an expired row may be taken now. */
export function rowWatch(): (row: Row | null, nowMs: number) => boolean {
  let last: (Row & { changedAtMs: number; isReleased: boolean }) | null = null;
  return (row, nowMs) => {
    if (!row) return true;
    // At the first look nobody here knows when it was renewed, so only the database's time counts.
    if (!last) last = { ...row, changedAtMs: Number.NEGATIVE_INFINITY, isReleased: false };
    else if (row.holder !== last.holder || row.expiresAtMs !== last.expiresAtMs) {
      // A released lead ends at that moment. If the end merely went back, a replica some seconds behind was promoted.
      const isReleased = row.holder === last.holder && row.expiresAtMs < last.expiresAtMs && row.leftMs <= 0;
      last = { ...row, changedAtMs: nowMs, isReleased };
    }
    return last.isReleased || nowMs - last.changedAtMs >= leadMs;
  };
}
