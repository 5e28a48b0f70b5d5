/** Ends a motion process that has fallen silent; reports one that does not end, once. */
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import { silentMotionMs } from "../contract/motion-away.ts";
import { stateOf } from "../storage/engine/running-program.ts";

/**
 * Motion sends its areas several times a second. After this silence its process is stuck: controllers with a heartbeat have
 * stopped by themselves, and the others cannot be stopped through it, so it is killed and a new one begins.
 */
export const silentMsMax = silentMotionMs;
/** Motion sends something every second; after this long it counts as not driving. */
const unheardMsMax = 2_500;
/** SIGKILL ends a process in milliseconds, unless the system itself holds it: in a driver, or on a disk that hangs. */
export const deathMsMax = 5_000;
export const watchEveryMs = 500;

/** Two would drive the same carriages, so none begins while the old one exists. */
export function motionNotEnded(pid: number): Refusal {
  return new Refusal("motion-not-ended", { pid, state: stateOf(pid) || "?" });
}

export interface SilentMotion {
  /** Motion sent something, or a new one began. */
  heard(): void;
  /** Motion sent something recently. */
  isHeard(): boolean;
  /** Calls `look` every `watchEveryMs` until the returned function is called. */
  repeat(look: () => void): () => void;
  /** Call every `watchEveryMs`; null: there is no motion. */
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
      // This process itself was late: what motion sent meanwhile has not been read yet.
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
