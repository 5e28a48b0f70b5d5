/**
 * Area 1 of the small site in virtual time: real drives, readers, stocktakes and deltas on the twin's lines in memory, with the
 * API in front. `restart` is what a killed gateway leaves and the next one finds.
 */

import { type DeliveredBox, standing } from "../../simulators/days/demo-delivery.ts";
import { createTwin, type Twin } from "../../simulators/twin.ts";
import { type Areas, openAreas } from "../../src/aisles/areas.ts";
import { aisleRoutes } from "../../src/aisles/routes.ts";
import { catalogueRoutes } from "../../src/catalogue/routes.ts";
import { seededChance } from "../../src/clock/chance.ts";
import type { Context } from "../../src/context.ts";
import type { AreaView } from "../../src/contract/aisles.ts";
import type { AisleAttention } from "../../src/contract/attention.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import type { DevicePorts } from "../../src/contract/ports.ts";
import type { Role } from "../../src/contract/roles.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import type { App } from "../../src/http/route.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { type Layout, layoutOf } from "../../src/site/layout.ts";
import { deltaRoutes } from "../../src/stocktake/delta/routes.ts";
import { type Deltas, runDeltas } from "../../src/stocktake/delta/run-deltas.ts";
import { localJudge } from "../../src/stocktake/judging/stocktake-judge.ts";
import { stocktakeRoutes } from "../../src/stocktake/routes.ts";
import { type StocktakeRunner, stocktakeRunner } from "../../src/stocktake/run-stocktakes.ts";
import { openContext, type TestContext } from "./context-server.ts";
import { quickEngine } from "./database.ts";
import { pass, pump, until as untilHolds } from "./delta-time.ts";
import { importCsv } from "./import-csv.ts";
import { testJobs } from "./jobs.ts";
import { motionHere } from "./motion-here.ts";
import { smallDelivery, smallLayout } from "./small-site.ts";
import { linkTo } from "./twin-link.ts";
import { wholeClock } from "./whole-clock.ts";

export const deltaArea = "r1.1";

const { site } = smallLayout;
export const deltaLayout: Layout = layoutOf({
  ...site,
  rooms: site.rooms.map((room) => ({ ...room, areas: room.areas.filter((area) => area.id === "1") })),
  buses: site.buses.filter((bus) => bus.id !== "broker"),
  devices: site.devices.filter((device) => device.bus !== "broker"),
});
export const deltaBoxes: DeliveredBox[] = smallDelivery.boxes.filter((box) => deltaLayout.slotById.has(box.slotId));
const busIds = site.buses.filter((bus) => bus.id !== "broker").map((bus) => bus.id);

export interface DeltaRoom {
  test: TestContext;
  context: Context;
  twin: Twin;
  alarms: { code: string; zh: string }[];
  failures: unknown[];
  /** Runs virtual time until the condition holds. */
  until(what: string, holds: () => boolean | Promise<boolean>, msMax?: number): Promise<void>;
  pass(ms: number): Promise<void>;
  /** As supervisor, unless another role is given. */
  call<T>(method: "GET" | "POST", path: string, payload?: object, role?: Role): Promise<T>;
  view(): AreaView;
  attention(aisle: number): AisleAttention | undefined;
  open(aisle: number): Promise<void>;
  close(): Promise<void>;
  /** `meanwhile`: events in the room while no gateway runs. */
  restart(meanwhile?: () => void): Promise<void>;
  idOf(barcode: string): string;
  dispose(): Promise<void>;
}

interface Opened {
  devices: DevicePorts;
  areas: Areas;
  runner: StocktakeRunner;
  deltas: Deltas;
}

export async function openDeltaRoom(): Promise<DeltaRoom> {
  let context: Context | null = null;
  let now: Opened | null = null;
  const opened = () => {
    if (!now) throw new Error("the gateway is not open");
    return now;
  };
  const alarms: DeltaRoom["alarms"] = [];
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => failures.push(error);
  const test = await openContext(quickEngine(), {
    features: [
      (app, demo) => {
        const clock = wholeClock(demo.clock);
        const publish = (rows: readonly JournalRow[]) => {
          demo.publish(rows);
          now?.deltas.followed(rows);
        };
        context = { ...demo, layout: deltaLayout, clock, publish };
        routesTo(app, context, opened, onFailure);
      },
    ],
  });
  if (!context) throw new Error("the features were not opened");
  const it: Context = context;
  const { clock } = test;
  const twin = createTwin({
    ...{ layout: deltaLayout, standing: standing({ boxes: deltaBoxes, records: [] }), clock: it.clock, seed: 7 },
    confirmedAtStart: true,
  });
  await loadSite(it);
  const idByBarcode = await fillWith(it, deltaBoxes);

  const start = async () => {
    now = await openParts(it, twin, alarms, onFailure);
    await now.runner.resumeAll();
    await now.deltas.start();
  };
  const during = <T>(work: Promise<T>) => pump(clock, work);
  const until: DeltaRoom["until"] = (what, holds, msMax) => untilHolds(clock, what, holds, msMax);

  const call: DeltaRoom["call"] = (...asked) => callAs(test, during, ...asked);

  const view = () => opened().areas.drive(deltaArea).view();
  const mayAct = (verb: string) => until(`may ${verb}`, () => view().may[verb] === true);
  async function shut(): Promise<void> {
    const { deltas, runner, areas, devices } = opened();
    await during(Promise.all([deltas.close(), runner.close(), areas.close()]));
    await during(devices.close());
  }

  await during(start());
  await until("the area is there", () => view().isOnline);
  return {
    ...{ test, context: it, twin, alarms, failures, until, call, view },
    pass: (ms) => pass(clock, ms),
    attention: (aisle) =>
      opened()
        .deltas.attentionOf(deltaArea)
        .aisles.find((one) => one.aisle === aisle),
    async open(aisle) {
      await mayAct(`open:${aisle}`);
      await call("POST", `/areas/${deltaArea}/open`, { aisle });
      await until(`aisle ${aisle} stands open`, () => view().openAisle === aisle && view().activity === "idle");
    },
    async close() {
      await mayAct("close");
      await call("POST", `/areas/${deltaArea}/close`, {});
      await until("no aisle stands open", () => view().openAisle === 0);
    },
    async restart(meanwhile = () => {}) {
      await shut();
      meanwhile();
      await during(start());
      await until("the area is there again", () => view().isOnline);
    },
    idOf: (barcode) => idByBarcode.get(barcode) ?? "",
    async dispose() {
      await shut();
      await test.close();
    },
  };
}

/** The routes stay; a restart opens the parts behind them anew. */
function routesTo(app: App, context: Context, opened: () => Opened, onFailure: (error: unknown) => void): void {
  const standIn = <T extends object>(get: () => T): T =>
    new Proxy({} as T, { get: (_, name) => Reflect.get(get(), name) });
  const runner = standIn(() => opened().runner);
  catalogueRoutes(app, { context });
  aisleRoutes(app, { context, areas: standIn(() => opened().areas), onFailure });
  stocktakeRoutes(app, { context, runner, jobs: testJobs });
  deltaRoutes(app, { deltas: standIn(() => opened().deltas) });
}

async function callAs<T>(
  test: TestContext,
  during: <R>(work: Promise<R>) => Promise<R>,
  method: "GET" | "POST",
  path: string,
  payload?: object,
  role: Role = "supervisor",
): Promise<T> {
  const headers = test.as(role);
  const asked = test.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload ? { payload } : {}) });
  const answer = await during(Promise.resolve(asked));
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.body}`);
  return answer.json();
}

/** Opens the parts as a gateway does; nothing runs yet. */
async function openParts(
  it: Context,
  twin: Twin,
  alarms: DeltaRoom["alarms"],
  onFailure: (error: unknown) => void,
): Promise<Opened> {
  const links = Object.fromEntries(busIds.map((busId) => [busId, linkTo(twin, busId)]));
  const devices = openDevices({ layout: deltaLayout, clock: it.clock, chance: seededChance("delta"), links });
  let deltas: Deltas | null = null;
  const areas = await openAreas({
    context: it,
    motion: motionHere(it.clock, devices.shelves, onFailure),
    onView: (view) => deltas?.saw(view),
    onAlarm: (alarm) => alarms.push(alarm),
    onFailure,
    attentionOf: (areaKey) => deltas?.attentionOf(areaKey),
    beforeOpening: async (areaKey, aisle) => deltas?.beforeOpening(areaKey, aisle),
  });
  const runner = stocktakeRunner({
    ...{ context: it, readers: devices.readers, judge: localJudge(deltaLayout), onProgress: () => {}, onFailure },
  });
  const onFound = (found: { areaKey: string; aisle: number; findings: number }) =>
    alarms.push({ code: "aisle-differs", zh: `${found.aisle} ${found.findings}` });
  deltas = runDeltas({ context: it, runner, isAutomatic: true, onFound, onFailure });
  return { devices, areas, runner, deltas };
}

/** Ids by barcode. */
async function fillWith(it: Context, boxes: readonly DeliveredBox[]): Promise<Map<string, string>> {
  const rows = boxes.map((box, i) => [
    ...[`DA-${box.barcode}`, `32001${i}`, `户${i}`, "在用"],
    ...[box.barcode, box.thicknessMm, box.epc, box.locationCode],
  ]);
  const columns = ["档案号", "户号", "户名", "状态", "盒条码", "盒厚(mm)", "标签EPC", "架位编码"];
  const imported = await importCsv(it, columns, rows);
  if (imported.state !== "done" || imported.rowsRefused > 0) throw new Error(JSON.stringify(imported));
  const ids = await it.db.query.boxes.findMany({ columns: { id: true, barcode: true } });
  return new Map(ids.map((box) => [box.barcode, box.id]));
}
