// The worker thread's first file is plain JavaScript: it loads on every Node and under vitest, then brings in TypeScript.
import { run } from "../../../bin/run.mjs";

await run("src/storage/engine/engine-worker.ts");
