/**
 * A lead runs out by the database's clock, which somebody may set. Whoever has seen the row renewed waits for as long by its own
 * count: else a server whose clock is set forward would hand a live lead to whoever looks next.
 */
import { leadMs } from "../lead/lead-grant.ts";
import type { Leader } from "../lead/lead-row.ts";

type Row = Pick<Leader, "holder" | "expiresAtMs" | "leftMs">;

/** Told of every look, in order; whether a row that has run out may be taken now. */
export function rowWatch(): (row: Row | null, nowMs: number) => boolean {
  let last: (Row & { changedAtMs: number; isReleased: boolean }) | null = null;
  return (row, nowMs) => {
    if (!row) return true;
    // At the first look nobody here knows when it was renewed: the database's word is all there is.
    if (!last) last = { ...row, changedAtMs: Number.NEGATIVE_INFINITY, isReleased: false };
    else if (row.holder !== last.holder || row.expiresAtMs !== last.expiresAtMs) {
      // Given up, it ends in that moment; one that only went back is a replica's that was promoted, some seconds behind.
      const isReleased = row.holder === last.holder && row.expiresAtMs < last.expiresAtMs && row.leftMs <= 0;
      last = { ...row, changedAtMs: nowMs, isReleased };
    }
    return last.isReleased || nowMs - last.changedAtMs >= leadMs;
  };
}
