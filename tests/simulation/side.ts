/**
 * A simulated process of the gateway: it runs, is held (as by SIGSTOP) or has ended. Input for a held process waits; when it
 * continues, it runs the due timers and then takes the input, each in order and one in a turn.
 */
import type { Clock } from "../../src/clock/clock.ts";
import { type Life, newLife } from "./life.ts";

export interface Side extends Life {
  readonly name: string;
  /** Held, or still processing what waited meanwhile. */
  readonly isHeld: boolean;
  /** Its clock: the machine's, with an error in its wall time. */
  readonly clock: Clock;
  /** Input from outside: bytes, a message, a request. */
  enter(fn: () => void): void;
  /** The moment at which the request being read was made, as src/http/asked-at.ts determines it. */
  askedAtMs(): number;
  /**
   * `isAsleep`: the machine is suspended, so its monotonic count and timers stand still as well, while the wall clock goes on.
   */
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
  /** Total sleep of its machine so far, and the start of the present sleep. */
  let sleptMs = 0;
  let asleepSinceMs: number | null = null;
  const monoMs = () => Math.floor((asleepSinceMs ?? base.monoMs()) - sleptMs);

  function take(one: Waiting, queue: Waiting[]): void {
    if (life.isOver) return;
    if (state !== "runs") queue.push(one);
    else if (!one.isCancelled) one.fn();
  }

  /** New input queues behind what waits. */
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
        /** Uses the base clock, because the process's own count may have stood still meanwhile. */
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
 * One direction of the channel between two sides: plain data, in order, each up to `delayMsMax` late. Messages that were sent
 * before the sender died still arrive.
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
    // Copied as between processes: nothing is shared, and only JSON gets through.
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
