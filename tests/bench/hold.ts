/**
 * How long motion is held by everything else: the gateway as installed at 100 000 boxes, aisles opened in two areas all the time,
 * STOP pressed in a third, and each route, job and hostile file in turn. Measured at the controllers' wires: gaps between beats
 * while carriages move, and from the press of STOP to its frame. Empty loops in processes of their own, one at motion's rank and
 * one at the gateway's, tell what the machine held.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LinkSpec } from "../../src/site/schema.ts";
import { type BenchDatabases, type BenchEngine, engines, layoutOfSite } from "./bench-context.ts";
import { openHoldContext } from "./hold-context.ts";
import { fileRows } from "./hold-files.ts";
import type { Load, LoadRow } from "./hold-gateway.ts";
import { leftOutMeasure } from "./hold-left-out.ts";
import { jobRows } from "./hold-load.ts";
import type { FromRoom, RoomTally, ToRoom } from "./hold-room.ts";
import { notAsked, routeRows } from "./hold-routes.ts";
import {
  addTo,
  type HoldRow,
  type HoldTally,
  isOver,
  lesserHold,
  measuresOf,
  rowInOneLine,
  toRepeat,
} from "./hold-rows.ts";
import { type BenchOptions, type Measure, skipped, within } from "./measure.ts";

const siteFile = "hall-100k.yaml";
const answerMsMax = 150_000;
const rowMsMax = 1_200_000;
/** A row begins while both areas move; it begins anyway where they do not come to that. */
const movingMsMax = 30_000;
/** Of a quick run: what holds motion by itself does so each time, what a machine does by chance does not. */
const againMax = 2;

/** A child that answers each message with one. */
interface Child<To, From> {
  ask(message: To): Promise<From>;
  end(): void;
}

function childOf<To extends object, From>(url: URL, words: string[] = []): Child<To, From> {
  const file = fileURLToPath(url);
  const child: ChildProcess = fork(file, words, { execArgv: ["--import", "tsx"] });
  return {
    ask: (message) =>
      within(
        answerMsMax,
        file,
        new Promise<From>((resolve, reject) => {
          const gone = (code: number | null) => reject(new Error(`${file} ended with ${code}`));
          child.once("exit", gone);
          child.once("message", (told) => {
            child.off("exit", gone);
            resolve(told as From);
          });
          child.send(message);
        }),
      ),
    end: () => child.disconnect(),
  };
}

export async function measureHold(options: BenchOptions, databases: BenchDatabases): Promise<Measure[]> {
  const measures: Measure[] = [];
  // PostgreSQL shares no process with the gateway: the embedded one is the harder case, and the one for five minutes.
  for (const engine of options.isQuick ? (["embedded"] as const) : engines) {
    const missing = databases.missing(engine);
    if (missing) measures.push(skipped(`hold, ${engine}`, missing));
    else measures.push(...(await measureOn(engine, options, databases)));
  }
  return measures;
}

async function measureOn(engine: BenchEngine, options: BenchOptions, databases: BenchDatabases): Promise<Measure[]> {
  const { isQuick, say } = options;
  const boxes = isQuick ? 20_000 : 100_000;
  const rowMs = isQuick ? 1_500 : 5_000;
  const layout = layoutOfSite(siteFile);
  const folder = mkdtempSync(join(tmpdir(), "guiwei-hold-"));
  const room = childOf<ToRoom, FromRoom>(new URL("./hold-room.ts", import.meta.url));
  const empty = childOf<object, number>(new URL("./empty-loop.ts", import.meta.url), ["first"]);
  const plain = childOf<object, number>(new URL("./empty-loop.ts", import.meta.url));
  let context: Awaited<ReturnType<typeof openHoldContext>> | null = null;
  try {
    const files = await fileRows(folder);
    const links = linksIn(await room.ask({ kind: "open", site: siteFile }));
    context = await openHoldContext({ engine, databases, layout, siteFile, boxes, links });
    say(`${engine}: ${boxes} boxes, ${context.url}`);
    const { openers, stopper } = context.secrets;
    await room.ask({ kind: "go", url: context.url, doorUrl: context.stopUrl, openers, stopper });
    const beside = { room, empty, plain, rowMs };
    const load: Load = {
      ...{ context, layout, boxes, ids: new Map(), asked: new Set(), askedAgain: 0 },
      pauseOpenings: async (isPaused) => void (await room.ask({ kind: "pause", isPaused })),
    };
    const rows: HoldRow[] = [];
    const loads = new Map<HoldRow, LoadRow>();
    await begin(beside);
    for (const row of [...jobRows, ...(await routeRows(load, rowMs)), ...files]) {
      let told = await measureRow(row, load, beside);
      for (let again = 0; isQuick && isOver(told) && again < againMax; again++)
        told = lesserHold(told, await measureRow(row, load, beside));
      rows.push(told);
      loads.set(told, row);
      say(rowInOneLine(told));
    }
    for (const row of isQuick ? toRepeat(rows) : []) {
      row.repeat = await measureRow(loads.get(row) as LoadRow, load, beside);
      say(`once more, since the machine was starved: ${rowInOneLine(row.repeat)}`);
    }
    const left = await notAsked(load);
    await room.ask({ kind: "end" });
    const name = `hold, ${engine}`;
    return [...measuresOf(name, rows, isQuick), leftOutMeasure(name, left)];
  } catch (error) {
    if (context) say(context.said());
    throw error;
  } finally {
    room.end();
    empty.end();
    plain.end();
    await context?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Beside {
  room: Child<ToRoom, FromRoom>;
  empty: Child<object, number>;
  plain: Child<object, number>;
  rowMs: number;
}

async function measureRow({ name, run }: LoadRow, load: Load, beside: Beside): Promise<HoldRow> {
  const startMs = Date.now();
  const ended = await within(rowMsMax, name, run(load)).catch((error: Error) => error);
  await pause(Math.max(0, startMs + beside.rowMs - Date.now()));
  const seconds = (Date.now() - startMs) / 1000;
  const again = load.askedAgain > 0 ? `; asked again ${load.askedAgain} times: overloaded` : "";
  load.askedAgain = 0;
  const note = ended instanceof Error ? `FAILED: ${ended.message}` : ended + again;
  return addTo({ name, seconds, note, ...(await takeAll(beside)) }, await begin(beside));
}

/** Waits until both areas move again. What happens meanwhile is returned: it belongs to the row before, whose motions end in it. */
async function begin(beside: Beside): Promise<HoldTally> {
  for (const untilMs = Date.now() + movingMsMax; Date.now() < untilMs; await pause(100)) {
    const told = await beside.room.ask({ kind: "who moves" });
    if (told.kind === "moving" && told.areas >= 2) break;
  }
  return takeAll(beside);
}

async function takeAll({ room, empty, plain }: Beside): Promise<HoldTally> {
  const asked = [room.ask({ kind: "take" }), empty.ask({}), plain.ask({})] as const;
  const [told, emptyHoldMs, plainHoldMs] = await Promise.all(asked);
  return { ...tallyIn(told), emptyHoldMs, plainHoldMs, loadPerCore: (loadavg()[0] ?? 0) / availableParallelism() };
}

function linksIn(told: FromRoom): Record<string, LinkSpec> {
  if (told.kind !== "links") throw new Error(`the room answered ${told.kind}`);
  return told.links;
}

function tallyIn(told: FromRoom): RoomTally {
  if (told.kind !== "tally") throw new Error(`the room answered ${told.kind}`);
  return told.tally;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
