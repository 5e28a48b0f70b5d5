/**
 * Who is asked about a count. What it is judged from may be 100 000 boxes, so it goes there in pages and its result comes back
 * in pages: nobody who has anything else to do holds all of it, or copies it in one go.
 */
import type { Layout } from "../site/layout.ts";
import type { CountPage, CountReading } from "./count-facts.ts";
import type { CountHead, CountPlan } from "./input-judge.ts";
import type { LayerCoverage } from "./judge-count.ts";
import { judgeDesk } from "./judge-desk.ts";
import type { ResultRow } from "./result-rows.ts";

export interface CountResult {
  rows: number;
  summary: Record<string, unknown>;
  coverage: LayerCoverage[];
  /** Of the room's journal: the last that it knows of. */
  revision: number;
}

export interface CountJudge {
  /** `roundMs`: what a round of each reader was seen to take. */
  plan(count: CountReading, roundMs: ReadonlyMap<string, number>): Promise<CountPlan>;
  /** Judged for good; its rows are there until it is forgotten. */
  result(count: CountReading): Promise<CountResult>;
  rows(stocktakeId: string, from: number, rowsMax: number): Promise<ResultRow[]>;
  forget(stocktakeId: string): Promise<void>;
  close(): Promise<void>;
}

/** What goes to the desk, one after the other. */
export type DeskQuestion =
  | { ask: "begin"; head: CountHead }
  | { ask: "take"; stocktakeId: string; page: CountPage }
  | { ask: "plan"; stocktakeId: string; roundMs: ReadonlyMap<string, number> }
  | { ask: "result"; stocktakeId: string }
  | { ask: "rows"; stocktakeId: string; from: number; rowsMax: number }
  | { ask: "forget"; stocktakeId: string };

/** Wherever the desk stands. */
export function fedJudge(ask: <T>(question: DeskQuestion) => Promise<T>, close: () => Promise<void>): CountJudge {
  /** A page is taken before the next is read: no more than one is on its way. */
  async function feed({ head, pages }: CountReading): Promise<void> {
    await ask({ ask: "begin", head });
    for await (const page of pages()) await ask({ ask: "take", stocktakeId: head.stocktakeId, page });
  }
  return {
    async plan(count, roundMs) {
      await feed(count);
      return ask({ ask: "plan", stocktakeId: count.head.stocktakeId, roundMs });
    },
    async result(count) {
      await feed(count);
      return ask({ ask: "result", stocktakeId: count.head.stocktakeId });
    },
    rows: (stocktakeId, from, rowsMax) => ask({ ask: "rows", stocktakeId, from, rowsMax }),
    forget: (stocktakeId) => ask({ ask: "forget", stocktakeId }),
    close,
  };
}

/** In the caller's thread. */
export function countJudge(layout: Layout): CountJudge {
  const answer = judgeDesk(layout);
  return fedJudge(
    async (question) => answer(question) as never,
    async () => {},
  );
}
