/** The other end of thread-judge.ts. */
import { workerData } from "node:worker_threads";
import { layoutOf } from "../site/layout.ts";
import { answerQuestions } from "./answering-thread.ts";
import type { DeskQuestion } from "./count-judge.ts";
import { judgeDesk } from "./judge-desk.ts";

const answer = judgeDesk(layoutOf(workerData));

answerQuestions((question: DeskQuestion) => answer(question));
