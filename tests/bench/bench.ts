/**
 * `npm run bench`: our figures beside what limits them, as ratios of one run.
 *   -- --json      the same as data, with facts about the machine
 *   -- --only X    measures whose name begins with X (see `parts`)
 *   -- --quick     small sizes: shows that everything runs, proves nothing; only hold fails the run when motion was held
 *   -- --full      growth to 1 000 000 as well
 *   -- --boxes N   boxes of the look-up measure, 1 000 000 unless told otherwise
 *   -- --rows N    rows of the long import, 200 000 unless told otherwise; over 500 000 its run is left out
 */
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { rowsMax } from "../../src/catalogue/import/run-import.ts";
import { postgresPrograms, postgresVersion } from "../support/postgres-server.ts";
import { type BenchDatabases, benchDatabases } from "./bench-context.ts";
import { measureCommits } from "./commit-to-browser.ts";
import { measureDoor } from "./door-deaths.ts";
import { measureGrowth } from "./growth.ts";
import { measureHold } from "./hold.ts";
import { measureImport } from "./import-rows.ts";
import { measureJudging } from "./judging.ts";
import { measureLongImport } from "./long-import.ts";
import { measureLookup } from "./lookup.ts";
import { type BenchOptions, type Measure, skipped } from "./measure.ts";
import { measureMemory } from "./memory.ts";
import { measureReads } from "./mqtt-reads.ts";
import { inOneLine, printTable } from "./print-table.ts";
import { measureBytes } from "./r2000-bytes.ts";
import { measureStart } from "./start-to-ready.ts";
import { measureStopAfterDeath } from "./stop-after-death.ts";
import { measureStop } from "./stop-to-wire.ts";

/** More take hours to write on a small machine; what is checked and what is run are the same rows in the same batches. */
const rowsRunMax = 500_000;
const parts: Record<string, (options: BenchOptions, databases: BenchDatabases) => Promise<Measure[]>> = {
  "mqtt-reads": measureReads,
  "r2000-bytes": measureBytes,
  judging: measureJudging,
  import: measureImport,
  "long-import": measureLongImport,
  lookup: measureLookup,
  stop: measureStop,
  door: measureDoor,
  "stop-after-death": measureStopAfterDeath,
  commit: measureCommits,
  start: measureStart,
  hold: measureHold,
  memory: measureMemory,
  growth: measureGrowth,
};

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    boxes: { type: "string" },
    rows: { type: "string" },
  },
});
const boxes = Number(values.boxes ?? (values.quick ? 3_000 : 1_000_000));
if (!Number.isInteger(boxes) || boxes < 1_000) throw new Error("--boxes: a whole number, 1000 or more");
const rows = Number(values.rows ?? (values.quick ? 5_000 : 200_000));
if (!Number.isInteger(rows) || rows < 1_000 || rows > rowsMax) throw new Error(`--rows: 1000 to ${rowsMax}`);
const wanted = Object.keys(parts).filter((name) => !values.only || values.only.some((start) => name.startsWith(start)));
if (wanted.length === 0) throw new Error(`--only: one of ${Object.keys(parts).join(", ")}`);

const options: BenchOptions = {
  isQuick: values.quick,
  isFull: values.full,
  boxes,
  rows,
  runsRows: rows <= rowsRunMax,
  say: (line) => console.error(`  ${line}`),
};
// Broken off, it takes what it started along.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const databases = benchDatabases();
const measures: Measure[] = [];
const loadBefore = loadavg()[0] ?? 0;
try {
  for (const name of wanted) {
    console.error(`${name} …`);
    const startMs = Date.now();
    try {
      const made = (await parts[name]?.(options, databases)) ?? [];
      measures.push(...made);
      if (made.some(({ failsRun, isMet }) => failsRun && isMet === false)) process.exitCode = 1;
      // A run of an hour that is broken off keeps what it has measured.
      for (const measure of made) options.say(inOneLine(measure));
    } catch (error) {
      // One broken measure must not hide the others' figures.
      measures.push({
        ...skipped(name, String(error)),
        note: `FAILED: ${error instanceof Error ? error.stack : error}`,
      });
      process.exitCode = 1;
    }
    options.say(`${Math.round((Date.now() - startMs) / 1000)} s`);
  }
} finally {
  await databases.close();
}

const programs = postgresPrograms();
const machine = {
  cores: availableParallelism(),
  processor: cpus()[0]?.model.trim() ?? "",
  memoryMb: Math.round(totalmem() / 2 ** 20),
  node: process.version,
  postgres: programs ? postgresVersion(programs) : null,
  /** Of one minute, before: above the number of cores, absolute figures mean little. */
  loadBefore: Math.round(loadBefore * 10) / 10,
};
if (values.json) console.log(JSON.stringify({ machine, isQuick: values.quick, boxes, measures }, null, 2));
else printTable(machine, measures);
// Sockets of the HTTP client may linger.
process.exit();
