/** The other end of thread-judge.ts: answers one question after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { layoutOf } from "../site/layout.ts";
import { countJudge } from "./count-judge.ts";
import type { JudgeAnswer, JudgeQuestion } from "./thread-judge.ts";

const judge = countJudge(layoutOf(workerData));

parentPort?.on("message", ({ id, ask, input, roundMs }: JudgeQuestion) => {
  const work = ask === "plan" ? judge.plan(input, roundMs) : judge.lines(input);
  const say = (answer: JudgeAnswer) => parentPort?.postMessage(answer);
  work.then(
    (result) => say({ id, result }),
    (error: unknown) => say({ id, failure: String((error as Error)?.stack ?? error) }),
  );
});
