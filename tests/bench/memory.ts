/**
 * What a gateway holds in memory, all its processes together as PSS, the twin apart: fresh on each engine, some minutes after an
 * import, and at its highest while each long job runs on a gateway with 100 000 boxes.
 */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BenchDatabases, type BenchEngine, engines, layoutOfSite } from "./bench-context.ts";
import { type HoldContext, openHoldContext } from "./hold-context.ts";
import { fileRows } from "./hold-files.ts";
import type { Load, LoadRow } from "./hold-gateway.ts";
import { call, pause } from "./hold-gateway.ts";
import { memoryRows } from "./hold-load.ts";
import { type BenchOptions, type Measure, measured, skipped, within } from "./measure.ts";
import { type Held, heldBy, inWords, totalMb, watchPeak } from "./memory-pss.ts";

const freshMbMax = 320;
const aboveAloneMbMax = 200;
const afterImportTimesMax = 1.1;
const jobMbMax = 1_000;
const lookEveryMs = 250;
const jobMsMax = 1_200_000;
const aloneMsMax = 60_000;

interface Sizes {
  boxes: number;
  /** After a start, before what is held is taken as what it holds. */
  settleMs: number;
  afterImportMs: number;
}

const sizesOf = ({ isQuick }: BenchOptions): Sizes =>
  isQuick
    ? { boxes: 10_000, settleMs: 8_000, afterImportMs: 60_000 }
    : { boxes: 100_000, settleMs: 20_000, afterImportMs: 300_000 };

export async function measureMemory(options: BenchOptions, databases: BenchDatabases): Promise<Measure[]> {
  if (process.platform !== "linux") return [skipped("memory", "PSS is Linux's own figure")];
  const measures: Measure[] = [];
  for (const engine of engines) {
    const missing = databases.missing(engine);
    if (missing) measures.push(skipped(`memory, ${engine}`, missing));
    else measures.push(...(await fresh(engine, options, databases)), ...(await filled(engine, options, databases)));
  }
  return measures;
}

/** As installed, on the shipped site, nothing in it yet. */
async function fresh(engine: BenchEngine, options: BenchOptions, databases: BenchDatabases): Promise<Measure[]> {
  const siteFile = "demo.yaml";
  const context = await openHoldContext({
    ...{ engine, databases, layout: layoutOfSite(siteFile), siteFile, boxes: 0, links: {} },
  });
  try {
    const held = await settled(context, sizesOf(options));
    options.say(`${engine}, fresh: ${totalMb(held).toFixed(0)} MB (${inWords(held)})`);
    if (engine === "postgres") return [figure("fresh on PostgreSQL", held, { atMost: freshMbMax })];
    await context.endGateway();
    const aloneMb = await pgliteAlone(context.folder, sizesOf(options));
    const above = measured({
      name: "memory, fresh on the embedded engine, above PGlite alone",
      ...{ value: totalMb(held) - aloneMb, unit: "MB", goal: { of: "value", atMost: aboveAloneMbMax } },
      note: `${totalMb(held).toFixed(0)} MB, PGlite alone on the same folder ${aloneMb.toFixed(0)} MB`,
    });
    return [figure("fresh on the embedded engine", held), above];
  } finally {
    await context.close();
  }
}

async function pgliteAlone(folder: string, { settleMs }: Sizes): Promise<number> {
  const file = fileURLToPath(new URL("./pglite-alone.mjs", import.meta.url));
  const child = fork(file, [join(folder, "database", "cluster")], { execArgv: [] });
  try {
    const ready = new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", (code) => reject(new Error(`PGlite alone ended with ${code}`)));
    });
    await within(aloneMsMax, "PGlite alone", ready);
    await pause(settleMs);
    return totalMb(heldBy(child.pid ?? 0));
  } finally {
    child.disconnect();
  }
}

/** A full room: before and after an import, and the peak of each job. */
async function filled(engine: BenchEngine, options: BenchOptions, databases: BenchDatabases): Promise<Measure[]> {
  const sizes = sizesOf(options);
  const siteFile = "hall-100k.yaml";
  const layout = layoutOfSite(siteFile);
  const folder = mkdtempSync(join(tmpdir(), "guiwei-memory-"));
  const files = await fileRows(folder);
  const context = await openHoldContext({ engine, databases, layout, siteFile, boxes: sizes.boxes, links: {} });
  try {
    const load: Load = {
      ...{ context, layout, boxes: sizes.boxes, ids: new Map(), asked: new Set(), askedAgain: 0 },
      pauseOpenings: async () => {},
    };
    const before = await settled(context, sizes);
    options.say(`${engine}, ${sizes.boxes} boxes: ${totalMb(before).toFixed(0)} MB (${inWords(before)})`);
    const [first, ...others] = [...memoryRows, ...files] as [LoadRow, ...LoadRow[]];
    const measures = [figure(`${engine}, ${sizes.boxes} boxes, at rest`, before)];
    measures.push(await peakOf(first, load, engine, options));
    await pause(sizes.afterImportMs);
    measures.push(afterImport(engine, sizes, before, heldBy(context.pid)));
    for (const row of others) measures.push(await peakOf(row, load, engine, options));
    await settled(context, sizes);
    return [...measures, figure(`${engine}, ${sizes.boxes} boxes, after all of these`, heldBy(context.pid))];
  } catch (error) {
    options.say(context.said());
    throw error;
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function peakOf({ name, run }: LoadRow, load: Load, engine: BenchEngine, { say }: BenchOptions) {
  const watch = watchPeak(load.context.pid, lookEveryMs);
  const ended = await within(jobMsMax, name, run(load)).catch((error: Error) => `FAILED: ${error.message}`);
  const peak = watch.end();
  say(`${name}: ${totalMb(peak).toFixed(0)} MB (${inWords(peak)}); ${ended}`);
  return figure(`${engine}, at most while: ${name}`, peak, { atMost: jobMbMax }, ended);
}

function afterImport(engine: BenchEngine, sizes: Sizes, before: readonly Held[], after: readonly Held[]): Measure {
  return measured({
    name: `memory, ${engine}, ${sizes.afterImportMs / 1000} s after an import`,
    ...{ value: totalMb(after), unit: "MB", note: inWords(after) },
    ratioTo: "before it",
    ratio: totalMb(after) / totalMb(before),
    goal: { of: "ratio", atMost: afterImportTimesMax },
  });
}

function figure(name: string, held: readonly Held[], goal?: { atMost: number }, ended = ""): Measure {
  const note = [inWords(held), ended].filter(Boolean).join("; ");
  const about = { name: `memory, ${name}`, value: totalMb(held), unit: "MB", note };
  return measured({ ...about, ...(goal ? { goal: { of: "value", ...goal } } : {}) });
}

/** People have looked at it, and nothing goes on. */
async function settled(context: HoldContext, { settleMs }: Sizes): Promise<Held[]> {
  const load = { context, asked: new Set<string>(), askedAgain: 0 } as unknown as Load;
  for (const path of ["rooms", "alarms", "imports", "stocktakes"]) await call(load, "GET", `/api/v1/${path}`);
  await pause(settleMs);
  return heldBy(context.pid);
}
