/** The thread's side of learner.ts. */
import { workerData } from "node:worker_threads";
import { layoutOf } from "../site/layout.ts";
import { answerQuestions } from "../stocktake/answering-thread.ts";
import { answer, type LearnerQuestion } from "./learner.ts";

const layout = layoutOf(workerData);

answerQuestions((question: LearnerQuestion) => answer(layout, question));
