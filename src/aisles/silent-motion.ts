/** A motion that says nothing is ended; one that not even that ends is told of, once. */
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import { silentMotionMs } from "../contract/motion-away.ts";
import { stateOf } from "../storage/engine/running-program.ts";

/**
 * Motion shows its areas several times a second. One that has said nothing for so long stands still with its process: controllers
 * with a beat have stopped by themselves, nobody else can be stopped, so it is ended and a new one begins.
 */
export const silentMsMax = silentMotionMs;
/** Motion says something every second; who waited for so long is told that nobody drives. */
const unheardMsMax = 2_500;
/** SIGKILL ends a process in milliseconds, but for one that the system itself holds: in a driver, or on a disk that hangs. */
export const deathMsMax = 5_000;
export const watchEveryMs = 500;

/** Two would drive the same steel, so none begins while it is there. */
export function motionNotEnded(pid: number): Refusal {
  return new Refusal("motion-not-ended", { pid, state: stateOf(pid) || "?" });
}

export interface SilentMotion {
  /** Something of it, or a new one. */
  heard(): void;
  /** It said something just now. */
  isHeard(): boolean;
  /** Calls `look` every `watchEveryMs` until what it returns is called. */
  repeat(look: () => void): () => void;
  /** Looked at every `watchEveryMs`; null: there is none. */
  look(motion: { readonly pid?: number | null; kill(): void } | null): void;
}

export function silentMotion(clock: Clock, onNotEnded: (words: Refusal) => void): SilentMotion {
  let heardAtMs = clock.monoMs();
  let lookedAtMs = heardAtMs;
  let killedAtMs: number | null = null;
  let isTold = false;
  function heard(): void {
    heardAtMs = clock.monoMs();
    killedAtMs = null;
    isTold = false;
  }
  return {
    heard,
    isHeard: () => clock.monoMs() - heardAtMs <= unheardMsMax,
    repeat(look) {
      function watch(): void {
        cancel = clock.after(watchEveryMs, watch);
        look();
      }
      let cancel = clock.after(watchEveryMs, watch);
      return () => cancel();
    },
    look(motion) {
      const nowMs = clock.monoMs();
      // Late itself: what motion said meanwhile has not been read yet.
      if (nowMs - lookedAtMs > 2 * watchEveryMs) heard();
      lookedAtMs = nowMs;
      if (!motion || nowMs - heardAtMs <= silentMsMax) return;
      motion.kill();
      killedAtMs ??= nowMs;
      if (isTold || nowMs - killedAtMs < deathMsMax) return;
      isTold = true;
      onNotEnded(motionNotEnded(motion.pid ?? 0));
    },
  };
}
