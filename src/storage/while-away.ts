/**
 * Runs work that has to survive an absence of the database: retries until it is back, the time is over or the work is not wanted.
 */
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import { sqlStateOf } from "./database-error.ts";
import { failureKindOf } from "./failure-kind.ts";

export interface Patience {
  clock: Clock;
  /** True when the work is not wanted any more, or the program closes. */
  isOver(): boolean;
  /** Called when a wait begins and when it ends. */
  onWaiting?(isWaiting: boolean): void;
  waitMsMax: number;
}

const pauseMsFirst = 100;
const pauseMsMax = 5_000;
/** How often a wait checks whether it is over. */
const lookMs = 250;

/** A rollback because of another transaction (class 40) does not mean that the database is away. */
const isRolledBack = (error: unknown) => sqlStateOf(error)?.startsWith("40") === true;

export const isAway = (error: unknown) =>
  !(error instanceof Refusal) && failureKindOf(error) === "away" && !isRolledBack(error);

/** Failures that other rows, or the same rows later, might not have: a value, a unique key, a deadlock, a repeated row. */
export function isOfItsRows(error: unknown): boolean {
  if (error instanceof Refusal) return false;
  return isRolledBack(error) || sqlStateOf(error) === "21000" || failureKindOf(error) === "value";
}

export async function whileAway<T>(patience: Patience, work: () => Promise<T>): Promise<T> {
  const { clock, isOver, onWaiting = () => {}, waitMsMax } = patience;
  const fromMs = clock.monoMs();
  let isWaiting = false;
  try {
    for (let pauseMs = pauseMsFirst; ; pauseMs = Math.min(pauseMs * 2, pauseMsMax)) {
      try {
        return await work();
      } catch (error) {
        if (!isAway(error) || isOver() || clock.monoMs() - fromMs > waitMsMax) throw error;
        if (!isWaiting) onWaiting(true);
        isWaiting = true;
        for (let leftMs = pauseMs; leftMs > 0 && !isOver(); leftMs -= lookMs)
          await new Promise<void>((resolve) => clock.after(Math.min(leftMs, lookMs), resolve));
        if (isOver()) throw error;
      }
    }
  } finally {
    if (isWaiting) onWaiting(false);
  }
}
