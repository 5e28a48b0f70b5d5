/** The other end of learner.ts: one question, one answer. */
import { parentPort, workerData } from "node:worker_threads";
import { layoutOf } from "../site/layout.ts";
import { answer } from "./learner.ts";

parentPort?.postMessage(answer(layoutOf(workerData.site), workerData.question));
