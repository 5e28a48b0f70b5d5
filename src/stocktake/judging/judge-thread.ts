/** The thread's side of open-judge-thread.ts. */
import { workerData } from "node:worker_threads";
import { layoutOf } from "../../site/layout.ts";
import { answerQuestions } from "../answering-thread.ts";
import { judgeByPages } from "./judge-by-pages.ts";
import type { JudgeQuestion } from "./stocktake-judge.ts";

const answer = judgeByPages(layoutOf(workerData));

answerQuestions((question: JudgeQuestion) => answer(question));
