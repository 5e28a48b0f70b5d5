// The worker thread's first file is plain JavaScript: it loads on every Node and under vitest, then brings in TypeScript.
import { register } from "tsx/esm/api";

register();
await import("./engine-worker.ts");
