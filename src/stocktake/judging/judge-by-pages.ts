/** The judge's side of stocktake-judge.ts: collects the pages of a stocktake, judges, and returns the result in pages. */
import type { Layout } from "../../site/layout.ts";
import { inOrder, resultRows, summaryOf } from "../result-rows.ts";
import type { JudgedBox, JudgedLine } from "./lines-from-beliefs.ts";
import { planningJudge, type StocktakeHead, type StocktakeInput } from "./planning-judge.ts";
import type { FactsPage } from "./read-facts.ts";
import { coverageOf } from "./read-facts.ts";
import type { JudgedResult, JudgeQuestion } from "./stocktake-judge.ts";

interface Gathered {
  head: StocktakeHead;
  antennas: StocktakeInput["facts"]["antennas"];
  heard: StocktakeInput["facts"]["heard"];
  boxes: Map<string, JudgedBox>;
  revision: number;
  same: (text: string) => string;
}

/** A room's stocktake and a few deltas at once; with more, the oldest must start again. */
const countsMax = 6;

export function judgeByPages(layout: Layout): (question: JudgeQuestion) => unknown {
  const judge = planningJudge(layout);
  const gathered = new Map<string, Gathered>();
  const results = new Map<string, JudgedLine[]>();

  function take(
    stocktake: Gathered,
    { antennas = [], heard = [], boxes = [], goneBoxIds = [], revision }: FactsPage,
  ): void {
    for (const one of antennas) stocktake.antennas.push(one);
    for (const one of heard) stocktake.heard.push(one);
    for (const one of boxes) stocktake.boxes.set(one.boxId, one);
    for (const boxId of goneBoxIds) stocktake.boxes.delete(boxId);
    stocktake.revision = revision ?? stocktake.revision;
  }

  function of(stocktakeId: string): Gathered {
    const stocktake = gathered.get(stocktakeId);
    // This thread is not the one that received the stocktake: the caller sends it again.
    if (!stocktake) throw new Error(`nothing is known of stocktake ${stocktakeId}`);
    return stocktake;
  }

  /** Removes the input: the belief keeps the parts that it needs. */
  function inputOf(stocktakeId: string): StocktakeInput {
    const { head, antennas, heard, boxes } = of(stocktakeId);
    gathered.delete(stocktakeId);
    return { ...head, facts: { antennas, heard, boxes: [...boxes.values()] } };
  }

  function result(stocktakeId: string): JudgedResult {
    const { revision } = of(stocktakeId);
    const input = inputOf(stocktakeId);
    const { lines, calibrations } = judge.lines(input);
    judge.forget(stocktakeId);
    const coverage = coverageOf(layout, new Set(input.layerIds), input.facts);
    keep(results, stocktakeId, inOrder(lines));
    const summary = summaryOf(input, lines, coverage, calibrations);
    return { rows: lines.length, summary, coverage: [...coverage.values()], revision };
  }

  return (question) => {
    switch (question.ask) {
      case "begin":
        return keep(gathered, question.head.stocktakeId, {
          ...{ head: question.head, antennas: [], heard: [], boxes: new Map(), revision: 0, same: sameText() },
        });
      case "take":
        return take(of(question.stocktakeId), question.page);
      case "plan":
        return judge.plan(inputOf(question.stocktakeId), question.roundMs);
      case "result":
        return result(question.stocktakeId);
      case "rows": {
        const { stocktakeId, from, rowsMax } = question;
        const lines = results.get(stocktakeId);
        if (!lines) throw new Error(`there is no result of stocktake ${stocktakeId}`);
        return resultRows(layout, stocktakeId, lines, from, rowsMax);
      }
      case "forget":
        judge.forget(question.stocktakeId);
        gathered.delete(question.stocktakeId);
        results.delete(question.stocktakeId);
        return null;
    }
  };
}

function keep<T>(kept: Map<string, T>, id: string, value: T): void {
  kept.delete(id);
  kept.set(id, value);
  const [oldest] = kept.keys();
  if (kept.size > countsMax && oldest !== undefined) kept.delete(oldest);
}

/** Keeps one copy of equal texts: each row brings copies of its own, a third of the memory of a hall's stocktake. */
function sameText(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before === undefined) known.set(text, text);
    return before ?? text;
  };
}
