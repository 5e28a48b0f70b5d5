/**
 * The order in which facts reach the store. A dead motion's log is read page by page, each when most of the one before is stored;
 * later decisions of the next motion or of the gateway wait behind it.
 */
import type { Clock } from "../clock/clock.ts";
import type { Fact } from "../motion/messages.ts";
import { breathMs, factsPerPage, type LeftPage, leftPages } from "./left-facts.ts";
import type { FactStore, ToStore } from "./store-facts.ts";

export interface FactLine {
  store(facts: readonly ToStore[]): void;
  /** Facts of a finished log after `afterId`, in order. */
  storeLeft(logId: string, left: Iterable<Fact>, afterId: number): void;
  /** The store has room again. */
  goOn(): void;
  /** Number of facts in memory; logs may hold more. */
  waiting(): number;
  isEmpty(): boolean;
  stored(msMax: number): Promise<boolean>;
  close(msMax: number): Promise<void>;
}

export interface FactLineDeps {
  facts: Pick<FactStore, "store" | "stored" | "waiting" | "close">;
  clock: Pick<Clock, "after" | "monoMs">;
  onFailure(error: unknown): void;
}

const closeLookMs = 50;

export function factLine({ facts, clock, onFailure }: FactLineDeps): FactLine {
  const line: (ToStore[] | { logId: string; next(): LeftPage })[] = [];
  let cancelBreath = () => {};

  /** A log that can no longer be read is left to the next start. */
  function pageOf({ next }: { next(): LeftPage }): LeftPage {
    try {
      return next();
    } catch (error) {
      onFailure(error);
      return { facts: [], isLast: true };
    }
  }

  function goOn(): void {
    cancelBreath();
    for (let head = line[0]; head; head = line[0]) {
      if (Array.isArray(head)) {
        line.shift();
        facts.store(head);
        continue;
      }
      if (facts.waiting() >= factsPerPage) return;
      const { logId } = head;
      const page = pageOf(head);
      if (page.isLast) line.shift();
      if (page.facts.length > 0)
        facts.store(page.facts.map((fact) => ({ ...fact, log: { id: logId, factId: fact.id } })));
      else if (!page.isLast) {
        cancelBreath = clock.after(breathMs, goOn);
        return;
      }
    }
  }

  function waitingBehind(): number {
    return line.reduce((sum, one) => sum + (Array.isArray(one) ? one.length : 0), 0);
  }

  return {
    store(more) {
      if (line.length === 0) return facts.store(more);
      line.push([...more]);
    },
    storeLeft(logId, left, afterId) {
      line.push({ logId, next: leftPages(left, afterId) });
      goOn();
    },
    goOn,
    waiting: () => facts.waiting() + waitingBehind(),
    isEmpty: () => line.length === 0 && facts.waiting() === 0,
    async stored(msMax) {
      return (await facts.stored(msMax)) && line.length === 0;
    },
    async close(msMax) {
      const untilMs = clock.monoMs() + msMax;
      // What is still in a log by then is stored by the next start.
      while (line.length > 0 && clock.monoMs() < untilMs)
        await new Promise<void>((resolve) => void clock.after(closeLookMs, resolve));
      await facts.close(Math.max(0, untilMs - clock.monoMs()));
    },
  };
}
