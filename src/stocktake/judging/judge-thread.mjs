// The judge thread's first file is plain JavaScript, so that it loads on every Node and under vitest.
import { run } from "../../../bin/run.mjs";

await run("src/stocktake/judging/judge-thread.ts");
