// The worker thread's first file is plain JavaScript, which loads on every Node and under vitest; it then loads the TypeScript.
import { workerData } from "node:worker_threads";
import { run, runAsWritten } from "../../../bin/run.mjs";

// A test's observer is a TypeScript file that no bundle contains.
const bring = workerData.observerUrl ? runAsWritten : run;
await bring("src/storage/engine/engine-worker.ts");
