/** Whoever wires a key watches the device list while pressing it: changes are told, the last one always, a worn contact not endlessly. */
import type { Clock } from "../../clock/clock.ts";

const everyMsMax = 500;

export interface ContactShow {
  /** What the contacts are now, in words. */
  show(summary: string): void;
  close(): void;
}

export function contactShow(clock: Clock, tell: () => void): ContactShow {
  let told = "";
  let newest = "";
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | null = null;

  function tellNow(): void {
    cancel = null;
    if (newest === told) return;
    told = newest;
    toldAtMs = clock.monoMs();
    tell();
  }

  return {
    show(summary) {
      newest = summary;
      if (cancel !== null || newest === told) return;
      const waitMs = toldAtMs + everyMsMax - clock.monoMs();
      if (waitMs <= 0) tellNow();
      else cancel = clock.after(waitMs, tellNow);
    },
    close: () => cancel?.(),
  };
}
