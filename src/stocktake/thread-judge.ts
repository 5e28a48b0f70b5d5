/** The judge in a thread of its own: an area of 5 000 boxes takes most of a second, and heartbeats must not wait for it. */
import type { Layout } from "../site/layout.ts";
import { answeringThread } from "./answering-thread.ts";
import type { CountInput, CountJudge } from "./count-judge.ts";

/** Judging a hall of 100 000 boxes for the first time takes about ten seconds; this is a thread that hangs. */
const answerMsMax = 120_000;

export interface JudgeQuestion {
  ask: "plan" | "lines";
  input: CountInput;
  roundMs: ReadonlyMap<string, number>;
}

export function threadJudge(layout: Layout): CountJudge {
  const entry = new URL("./judge-worker.mjs", import.meta.url);
  const settings = { name: "the judge", entry, workerData: layout.site, answerMsMax, endsWhenIdle: false };
  const thread = answeringThread<JudgeQuestion>(settings);
  return {
    plan: (input, roundMs) => thread.ask({ ask: "plan", input, roundMs }),
    lines: (input) => thread.ask({ ask: "lines", input, roundMs: new Map() }),
    close: () => thread.close(),
  };
}
