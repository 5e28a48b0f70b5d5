/** The judge's own side of count-judge.ts: gathers the pages of a count, judges, and hands the result out in pages. */
import type { Layout } from "../site/layout.ts";
import type { CountPage } from "./count-facts.ts";
import { coverageOf } from "./count-facts.ts";
import type { CountResult, DeskQuestion } from "./count-judge.ts";
import { type CountHead, type CountInput, inputJudge } from "./input-judge.ts";
import type { CountedBox, JudgedLine } from "./judge-count.ts";
import { inOrder, resultRows, summaryOf } from "./result-rows.ts";

interface Gathered {
  head: CountHead;
  antennas: CountInput["facts"]["antennas"];
  heard: CountInput["facts"]["heard"];
  boxes: Map<string, CountedBox>;
  revision: number;
  same: (text: string) => string;
}

/** A room's count and a delta or two at once; of more, the oldest begin anew. */
const countsMax = 6;

export function judgeDesk(layout: Layout): (question: DeskQuestion) => unknown {
  const judge = inputJudge(layout);
  const gathered = new Map<string, Gathered>();
  const results = new Map<string, JudgedLine[]>();

  function take(
    count: Gathered,
    { antennas = [], heard = [], boxes = [], goneBoxIds = [], revision }: CountPage,
  ): void {
    for (const one of antennas) count.antennas.push(one);
    for (const one of heard) count.heard.push(one);
    for (const one of boxes) count.boxes.set(one.boxId, one);
    for (const boxId of goneBoxIds) count.boxes.delete(boxId);
    count.revision = revision ?? count.revision;
  }

  function of(stocktakeId: string): Gathered {
    const count = gathered.get(stocktakeId);
    // Another thread than the one it was told to: it is told again.
    if (!count) throw new Error(`nothing is known of count ${stocktakeId}`);
    return count;
  }

  /** Taken out: what was believed keeps what it needs of it. */
  function inputOf(stocktakeId: string): CountInput {
    const { head, antennas, heard, boxes } = of(stocktakeId);
    gathered.delete(stocktakeId);
    return { ...head, facts: { antennas, heard, boxes: [...boxes.values()] } };
  }

  function result(stocktakeId: string): CountResult {
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
        if (!lines) throw new Error(`there is no result of count ${stocktakeId}`);
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

/** Texts that say the same are one: each row comes with copies of its own, a third of what a hall's count takes. */
function sameText(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before === undefined) known.set(text, text);
    return before ?? text;
  };
}
