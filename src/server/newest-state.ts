/** For states, not history: the newest one replaces those before, and a frequent source is sent at most this often. */
import type { Clock } from "../clock/clock.ts";

export const stateEveryMs = 100;

export function makeNewestState<T>(
  clock: Clock,
  send: (state: T) => void,
): { push(key: string, state: T): void; close(): void } {
  /** Keys that were sent recently, with the newest state that waits, if any. */
  const quiet = new Map<string, { waiting: T | undefined; cancel: () => void }>();

  function sendNow(key: string, state: T): void {
    send(state);
    const cancel = clock.after(stateEveryMs, () => {
      const waiting = quiet.get(key)?.waiting;
      quiet.delete(key);
      if (waiting !== undefined) sendNow(key, waiting);
    });
    quiet.set(key, { waiting: undefined, cancel });
  }

  return {
    push(key, state) {
      const entry = quiet.get(key);
      if (entry) entry.waiting = state;
      else sendNow(key, state);
    },
    close() {
      for (const { cancel } of quiet.values()) cancel();
      quiet.clear();
    },
  };
}
