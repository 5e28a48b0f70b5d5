/**
 * STOP: from POST /api/v1/stop leaving the browser's side to the STOP coil's bytes on the bus, while status polls and beats keep
 * that bus busy (a twin's controller at 19 200 baud, in this process) and commits keep the database busy.
 */

import { Agent, request } from "node:http";
import { createTwin } from "../../simulators/twin.ts";
import { openAreas } from "../../src/aisles/areas.ts";
import { aisleRoutes } from "../../src/aisles/routes.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { sleep } from "../../src/clock/clock.ts";
import type { Context } from "../../src/context.ts";
import { siteChain } from "../../src/contract/journal.ts";
import type { ByteLink } from "../../src/devices/links/byte-link.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import { change } from "../../src/journal/change.ts";
import { loadSite } from "../../src/room/load-site.ts";
import type { Layout } from "../../src/site/layout.ts";
import { motionHere } from "../support/motion-here.ts";
import { linkTo } from "../support/twin-link.ts";
import { type BenchDatabases, contextOf, engines, layoutOfSite, serverOf } from "./bench-context.ts";
import { type BenchOptions, type Measure, measured, median, quantile, skipped } from "./measure.ts";

const busId = "bus-shelf-1";
const commitsAtOnce = 4;
const pauseMsMin = 80;
const pauseMsMax = 180;
const stopMsMax = 5_000;

/** Area 1 of the demo with its controller and climate sensor on one serial pair. */
function oneBus(layout: Layout): Layout {
  const site = { ...layout.site, devices: layout.site.devices.filter(({ bus }) => bus === busId) };
  return { ...layout, site, areas: layout.areas.filter(({ id }) => id === "1") };
}

/** Write Single Coil 0: the STOP of the room-1 map. */
const isStop = (bytes: Uint8Array): boolean => bytes[1] === 5 && bytes[2] === 0 && bytes[3] === 0;

function watched(link: ByteLink, onStop: () => void): { link: ByteLink; frames(): number } {
  let frames = 0;
  const write = link.write.bind(link);
  link.write = (bytes) => {
    frames++;
    if (isStop(bytes)) onStop();
    return write(bytes);
  };
  return { link, frames: () => frames };
}

/** Commits as fast as they go until told to end; returns how many there were. */
function commitLoad(context: Context): { end(): Promise<number> } {
  let isOver = false;
  let commits = 0;
  const body = { text: "x".repeat(200) };
  const loops = Array.from({ length: commitsAtOnce }, async () => {
    while (!isOver) {
      await change(context, async (_tx, { note }) =>
        note({ chain: siteChain, actor: "gateway", kind: "box.placed", body }),
      );
      commits++;
    }
  });
  return {
    async end() {
      isOver = true;
      await Promise.all(loops);
      return commits;
    },
  };
}

export async function measureStop(options: BenchOptions, databases: BenchDatabases): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const engine of engines) {
    const name = `STOP to wire under load, ${engine}`;
    const missing = databases.missing(engine);
    if (missing) measures.push(skipped(name, missing));
    else measures.push(await measureOn(name, await databases.open(engine), options.isQuick ? 8 : 150));
  }
  return measures;
}

type Opened = Awaited<ReturnType<BenchDatabases["open"]>>;

async function measureOn(name: string, database: Opened, stops: number): Promise<Measure> {
  const layout = oneBus(layoutOfSite("demo.yaml"));
  const context = contextOf(database, layout);
  const { clock } = context;
  await loadSite(context);
  const twin = createTwin({ layout, standing: [], clock, seed: 1 });
  let onWire: (atMs: number) => void = () => {};
  const { link, frames } = watched(linkTo(twin, busId), () => onWire(performance.now()));
  const devices = openDevices({ layout, clock, chance: seededChance("stop"), links: { [busId]: link } });
  const onFailure = () => {};
  const areas = await openAreas({
    context,
    motion: motionHere(clock, devices.shelves),
    onView: () => {},
    onAlarm: () => {},
    onFailure,
  });
  const server = await serverOf(context, [(app) => aisleRoutes(app, { context, areas, onFailure })]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const shelf = devices.shelves.get("r1.1");
  if (!shelf) throw new Error("the demo has no shelf on its first bus");
  try {
    const url = await server.app.listen({ host: "127.0.0.1", port: 0 });
    await sleep(clock, 1_500);
    const chance = seededChance("pauses");
    const load = commitLoad(context);
    const took: number[] = [];
    const framesBefore = frames();
    const startMs = Date.now();
    for (let i = 0; i < stops; i++) {
      shelf.heartbeat(true);
      await sleep(clock, pauseMsMin + chance.below(pauseMsMax - pauseMsMin));
      const written = new Promise<number>((resolve, reject) => {
        onWire = resolve;
        setTimeout(() => reject(new Error("no STOP on the wire")), stopMsMax).unref();
      });
      const start = performance.now();
      await post(agent, `${url}/api/v1/stop`, server.headers);
      took.push((await written) - start);
    }
    const seconds = (Date.now() - startMs) / 1000;
    const commits = await load.end();
    const busy = `p50 ${median(took).toFixed(1)} ms; ${Math.round((frames() - framesBefore) / seconds)} frames/s, ${Math.round(commits / seconds)} commits/s beside`;
    return measured({
      name: `${name}: p99`,
      value: quantile(took, 0.99),
      unit: "ms",
      goal: { of: "value", atMost: 100 },
      note: busy,
    });
  } finally {
    agent.destroy();
    await areas.close();
    await server.close();
    await devices.close();
    await database.close();
  }
}

function post(agent: Agent, url: string, headers: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: "POST", agent, headers }, (answer) => {
      answer.resume();
      answer.on("end", () => (answer.statusCode === 202 ? resolve() : reject(new Error(`STOP: ${answer.statusCode}`))));
    });
    sending.on("error", reject);
    sending.setNoDelay(true);
    sending.end();
  });
}
