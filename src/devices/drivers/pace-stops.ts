/**
 * STOP over a broker: sent at once if none was sent in the last moment, otherwise once for all presses meanwhile, and repeated
 * until one is accepted. No STOP waits for the acknowledgement of the one before, which may never come.
 */
import type { Clock } from "../../clock/clock.ts";
import { stopTryMsMax } from "./persist-stop.ts";

/** A STOP sent this recently has already stopped what another would stop. */
export const stopEveryMs = 10;
const againMs = 40;

/** All presses between two STOPs. */
interface Pressed {
  untilMs: number;
  taken: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

/** `sendOnce` rejects when the controller did not accept the STOP. Presses that share a STOP get the same promise. */
export function paceStops(clock: Clock, sendOnce: () => Promise<void>): () => Promise<void> {
  let sentAtMs = Number.NEGATIVE_INFINITY;
  let fresh: Pressed | null = null;
  /** Failed so far, in the order of their deadlines; at most one a send, each retried for `stopTryMsMax`. */
  let again: Pressed[] = [];
  let due: { atMs: number; cancel(): void } | null = null;

  function sendAt(atMs: number): void {
    const waitMs = atMs - clock.monoMs();
    if (waitMs <= 0) send();
    else if (!due || atMs < due.atMs) {
      due?.cancel();
      due = { atMs, cancel: clock.after(waitMs, send) };
    }
  }

  function send(): void {
    due?.cancel();
    due = null;
    const all = fresh ? [...again, fresh] : again;
    fresh = null;
    again = [];
    sentAtMs = clock.monoMs();
    sendOnce().then(
      () => {
        for (const one of all) one.resolve();
      },
      (error: unknown) => {
        const nextMs = Math.max(clock.monoMs(), sentAtMs + againMs);
        for (const one of all) {
          if (nextMs < one.untilMs) again.push(one);
          else one.reject(error);
        }
        if (again.length > 0) sendAt(nextMs);
      },
    );
  }

  return () => {
    const nowMs = clock.monoMs();
    const pressed = fresh ?? begin();
    fresh = pressed;
    pressed.untilMs = nowMs + stopTryMsMax;
    sendAt(sentAtMs + stopEveryMs);
    return pressed.taken;
  };
}

function begin(): Pressed {
  let resolve = () => {};
  let reject: (error: unknown) => void = () => {};
  const taken = new Promise<void>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  return { untilMs: 0, taken, resolve, reject };
}
