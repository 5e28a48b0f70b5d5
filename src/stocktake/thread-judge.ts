/** The judge in a thread of its own: an area of 5 000 boxes takes most of a second, and heartbeats must not wait for it. */
import type { Layout } from "../site/layout.ts";
import { answeringThread } from "./answering-thread.ts";
import type { CountInput, CountJudge } from "./count-judge.ts";

/** Judging a hall of 100 000 boxes for the first time takes about ten seconds; this is a thread that hangs. */
const answerMsMax = 120_000;

const boxesAtOnce = 1_000;

function* piecesOf<T>(rows: readonly T[]): Generator<T[]> {
  for (let from = 0; from < rows.length; from += boxesAtOnce) yield rows.slice(from, from + boxesAtOnce);
}

export interface JudgeQuestion {
  ask: "plan" | "lines";
  input: CountInput;
  roundMs: ReadonlyMap<string, number>;
}

export function threadJudge(layout: Layout): CountJudge {
  const entry = new URL("./judge-worker.mjs", import.meta.url);
  const settings = { name: "the judge", entry, workerData: layout.site, answerMsMax, endsWhenIdle: false };
  const thread = answeringThread<JudgeQuestion>(settings);
  /** The boxes go before, in pieces. */
  const ask = <T>(which: JudgeQuestion["ask"], input: CountInput, roundMs: ReadonlyMap<string, number>) => {
    const { boxes, ...facts } = input.facts;
    const question = { ask: which, input: { ...input, facts: { ...facts, boxes: [] } }, roundMs };
    return thread.ask<T>(question, [...piecesOf(boxes)]);
  };
  return {
    plan: (input, roundMs) => ask("plan", input, roundMs),
    lines: (input) => ask("lines", input, new Map()),
    close: () => thread.close(),
  };
}
