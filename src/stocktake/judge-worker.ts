/** The other end of thread-judge.ts. */
import { workerData } from "node:worker_threads";
import { layoutOf } from "../site/layout.ts";
import { answerQuestions } from "./answering-thread.ts";
import { countJudge } from "./count-judge.ts";
import type { CountedBox } from "./judge-count.ts";
import type { JudgeQuestion } from "./thread-judge.ts";

const judge = countJudge(layoutOf(workerData));

answerQuestions(({ ask, input, roundMs }: JudgeQuestion, rows) => {
  const whole = { ...input, facts: { ...input.facts, boxes: rows as CountedBox[] } };
  return ask === "plan" ? judge.plan(whole, roundMs) : judge.lines(whole);
});
