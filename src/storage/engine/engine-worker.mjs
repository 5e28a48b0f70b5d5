// The worker thread's first file is plain JavaScript: it loads on every Node and under vitest, then brings in TypeScript.
import { workerData } from "node:worker_threads";
import { run, runAsWritten } from "../../../bin/run.mjs";

// A test's observer is TypeScript itself, which no bundle holds.
const bring = workerData.observerUrl ? runAsWritten : run;
await bring("src/storage/engine/engine-worker.ts");
