/** Old alarms are sent to the consoles a few at a time, in order, so that new ones need not wait behind them. */
import type { Clock } from "../clock/clock.ts";

export interface InTurn<T> {
  tell(news: T): void;
  close(): void;
}

export const perTurnMax = 20;
const turnMs = 100;

export function tellInTurn<T>(clock: Pick<Clock, "after">, tell: (news: T) => void): InTurn<T> {
  const waiting: T[] = [];
  let toldNow = 0;
  let cancel: (() => void) | null = null;

  function turn(): void {
    toldNow = 0;
    cancel = null;
    for (const news of waiting.splice(0, perTurnMax)) say(news);
  }

  function say(news: T): void {
    toldNow++;
    cancel ??= clock.after(turnMs, turn);
    tell(news);
  }

  return {
    tell(news) {
      if (waiting.length === 0 && toldNow < perTurnMax) say(news);
      else waiting.push(news);
    },
    close() {
      cancel?.();
      waiting.length = 0;
    },
  };
}
