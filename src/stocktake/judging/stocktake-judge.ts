/**
 * The judge as the stocktake loop sees it. Its input may be 100 000 boxes, so input and result travel in pages: the gateway's
 * thread never holds all of it, nor copies it in one step.
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
  /** The last revision of the room's journal that the input includes. */
  revision: number;
}

export interface StocktakeJudge {
  /** `roundMs`: measured duration of each reader's round. */
  plan(stocktake: FactsReading, roundMs: ReadonlyMap<string, number>): Promise<ReadingPlan>;
  /** The final result; its rows can be fetched until it is forgotten. */
  result(stocktake: FactsReading): Promise<JudgedResult>;
  rows(stocktakeId: string, from: number, rowsMax: number): Promise<ResultRow[]>;
  forget(stocktakeId: string): Promise<void>;
  close(): Promise<void>;
}

/** Messages to the judge, sent one after the other. */
export type JudgeQuestion =
  | { ask: "begin"; head: StocktakeHead }
  | { ask: "take"; stocktakeId: string; page: FactsPage }
  | { ask: "plan"; stocktakeId: string; roundMs: ReadonlyMap<string, number> }
  | { ask: "result"; stocktakeId: string }
  | { ask: "rows"; stocktakeId: string; from: number; rowsMax: number }
  | { ask: "forget"; stocktakeId: string };

/** `ask` reaches the judge, in this thread or in another. */
export function pagedJudge(
  ask: <T>(question: JudgeQuestion) => Promise<T>,
  close: () => Promise<void>,
): StocktakeJudge {
  /** Each page is accepted before the next is read, so at most one is in transit. */
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

/** Runs in the caller's thread. */
export function localJudge(layout: Layout): StocktakeJudge {
  const answer = judgeByPages(layout);
  return pagedJudge(
    async (question) => answer(question) as never,
    async () => {},
  );
}
