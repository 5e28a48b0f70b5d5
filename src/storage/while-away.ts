/** Work that outlives a database that is away: it is tried again until that is back, its time is over or nobody wants it. */
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import { sqlStateOf } from "./database-error.ts";
import { failureKindOf } from "./failure-kind.ts";

export interface Patience {
  clock: Clock;
  /** Nobody wants it any more, or the program closes. */
  isOver(): boolean;
  /** Told when a wait begins and when it ends. */
  onWaiting?(isWaiting: boolean): void;
  waitMsMax: number;
}

const pauseMsFirst = 100;
const pauseMsMax = 5_000;
/** How soon a wait hears that it is over. */
const lookMs = 250;

/** Rolled back because of somebody else's work (class 40) says nothing of the database being there. */
const isRolledBack = (error: unknown) => sqlStateOf(error)?.startsWith("40") === true;

export const isAway = (error: unknown) =>
  !(error instanceof Refusal) && failureKindOf(error) === "away" && !isRolledBack(error);

/** What other rows, or the same ones a moment later, might not meet: a value, a unique key, a deadlock, one row twice in a statement. */
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
