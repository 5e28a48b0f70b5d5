/**
 * The row of a lead in memory, lines on which statements are late, lost or arrive after their sender is gone, and drifting
 * clocks.
 */
import type { Clock } from "../../src/clock/clock.ts";
import type { LeadConnection } from "../../src/lead/lead-connection.ts";
import { leadMs } from "../../src/lead/lead-grant.ts";

export interface LeaseRow {
  /** A new epoch, or null while the lease still runs. */
  take(): number | null;
  renew(epoch: number, stopped?: readonly string[]): "renewed" | "lost";
  release(epoch: number, stopped?: readonly string[]): void;
  /** Only under that epoch. */
  note(epoch: number, stopped?: readonly string[]): void;
  epoch(): number;
  /** Areas that need a reset, as the leader last reported. */
  stopped(): readonly string[];
}

/** Uses the database's own time. */
export function leaseRow(clock: Pick<Clock, "monoMs">): LeaseRow {
  let epoch = 0;
  let expiresAtMs = Number.NEGATIVE_INFINITY;
  let said: readonly string[] = [];
  const note = (stopped: readonly string[] = said) => {
    said = stopped;
  };
  return {
    stopped: () => said,
    take() {
      if (clock.monoMs() < expiresAtMs) return null;
      expiresAtMs = clock.monoMs() + leadMs;
      return ++epoch;
    },
    renew(of, stopped) {
      if (of !== epoch) return "lost";
      note(stopped);
      expiresAtMs = clock.monoMs() + leadMs;
      return "renewed";
    },
    release(of, stopped) {
      if (of !== epoch) return;
      note(stopped);
      expiresAtMs = clock.monoMs();
    },
    note: (of, stopped) => of === epoch && note(stopped),
    epoch: () => epoch,
  };
}

/** How long a statement and its answer take; null: that one never arrives. */
export interface Journey {
  thereMs: number | null;
  backMs: number | null;
}

export function lineToRow(
  row: LeaseRow,
  epoch: number,
  clock: Pick<Clock, "monoMs" | "after">,
  journey: () => Journey,
) {
  let isUp = true;
  let waiting: ((error: Error) => void)[] = [];
  let orderAtMs = 0;

  function ask<T>(statement: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const { thereMs, backMs } = isUp ? journey() : { thereMs: null, backMs: null };
      waiting.push(reject);
      if (thereMs === null) return;
      // One connection keeps the order; the next connection may be faster.
      orderAtMs = Math.max(orderAtMs, clock.monoMs() + thereMs);
      clock.after(orderAtMs - clock.monoMs(), () => {
        const answer = statement();
        if (backMs !== null) clock.after(backMs, () => resolve(answer));
      });
    });
  }

  return {
    renew: (stopped?: readonly string[]) => ask(() => row.renew(epoch, stopped)),
    release: (stopped?: readonly string[]) => ask(() => row.release(epoch, stopped)),
    check: (stopped?: readonly string[]) =>
      ask(() => {
        if (row.epoch() !== epoch) return "lost" as const;
        row.note(epoch, stopped);
        return "ours" as const;
      }),
    giveUp() {
      orderAtMs = 0;
      const left = waiting;
      waiting = [];
      for (const reject of left) reject(new Error("given up"));
    },
    /** A network that drops everything sent, in both directions. */
    swallow(isSwallowed: boolean) {
      isUp = !isSwallowed;
    },
  } satisfies LeadConnection & { swallow(isSwallowed: boolean): void };
}

/** A program's own count of time, faster or slower than real, and the program: held as by SIGSTOP, or killed. */
export function programClock(time: Clock, rate: number) {
  const late: (() => void)[] = [];
  let isHeld = false;
  let isDead = false;
  const run = (fn: () => void) => {
    if (isDead) return;
    if (isHeld) late.push(fn);
    else fn();
  };
  return {
    nowMs: () => time.nowMs(),
    monoMs: () => time.monoMs() * rate,
    after: (delayMs: number, fn: () => void) => {
      let isOff = false;
      const cancel = time.after(delayMs / rate, () => run(() => isOff || fn()));
      return () => {
        isOff = true;
        cancel();
      };
    },
    hold(held: boolean) {
      isHeld = held;
      while (!isHeld && late.length > 0) late.shift()?.();
    },
    /** Input from outside waits as timers do. */
    hear: <T>(promise: Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        promise.then(
          (value) => run(() => resolve(value)),
          (error: unknown) => run(() => reject(error)),
        );
      }),
    kill() {
      isDead = true;
    },
  } satisfies Clock & Record<string, unknown>;
}
