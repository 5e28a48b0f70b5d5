/**
 * A process of the gateway as its system treats it: it runs, is held (as by SIGSTOP) or is over. What comes to a held one waits
 * in front of it; let go, it takes the timers that are due and then what came from outside, each in order and one a turn.
 */
import type { Clock } from "../../src/clock/clock.ts";
import { type Life, newLife } from "./life.ts";

export interface Side extends Life {
  readonly name: string;
  /** Held, or still taking what waited meanwhile. */
  readonly isHeld: boolean;
  /** Its clock: the machine's, whose wall is set wrong. */
  readonly clock: Clock;
  /** Something from outside: bytes, a message, a request. */
  enter(fn: () => void): void;
  /** When a request that is read now was asked, as src/http/asked-at.ts tells it. */
  askedAtMs(): number;
  /** `isAsleep`: its machine is suspended, so that its monotonic count and its timers stand as well, while the wall goes on. */
  hold(isAsleep?: boolean): void;
  letGo(): void;
}

export interface SideOptions {
  name: string;
  base: Clock;
  skewMs(): number;
  onEnd(why: string): void;
}

interface Waiting {
  fn: () => void;
  isCancelled: boolean;
}

export function newSide({ name, base, skewMs, onEnd }: SideOptions): Side {
  const life = newLife(onEnd);
  const due: Waiting[] = [];
  const outside: Waiting[] = [];
  let state: "runs" | "held" | "catches up" = "runs";
  let heldSinceMs = 0;
  let heldForMs = 0;
  /** All that its machine slept so far, and since when it sleeps. */
  let sleptMs = 0;
  let asleepSinceMs: number | null = null;
  const monoMs = () => Math.floor((asleepSinceMs ?? base.monoMs()) - sleptMs);

  function take(one: Waiting, queue: Waiting[]): void {
    if (life.isOver) return;
    if (state !== "runs") queue.push(one);
    else if (!one.isCancelled) one.fn();
  }

  /** What comes meanwhile stands behind what waits. */
  function catchUp(): void {
    if (state !== "catches up" || life.isOver) return;
    const next = due.shift() ?? outside.shift();
    if (!next) {
      state = "runs";
      return;
    }
    if (!next.isCancelled) next.fn();
    base.after(0, catchUp);
  }

  return {
    name,
    get isOver() {
      return life.isOver;
    },
    end: life.end,
    get isHeld() {
      return state !== "runs";
    },
    clock: {
      // The lines count fractions of a millisecond; a machine's clocks and its database do not.
      nowMs: () => Math.floor(base.nowMs() + skewMs()),
      monoMs,
      after(delayMs, fn) {
        const one: Waiting = { fn, isCancelled: false };
        const dueMs = monoMs() + Math.ceil(delayMs);
        let cancel = base.after(Math.ceil(delayMs), onDue);
        /** By the base's count; the own one may have stood meanwhile. */
        function onDue(): void {
          const leftMs = dueMs - monoMs();
          if (leftMs > 0 && !one.isCancelled && !life.isOver) cancel = base.after(leftMs, onDue);
          else take(one, due);
        }
        return () => {
          one.isCancelled = true;
          cancel();
        };
      },
    },
    enter: (fn) => take({ fn, isCancelled: false }, outside),
    askedAtMs: () => monoMs() - (state === "catches up" ? heldForMs : 0),
    hold(isAsleep = false) {
      if (state === "held" || life.isOver) return;
      state = "held";
      heldSinceMs = base.monoMs();
      if (isAsleep) asleepSinceMs = heldSinceMs;
    },
    letGo() {
      if (state !== "held") return;
      heldForMs = Math.floor(base.monoMs() - heldSinceMs);
      if (asleepSinceMs !== null) sleptMs += base.monoMs() - asleepSinceMs;
      asleepSinceMs = null;
      state = "catches up";
      catchUp();
    },
  };
}

export interface Pipe<Message> {
  say(message: Message): void;
  isEmpty(): boolean;
}

/**
 * One direction of the channel between two sides: plain data, in order, each up to `delayMsMax` later than it was said. What was
 * said before its sender died still arrives.
 */
export function pipe<Message>(options: {
  base: Clock;
  to: Side;
  delayMs(): number;
  deliver(message: Message): void;
}): Pipe<Message> {
  const { base, to, delayMs, deliver } = options;
  let freeAtMs = 0;
  let onTheWay = 0;
  function say(message: Message): void {
    const nowMs = base.monoMs();
    freeAtMs = Math.max(freeAtMs, nowMs + delayMs());
    // As it crosses between processes: nothing is shared, and nothing is there that JSON cannot say.
    const told = JSON.parse(JSON.stringify(message)) as Message;
    const arrive = () => to.enter(() => deliver(told));
    if (onTheWay === 0 && freeAtMs <= nowMs) {
      arrive();
      return;
    }
    onTheWay++;
    base.after(freeAtMs - nowMs, () => {
      onTheWay--;
      arrive();
    });
  }

  return { say, isEmpty: () => onTheWay === 0 };
}
