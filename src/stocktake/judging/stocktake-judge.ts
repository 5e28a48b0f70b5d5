/**
 * Who is asked about a stocktake. What it is judged from may be 100 000 boxes, so it goes there in pages and its result comes back
 * in pages: nobody who has anything else to do holds all of it, or copies it in one go.
 */
import type { Layout } from "../../site/layout.ts";
import type { ResultRow } from "../result-rows.ts";
import { judgeByPages } from "./judge-by-pages.ts";
import type { LayerCoverage } from "./lines-from-beliefs.ts";
import type { ReadingPlan, StocktakeHead } from "./planning-judge.ts";
import type { FactsPage, FactsReading } from "./read-facts.ts";

export interface JudgedResult {
  rows: number;
  summary: Record<string, unknown>;
  coverage: LayerCoverage[];
  /** Of the room's journal: the last that it knows of. */
  revision: number;
}

export interface StocktakeJudge {
  /** `roundMs`: what a round of each reader was seen to take. */
  plan(stocktake: FactsReading, roundMs: ReadonlyMap<string, number>): Promise<ReadingPlan>;
  /** Judged for good; its rows are there until it is forgotten. */
  result(stocktake: FactsReading): Promise<JudgedResult>;
  rows(stocktakeId: string, from: number, rowsMax: number): Promise<ResultRow[]>;
  forget(stocktakeId: string): Promise<void>;
  close(): Promise<void>;
}

/** What goes to the desk, one after the other. */
export type JudgeQuestion =
  | { ask: "begin"; head: StocktakeHead }
  | { ask: "take"; stocktakeId: string; page: FactsPage }
  | { ask: "plan"; stocktakeId: string; roundMs: ReadonlyMap<string, number> }
  | { ask: "result"; stocktakeId: string }
  | { ask: "rows"; stocktakeId: string; from: number; rowsMax: number }
  | { ask: "forget"; stocktakeId: string };

/** Wherever the desk stands. */
export function pagedJudge(
  ask: <T>(question: JudgeQuestion) => Promise<T>,
  close: () => Promise<void>,
): StocktakeJudge {
  /** A page is taken before the next is read: no more than one is on its way. */
  async function feed({ head, pages }: FactsReading): Promise<void> {
    await ask({ ask: "begin", head });
    for await (const page of pages()) await ask({ ask: "take", stocktakeId: head.stocktakeId, page });
  }
  return {
    async plan(stocktake, roundMs) {
      await feed(stocktake);
      return ask({ ask: "plan", stocktakeId: stocktake.head.stocktakeId, roundMs });
    },
    async result(stocktake) {
      await feed(stocktake);
      return ask({ ask: "result", stocktakeId: stocktake.head.stocktakeId });
    },
    rows: (stocktakeId, from, rowsMax) => ask({ ask: "rows", stocktakeId, from, rowsMax }),
    forget: (stocktakeId) => ask({ ask: "forget", stocktakeId }),
    close,
  };
}

/** In the caller's thread. */
export function localJudge(layout: Layout): StocktakeJudge {
  const answer = judgeByPages(layout);
  return pagedJudge(
    async (question) => answer(question) as never,
    async () => {},
  );
}
