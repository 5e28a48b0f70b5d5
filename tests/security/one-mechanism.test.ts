/**
 * Long and foreign work has one mechanism (src/jobs): read from the sources, so that a second one, or a parser in the process that
 * everybody waits for, fails here before anybody uploads to it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { jobTable } from "../../src/jobs/job-kinds.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const textOf = (file: string) => readFileSync(join(root, file), "utf8");
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .map((name) => posix.join("src", name.replaceAll("\\", "/")))
  .filter((file) => /\.m?[jt]s$/.test(file) && !/\.test\.|\.d\.ts$/.test(file));

/** What a file imports and runs: types are gone by then. */
function importsOf(text: string): string[] {
  const whole = text.matchAll(/^\s*(?:import|export)\s+(?!type\b)([^;"']*?)\bfrom\s*["']([^"']+)["']/gm);
  const named = [...whole].filter(([, names = ""]) => {
    const inBraces = /\{([^}]*)\}/.exec(names)?.[1];
    const isOnlyTypes = inBraces?.split(",").every((name) => /^\s*(type\b.*)?\s*$/.test(name)) ?? false;
    return !(isOnlyTypes && /^\s*\{/.test(names));
  });
  const bare = text.matchAll(/^\s*import\s*["']([^"']+)["']/gm);
  const late = text.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g);
  return [...named.map(([, , from]) => from), ...[...bare, ...late].map(([, from]) => from)].filter(
    (from) => from !== undefined,
  );
}

const resolved = (file: string, from: string) =>
  from.startsWith(".") ? posix.join(posix.dirname(file), from) : from.replace(/^node:/, "");

/** Every file that an entry may load, with whoever loads it. */
function reachedFrom(entry: string): Map<string, string> {
  const reached = new Map([[entry, "itself"]]);
  for (const file of reached.keys()) {
    if (!sources.includes(file)) continue;
    for (const from of importsOf(textOf(file))) {
      const to = resolved(file, from);
      if (!reached.has(to)) reached.set(to, file);
    }
  }
  return reached;
}

const importersOf = (module: string) =>
  sources.filter((file) => importsOf(textOf(file)).some((from) => resolved(file, from) === module)).sort();

/** Each with why it is no second mechanism: none reads a file of anybody else's. */
const startsProcesses: Record<string, string> = {
  "src/jobs/start-child.ts": "the mechanism itself",
  "src/spawn-first.mjs": "the motion process and STOP's door",
  "src/spawn-first.ts": "the motion process and STOP's door",
  "src/devices/broker/spawn-broker.ts": "the embedded broker",
  "src/demo/twin-process.ts": "the demo's twin",
  "src/watch/ask-time.ts": "asks the system about its time source, within seconds",
};
const startsThreads: Record<string, string> = {
  "src/jobs/serve-jobs.ts": "the watch inside a job",
  "src/spawn-first.ts": "keeps the first place for motion",
  "src/stocktake/answering-thread.ts": "judge and learner: arithmetic on rows of ours, limited in memory and time",
  "src/storage/engine/folder-engine.ts": "the embedded database",
};
/** What unpacks, decodes or parses what others made, and what packs for them. */
const foreign = [
  ...["read-csv", "read-workbook", "read-part", "sheet-reader", "shared-texts", "styles", "xml-reader", "zip-file"],
  ...["file-form", "write-workbook", "zip-writer"],
].map((name) => `src/workbooks/${name}.ts`);
const works = [
  ...foreign,
  ...["parse-table", "compare-rows"].map((name) => `src/catalogue/import/${name}.ts`),
  ...["src/replay/write-reads.ts", "src/storage/write-backup.ts", "src/storage/check-backup.ts"],
];
const foreignPackages = ["iconv-lite"];

describe("long and foreign work", () => {
  it("reads all of its sources, or this would prove nothing", () => {
    expect(sources.length).toBeGreaterThan(350);
    for (const file of works) expect(sources, file).toContain(file);
    expect(reachedFrom("src/cli.ts").size).toBeGreaterThan(250);
    expect(importsOf('import { type A, type B } from "./a.ts";\nimport { type A, b } from "./b.ts";')).toEqual([
      "./b.ts",
    ]);
    expect(importsOf('import type C from "./c.ts";\nexport * from "./d.ts";\nawait import("./e.ts")')).toEqual([
      "./d.ts",
      "./e.ts",
    ]);
  });

  it("has one place that starts processes for it", () => {
    expect(importersOf("child_process")).toEqual(Object.keys(startsProcesses).sort());
    expect(importersOf("src/jobs/start-child.ts")).toEqual(["src/jobs/run-job.ts"]);
    expect(importersOf("src/jobs/run-job.ts")).toContain("src/jobs/jobs.ts");
    const running = sources.filter((file) => /\brunJob\(/.test(textOf(file)) && file !== "src/jobs/run-job.ts");
    expect(running).toEqual(["src/jobs/jobs.ts"]);
  });

  it("has no thread of its own", () => {
    const threads = sources.filter((file) => /\bnew Worker\(/.test(textOf(file))).sort();
    expect(threads).toEqual(Object.keys(startsThreads).sort());
    expect(importersOf("cluster")).toEqual([]);
  });

  it("is nowhere that gateway, motion, STOP's door or broker could load it", () => {
    const entries = [
      ...["src/cli.ts", "src/motion/motion-process.ts", "src/stop-door/door-process.ts"],
      ...["src/devices/broker/serve-broker.ts", "src/storage/engine/engine-worker.ts"],
      ...["src/stocktake/judging/judge-thread.ts", "src/calibration/learner-worker.ts"],
    ];
    for (const entry of entries) {
      const reached = reachedFrom(entry);
      const loaded = [...works, ...foreignPackages].filter((file) => reached.has(file));
      expect(
        loaded.map((file) => `${entry}: ${reached.get(file)} imports ${file}`),
        entry,
      ).toEqual([]);
    }
  });

  it("is all in the job's own entry, each kind with limits and a work", () => {
    const entry = "src/job-process.ts";
    const reached = reachedFrom(entry);
    for (const file of works) expect(reached.has(file), file).toBe(true);
    const text = textOf(entry);
    for (const [kind, { limits }] of Object.entries(jobTable)) {
      expect(text).toContain(`"${kind}": async`);
      for (const [name, most] of Object.entries(limits)) {
        expect(most, `${kind}.${name}`).toBeGreaterThan(0);
        expect(Number.isFinite(most), `${kind}.${name}`).toBe(true);
      }
      expect(limits.heapMbMax, kind).toBeLessThan(limits.rssMbMax);
    }
    // Nobody else begins a job's entry.
    const naming = sources.filter((file) => /^(?!\s*(\*|\/[/*])).*["'`]src\/job-process\.ts["'`]/m.test(textOf(file)));
    expect(naming).toEqual(["src/jobs/jobs.ts"]);
  });

  it("leaves packing and unpacking to few: what the gateway does itself of that is its own, and small", () => {
    expect(importersOf("zlib")).toEqual(
      [
        // Of a job: workbooks, and a sum of bytes that go on where they were.
        ...["src/workbooks/row-writer.ts", "src/workbooks/zip-file.ts", "src/workbooks/zip-writer.ts"],
        // Of a job or a command; the running gateway reads a backup's first 64 kB.
        ...["src/storage/backup.ts", "src/storage/read-backup.ts"],
      ].sort(),
    );
    // The demo writes its delivery; a job reads dates by the same package.
    expect(importersOf("hucre")).toEqual([
      "src/demo/fill-catalogue.ts",
      "src/workbooks/sheet-reader.ts",
      "src/workbooks/styles.ts",
    ]);
    // PDF, pictures and other forms: whoever adds one adds a kind of job.
    const { dependencies } = JSON.parse(textOf("package.json")) as { dependencies: Record<string, string> };
    const readers = /pdf|zip|tar|xls|csv|xml|image|sharp|canvas|jpeg|png|ocr|docx|gzip|inflate|pako/i;
    expect(Object.keys(dependencies).filter((name) => readers.test(name))).toEqual([]);
    expect(builtinModules).toContain("zlib");
  });
});
