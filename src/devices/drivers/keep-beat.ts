/** Sends the heartbeat of one controller while it is switched on. */
import type { Clock } from "../../clock/clock.ts";

export interface KeptBeat {
  /** The first beat goes out at once. */
  heartbeat(on: boolean): void;
  close(): void;
}

const beatMs = 100;

export function keepBeat(clock: Clock, send: () => void): KeptBeat {
  let cancel: (() => void) | null = null;

  function beat(): void {
    cancel = clock.after(beatMs, beat);
    send();
  }

  return {
    heartbeat(on) {
      if (on === (cancel !== null)) return;
      cancel?.();
      cancel = null;
      if (on) beat();
    },
    close: () => cancel?.(),
  };
}
