/** Sees that motion speaks, and by a clock that was not held itself. */
import type { Clock } from "../clock/clock.ts";

export interface SilenceWatch {
  /** It said something, or has just begun. */
  heard(): void;
  close(): void;
}

/**
 * Motion shows its areas several times a second. One that has said nothing for so long stands still with its process: controllers
 * with a beat have stopped by themselves, nobody else can be stopped, so it is ended and a new one begins.
 */
const silentMsMax = 5_000;
const everyMs = 500;

export function watchSilence(clock: Clock, look: (isSilent: boolean) => void): SilenceWatch {
  let heardAtMs = 0;
  let lookedAtMs = clock.monoMs();
  function watch(): void {
    const nowMs = clock.monoMs();
    // Late itself: what motion said meanwhile has not been read yet.
    if (nowMs - lookedAtMs > 2 * everyMs) heardAtMs = nowMs;
    lookedAtMs = nowMs;
    cancel = clock.after(everyMs, watch);
    look(nowMs - heardAtMs > silentMsMax);
  }
  let cancel = clock.after(everyMs, watch);
  return {
    heard() {
      heardAtMs = clock.monoMs();
    },
    close: () => cancel(),
  };
}
