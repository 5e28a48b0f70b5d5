/**
 * A process held by its system (SIGSTOP, an overloaded machine): its timers and the bytes in its sockets wait meanwhile.
 * Which of them it takes first afterwards depends on where its event loop stood, so a test tries both.
 */
import type { Clock } from "../../src/clock/clock.ts";
import type { ByteLink } from "../../src/devices/links/byte-link.ts";

export type First = "timers" | "bytes";

export interface HeldProcess {
  clock: Clock;
  /** A link whose input waits as well. */
  link(line: ByteLink): ByteLink;
  hold(): void;
  goOn(first: First): void;
}

interface Waiting {
  fn: () => void;
  isCancelled: boolean;
}

export function heldProcess(base: Clock): HeldProcess {
  const due: Waiting[] = [];
  const unread: Waiting[] = [];
  let state: "runs" | "held" | "catches up" = "runs";

  function take(fn: () => void, queue: Waiting[]): Waiting {
    const one = { fn, isCancelled: false };
    if (state === "runs") fn();
    else queue.push(one);
    return one;
  }

  /** One in a turn, so that promises settle in between. */
  function catchUp(first: First): void {
    if (state !== "catches up") return;
    const [one, other] = first === "timers" ? [due, unread] : [unread, due];
    const next = one.shift() ?? other.shift();
    if (!next) {
      state = "runs";
      return;
    }
    if (!next.isCancelled) next.fn();
    base.after(0, () => catchUp(first));
  }

  return {
    clock: {
      nowMs: base.nowMs,
      monoMs: base.monoMs,
      after(delayMs, fn) {
        let waiting: Waiting | null = null;
        const cancel = base.after(delayMs, () => {
          waiting = take(fn, due);
        });
        return () => {
          cancel();
          if (waiting) waiting.isCancelled = true;
        };
      },
    },
    link: (line) => ({
      name: line.name,
      get isOpen() {
        return line.isOpen;
      },
      open: () => line.open(),
      close: () => line.close(),
      write: (bytes) => line.write(bytes),
      onBytes: (listener) => line.onBytes((bytes) => void take(() => listener(bytes), unread)),
      onDown: (listener) => line.onDown((reason) => void take(() => listener(reason), unread)),
    }),
    hold() {
      if (state === "runs") state = "held";
    },
    goOn(first) {
      if (state !== "held") return;
      state = "catches up";
      catchUp(first);
    },
  };
}
