/** Puts rows of a chain in order of revision: two commits may be announced in the wrong order. */
import type { Clock } from "../clock/clock.ts";
import type { JournalRow } from "../contract/journal.ts";

export const heldRowsMax = 500;
export const heldMsMax = 100;

interface ChainState {
  /** The next revision; null before the first row. */
  next: number | null;
  held: Map<number, JournalRow>;
  cancel: (() => void) | null;
}

/** Holds rows back until earlier ones arrive, for a short while: then they are sent as they are, and browsers refetch. */
export function makeInOrder(
  clock: Clock,
  deliver: (row: JournalRow) => void,
): { add(row: JournalRow): void; close(): void } {
  const chains = new Map<string, ChainState>();

  function deliverHeld(state: ChainState, isGapAccepted: boolean): void {
    if (isGapAccepted && state.held.size > 0) state.next = Math.min(...state.held.keys());
    for (let row = heldNext(state); row; row = heldNext(state)) {
      state.held.delete(row.revision);
      state.next = row.revision + 1;
      deliver(row);
    }
    if (isGapAccepted && state.held.size > 0) deliverHeld(state, true);
    if (state.held.size === 0) {
      state.cancel?.();
      state.cancel = null;
    }
  }

  return {
    add(row) {
      let state = chains.get(row.chain);
      if (!state) {
        state = { next: null, held: new Map(), cancel: null };
        chains.set(row.chain, state);
      }
      if (state.next === null || row.revision <= state.next) {
        // A row that arrives after its gap was given up is sent as well: the browser knows that it has moved on.
        state.next = Math.max(state.next ?? 0, row.revision + 1);
        deliver(row);
        deliverHeld(state, false);
        return;
      }
      state.held.set(row.revision, row);
      if (state.held.size > heldRowsMax) deliverHeld(state, true);
      else if (!state.cancel) {
        const waiting = state;
        waiting.cancel = clock.after(heldMsMax, () => {
          waiting.cancel = null;
          deliverHeld(waiting, true);
        });
      }
    },
    close() {
      for (const state of chains.values()) state.cancel?.();
    },
  };
}

function heldNext(state: ChainState): JournalRow | undefined {
  return state.next === null ? undefined : state.held.get(state.next);
}
