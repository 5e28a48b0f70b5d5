/**
 * Area 1 of the small site in virtual time: real drives, readers, counts and delta stocktakes on the twin's lines in memory,
 * with the API in front. `restart` is what a killed gateway leaves behind and the next one finds.
 */

import { type DeliveredBox, standing } from "../../simulators/days/demo-delivery.ts";
import { createTwin, type Twin } from "../../simulators/twin.ts";
import { type Areas, openAreas } from "../../src/aisles/areas.ts";
import { aisleRoutes } from "../../src/aisles/routes.ts";
import { catalogueRoutes } from "../../src/catalogue/routes.ts";
import { seededChance } from "../../src/clock/chance.ts";
import type { AreaView } from "../../src/contract/aisles.ts";
import type { AisleAttention } from "../../src/contract/attention.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import type { DevicePorts } from "../../src/contract/ports.ts";
import type { Role } from "../../src/contract/roles.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import type { House } from "../../src/house.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { type Layout, layoutOf } from "../../src/site/layout.ts";
import { countJudge } from "../../src/stocktake/count-judge.ts";
import { deltaRoutes } from "../../src/stocktake/delta/routes.ts";
import { type Deltas, runDeltas } from "../../src/stocktake/delta/run-deltas.ts";
import { stocktakeRoutes } from "../../src/stocktake/routes.ts";
import { type StocktakeRunner, stocktakeRunner } from "../../src/stocktake/run-stocktakes.ts";
import { openHouse, type TestHouse } from "./house-server.ts";
import { importCsv } from "./import-csv.ts";
import { testJobs } from "./jobs.ts";
import { motionHere } from "./motion-here.ts";
import { settle } from "./run-for.ts";
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
  test: TestHouse;
  house: House;
  twin: Twin;
  alarms: { code: string; zh: string }[];
  failures: unknown[];
  /** A step of virtual time, and what follows from it. */
  until(what: string, holds: () => boolean | Promise<boolean>, msMax?: number): Promise<void>;
  pass(ms: number): Promise<void>;
  /** As supervisor, if nobody else is named. */
  call<T>(method: "GET" | "POST", path: string, payload?: object, role?: Role): Promise<T>;
  view(): AreaView;
  attention(aisle: number): AisleAttention | undefined;
  open(aisle: number): Promise<void>;
  close(): Promise<void>;
  /** `meanwhile`: what happens in the room while no gateway runs. */
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
  let house: House | null = null;
  let now: Opened | null = null;
  const opened = () => {
    if (!now) throw new Error("the gateway is not open");
    return now;
  };
  const alarms: DeltaRoom["alarms"] = [];
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => failures.push(error);
  // The routes stay, what they speak to is opened anew by a restart.
  const standIn = <T extends object>(get: () => T): T =>
    new Proxy({} as T, { get: (_, name) => Reflect.get(get(), name) });
  const test = await openHouse("embedded", {
    features: [
      (app, demo) => {
        const clock = wholeClock(demo.clock);
        const publish = (rows: readonly JournalRow[]) => {
          demo.publish(rows);
          now?.deltas.followed(rows);
        };
        house = { ...demo, layout: deltaLayout, clock, publish };
        const runner = standIn(() => opened().runner);
        catalogueRoutes(app, { house });
        aisleRoutes(app, { house, areas: standIn(() => opened().areas), onFailure });
        stocktakeRoutes(app, { house, runner, jobs: testJobs });
        deltaRoutes(app, { deltas: standIn(() => opened().deltas) });
      },
    ],
  });
  if (!house) throw new Error("the features were not opened");
  const it: House = house;
  const { clock } = test;
  const twin = createTwin({
    ...{ layout: deltaLayout, standing: standing({ boxes: deltaBoxes, records: [] }), clock: it.clock, seed: 7 },
    confirmedAtStart: true,
  });
  await loadSite(it);
  const rows = deltaBoxes.map((box, i) => [
    ...[`DA-${box.barcode}`, `32001${i}`, `户${i}`, "在用"],
    ...[box.barcode, box.thicknessMm, box.epc, box.locationCode],
  ]);
  const columns = ["档案号", "户号", "户名", "状态", "盒条码", "盒厚(mm)", "标签EPC", "架位编码"];
  const imported = await importCsv(it, columns, rows);
  if (imported.state !== "done" || imported.rowsRefused > 0) throw new Error(JSON.stringify(imported));
  const ids = await it.db.query.boxes.findMany({ columns: { id: true, barcode: true } });
  const idByBarcode = new Map(ids.map((box) => [box.barcode, box.id]));

  async function start(): Promise<void> {
    const links = Object.fromEntries(busIds.map((busId) => [busId, linkTo(twin, busId)]));
    const devices = openDevices({ layout: deltaLayout, clock: it.clock, chance: seededChance("delta"), links });
    let deltas: Deltas | null = null;
    const areas = await openAreas({
      house: it,
      motion: motionHere(it.clock, devices.shelves, onFailure),
      onView: (view) => deltas?.saw(view),
      onAlarm: (alarm) => alarms.push(alarm),
      onFailure,
      attentionOf: (areaKey) => deltas?.attentionOf(areaKey),
      beforeOpening: async (areaKey, aisle) => deltas?.beforeOpening(areaKey, aisle),
    });
    const runner = stocktakeRunner({
      ...{ house: it, readers: devices.readers, judge: countJudge(deltaLayout), onProgress: () => {}, onFailure },
    });
    const onFound = (found: { areaKey: string; aisle: number; findings: number }) =>
      alarms.push({ code: "aisle-differs", zh: `${found.aisle} ${found.findings}` });
    deltas = runDeltas({ house: it, runner, isAutomatic: true, onFound, onFailure });
    now = { devices, areas, runner, deltas };
    await runner.resumeAll();
    await deltas.start();
  }

  async function pump<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    while (!isOver) {
      await settle();
      if (!isOver) clock.step();
    }
    return work;
  }

  /** Time goes on while the embedded database, which is asynchronous, keeps up. */
  async function pass(ms: number): Promise<void> {
    const untilMs = clock.nowMs() + ms;
    for (let due = clock.nextDueMs(); due !== null && due <= untilMs; due = clock.nextDueMs()) {
      clock.step();
      for (let i = 0; i < 4; i++) await settle();
    }
    clock.advance(untilMs - clock.nowMs());
    await settle();
  }

  async function until(what: string, holds: () => boolean | Promise<boolean>, msMax = 120_000): Promise<void> {
    for (let ms = 0; ms < msMax; ms += 100) {
      if (await holds()) return;
      await pass(100);
    }
    throw new Error(`not within ${msMax} ms: ${what}`);
  }

  async function call<T>(
    method: "GET" | "POST",
    path: string,
    payload?: object,
    role: Role = "supervisor",
  ): Promise<T> {
    const headers = test.as(role);
    const asked = test.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload ? { payload } : {}) });
    const answer = await pump(Promise.resolve(asked));
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.body}`);
    return answer.json();
  }

  const view = () => opened().areas.drive(deltaArea).view();
  const mayAct = (verb: string) => until(`may ${verb}`, () => view().may[verb] === true);
  async function shut(): Promise<void> {
    const { deltas, runner, areas, devices } = opened();
    await pump(Promise.all([deltas.close(), runner.close(), areas.close()]));
    await pump(devices.close());
  }

  await pump(start());
  await until("the area is there", () => view().isOnline);
  return {
    ...{ test, house: it, twin, alarms, failures, until, pass, call, view },
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
      await pump(start());
      await until("the area is there again", () => view().isOnline);
    },
    idOf: (barcode) => idByBarcode.get(barcode) ?? "",
    async dispose() {
      await shut();
      await test.close();
    },
  };
}
