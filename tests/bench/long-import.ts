/**
 * One long CSV file through the import desk on PostgreSQL, with every column a row may be compared by: how long each step takes,
 * and what its process holds in memory at most, beside what this process (the gateway's part) grew by.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importColumns } from "../../src/catalogue/import/columns.ts";
import { type ImportDesk, importDesk } from "../../src/catalogue/import/import-desk.ts";
import type { ImportProgress, ImportView } from "../../src/contract/catalogue.ts";
import { type JobKind, jobTable } from "../../src/jobs/job-kinds.ts";
import { loadSite } from "../../src/room/load-site.ts";
import type { Layout } from "../../src/site/layout.ts";
import { jobProcesses } from "../support/job-processes.ts";
import { testJobs } from "../support/jobs.ts";
import { type BenchDatabases, contextOf, layoutOfSite } from "./bench-context.ts";
import { type BenchOptions, type Measure, measured, skipped, within } from "./measure.ts";

type Phase = ImportProgress["phase"];

const stepMsMax = 3_600_000;
const lookEveryMs = 50;
const megabyte = 2 ** 20;
const pieceRows = 1_000;
/** Of the process that serves everybody else, over what it held before: rows come and go. */
const grownMbMax = 150;

interface Seen {
  seconds: Map<Phase, number>;
  /** Of the processes that read and compare, by the system's own high-water mark. */
  jobMb: Map<JobKind, number>;
  grownMb: Map<Phase, number>;
}

export async function measureLongImport(options: BenchOptions, databases: BenchDatabases): Promise<Measure[]> {
  const missing = databases.missing("postgres");
  if (missing || process.platform !== "linux")
    return [skipped("long import, postgres", missing ?? "needs /proc to see what a process holds")];
  const layout = layoutOfSite("hall-100k.yaml");
  const database = await databases.open("postgres");
  const folder = mkdtempSync(join(tmpdir(), "guiwei-bench-"));
  const failures: unknown[] = [];
  const watch = watchSteps();
  try {
    const context = contextOf(database, layout);
    await loadSite(context);
    const desk = importDesk({
      ...{ context, folder, jobs: testJobs },
      onFailure: (error) => failures.push(error),
      onProgress: (_, progress) => watch.enter(progress?.phase ?? null),
    });
    const id = await desk.receive("gateway", "long.csv", csvOf(layout, options.rows));
    await ended(desk, id, "checked", failures);
    if (options.runsRows) {
      await desk.run("gateway", id);
      await ended(desk, id, "done", failures);
    }
    return measuresOf(options.rows, watch.end());
  } finally {
    watch.end();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ended(desk: ImportDesk, id: string, state: ImportView["state"], failures: unknown[]): Promise<void> {
  await within(stepMsMax, `an import to be ${state}`, desk.idle());
  const view = await desk.view(id);
  if (view.state !== state || view.rowsRefused > 0) throw new Error(`${JSON.stringify(view)} ${failures.join()}`);
}

function measuresOf(rows: number, { seconds, jobMb, grownMb }: Seen): Measure[] {
  const inAll = (phase: Phase) => seconds.get(phase) ?? 0;
  const rate = (phase: Phase) => rows / inAll(phase);
  const ofJob = (kind: JobKind, phase: Phase) =>
    measured({
      name: `long import of ${rows} rows: ${kind}`,
      ...{ value: jobMb.get(kind) ?? 0, unit: "MB at most" },
      goal: { of: "value", atMost: jobTable[kind].limits.rssMbMax },
      note: `${inAll(phase).toFixed(1)} s, ${Math.round(rate(phase))} rows/s`,
    });
  const ofGateway = (phase: Phase, what: string) =>
    measured({
      name: `long import of ${rows} rows: ${what}`,
      ...{ value: grownMb.get(phase) ?? 0, unit: "MB grown" },
      goal: { of: "value", atMost: grownMbMax },
      note: `${inAll(phase).toFixed(1)} s, ${Math.round(rate(phase))} rows/s; the gateway's own process`,
    });
  return [
    ofJob("read-table", "reading"),
    ofJob("compare-rows", "comparing"),
    ofGateway("checking", "dry run"),
    ...(seconds.has("writing") ? [ofGateway("writing", "run")] : []),
  ];
}

/** By the phases that the desk tells, since it tells them to people as well. */
function watchSteps(): { enter(phase: Phase | null): void; end(): Seen } {
  const seen: Seen = { seconds: new Map(), jobMb: new Map(), grownMb: new Map() };
  const beforeMb = process.memoryUsage.rss() / megabyte;
  let phase: Phase | null = null;
  let atMs = performance.now();
  const most = <K>(map: Map<K, number>, key: K, value: number) => map.set(key, Math.max(map.get(key) ?? 0, value));
  const look = () => {
    if (phase === null) return;
    most(seen.grownMb, phase, process.memoryUsage.rss() / megabyte - beforeMb);
    const kind: JobKind | null = phase === "reading" ? "read-table" : phase === "comparing" ? "compare-rows" : null;
    if (kind) for (const pid of jobProcesses(process.pid)) most(seen.jobMb, kind, highWaterMb(pid));
  };
  const timer = setInterval(look, lookEveryMs);
  return {
    enter(now) {
      if (now === phase) return;
      const nowMs = performance.now();
      if (phase) seen.seconds.set(phase, (seen.seconds.get(phase) ?? 0) + (nowMs - atMs) / 1000);
      phase = now;
      atMs = nowMs;
    },
    end() {
      clearInterval(timer);
      return seen;
    },
  };
}

function highWaterMb(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    // Gone meanwhile.
    return 0;
  }
}

/** Made as it is read: none of it lies in this process's memory. The first boxes stand in the hall's slots, the others nowhere. */
async function* csvOf(layout: Layout, rows: number): AsyncGenerator<Buffer> {
  const codes = layout.areas.flatMap(({ slots }) => slots.map(({ locationCode }) => locationCode));
  yield Buffer.from(`${importColumns.map(({ zh }) => zh).join(",")}\n`);
  for (let at = 0; at < rows; at += pieceRows) {
    const lines = Array.from({ length: Math.min(pieceRows, rows - at) }, (_, i) => lineOf(at + i, codes[at + i] ?? ""));
    yield Buffer.from(`${lines.join("\n")}\n`);
  }
}

function lineOf(no: number, locationCode: string): string {
  const cells: Record<string, string> = {
    ...{ recordNo: `D${3_200_000_000 + no}`, customerNo: `${3_200_000_000 + no}`, name: `江宁用电客户${no}号有限公司` },
    ...{ businessType: "高压新装", supplyOffice: "江宁供电所", state: "在用", thicknessMm: "30", locationCode },
    ...{ barcode: `GW-${String(no).padStart(8, "0")}`, epc: `E280117000000200${String(no).padStart(8, "0")}` },
  };
  return importColumns.map(({ key }) => cells[key] ?? "").join(",");
}
