/** Jobs as a hostile file would make them; the first file of their process in tests/faults/jobs.test.ts. */
import { createWriteStream, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Refusal } from "../../src/contract/errors.ts";
import { type JobTools, type JobWork, serveJobs } from "../../src/jobs/serve-jobs.ts";

interface Asked {
  pidFile?: string;
  file?: string;
}

const kept: unknown[] = [];

function spin(): never {
  for (let i = 0; ; i++) if (i < 0) kept.push(i);
}

const works: Record<string, (asked: Asked, tools: JobTools) => unknown> = {
  echo: (asked) => asked,
  "fill-heap": () => {
    for (;;) kept.push(Array.from({ length: 1_000 }, (_, i) => ({ i })));
  },
  // Outside the heap, and written to, so that the memory is really used.
  "fill-buffers": async () => {
    for (;;) {
      kept.push(Buffer.alloc(8 * 1024 * 1024, 1));
      await pause(5);
    }
  },
  spin,
  "write-much": async ({ file }) => {
    const stream = createWriteStream(`${file}.partial`);
    for (;;) await new Promise((resolve) => stream.write(Buffer.alloc(1024 * 1024), resolve));
  },
  wait: async (_asked, { signal, progress }) => {
    for (let done = 1; !signal.aborted; done++) {
      progress(done, 1_000);
      await pause(20);
    }
    return "ended in order";
  },
  "wait-deaf": () => new Promise(() => setInterval(() => {}, 1_000)),
  die: () => process.kill(process.pid, "SIGKILL"),
  throw: () => {
    throw Object.assign(new Error("no room"), { code: "ENOSPC" });
  },
  refuse: () => {
    throw new Refusal("import-too-long", { rowsMax: 7 });
  },
  shout: () => {
    process.stderr.write(`${"x".repeat(1_000_000)}\n`);
    return "y".repeat(200_000);
  },
};

const withPid =
  (work: (asked: Asked, tools: JobTools) => unknown): JobWork =>
  async (asked: Asked, tools: JobTools) => {
    if (asked.pidFile) writeFileSync(asked.pidFile, String(process.pid));
    return work(asked, tools);
  };

serveJobs(Object.fromEntries(Object.entries(works).map(([kind, work]) => [kind, withPid(work)])));
