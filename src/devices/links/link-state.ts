/** Whether a link is up, since when, and why not; listeners are called once per change of either. */
import type { Clock } from "../../clock/clock.ts";
import type { Refusal } from "../../contract/errors.ts";

export interface LinkState {
  up: boolean;
  /** Why it is down; null while up or never tried. */
  reason: Refusal | null;
  /** Since when, monotonic. */
  sinceMonoMs: number;
}

export interface LinkStateBook {
  readonly state: LinkState;
  tell(up: boolean, reason: Refusal | null): void;
  onState(listener: (state: LinkState) => void): void;
}

export function linkStateBook(clock: Clock): LinkStateBook {
  const listeners: ((state: LinkState) => void)[] = [];
  let state: LinkState = { up: false, reason: null, sinceMonoMs: clock.monoMs() };

  return {
    get state() {
      return state;
    },
    tell(up, reason) {
      const changed = up !== state.up || reason?.code !== state.reason?.code;
      state = { up, reason, sinceMonoMs: changed ? clock.monoMs() : state.sinceMonoMs };
      if (changed) for (const listener of listeners) listener(state);
    },
    onState: (listener) => void listeners.push(listener),
  };
}
