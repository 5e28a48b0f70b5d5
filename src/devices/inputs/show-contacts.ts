/**
 * For a person who wires a key and watches the device list: shows changes, always the last one, but not a worn contact for ever.
 */
import type { Clock } from "../../clock/clock.ts";

const everyMsMax = 500;

export interface ContactShow {
  /** Shows the present state of the contacts as text. */
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
