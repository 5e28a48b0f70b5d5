/** 寻找 with the real drivers on the twin, in virtual time: the layer where the box really is rises to the top, live. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { DeliveredBox } from "../../simulators/days/demo-delivery.ts";
import { carryOut, moveBox } from "../../simulators/room/boxes.ts";
import { demoLayout } from "../../simulators/test-twin.ts";
import { catalogueRoutes } from "../../src/catalogue/routes.ts";
import type { LocateView } from "../../src/contract/locate.ts";
import type { Role } from "../../src/contract/roles.ts";
import type { StocktakeView } from "../../src/contract/stocktake.ts";
import { locateMsMax } from "../../src/locate/locate.ts";
import { type LocateJobs, locateJobs } from "../../src/locate/locate-jobs.ts";
import { locateRoutes } from "../../src/locate/routes.ts";
import { localJudge } from "../../src/stocktake/judging/stocktake-judge.ts";
import { stocktakeRoutes } from "../../src/stocktake/routes.ts";
import { stocktakeRunner } from "../../src/stocktake/run-stocktakes.ts";
import { testJobs } from "../support/jobs.ts";
import { boxesOf, layerOf, openTwinContext, type TwinContext, twinBoxes } from "../support/twin-context.ts";

const layerIds = [...new Set(twinBoxes.map((box) => layerOf(box.slotId)))].filter((id) => id.startsWith("r1.1."));
const home = layerIds[1]!;
/** On the face across the aisle, heard by the other reader. */
const away = layerIds.find((id) => id.startsWith("r1.1.2A.1.3"))!;
const box = (i: number) => boxesOf(home)[i] as DeliveredBox;

describe("looking for a box", () => {
  let test: TwinContext;
  let desk: LocateJobs;
  const told: LocateView[] = [];
  const failures: unknown[] = [];
  beforeAll(async () => {
    test = await openTwinContext("embedded", (app, { context, ports }) => {
      const onFailure = (error: unknown) => failures.push(error);
      const { readers } = ports;
      const runner = stocktakeRunner({
        ...{ context, readers, judge: localJudge(context.layout), onProgress: () => {}, onFailure },
      });
      desk = locateJobs({ context, readers, onProgress: (view) => told.push(view), onFailure });
      catalogueRoutes(app, { context });
      stocktakeRoutes(app, { context, runner, jobs: testJobs });
      locateRoutes(app, { locateJobs: desk });
    });
  }, 120_000);
  afterAll(async () => {
    await test?.pump(desk.close());
    await test?.close();
    expect(failures).toEqual([]);
  });

  // A test that fails leaves nothing behind for the next.
  afterEach(async () => {
    for (const one of boxesOf(home)) await end(one);
    for (const reader of test.twin.readers.values()) {
      reader.missingPorts.clear();
      reader.isMute = false;
    }
  });

  function ask(path: string, payload?: object, role: Role = "archivist") {
    const headers = test.as(role);
    const url = `/api/v1${path}`;
    const asked = payload
      ? test.app.inject({ method: "POST", url, headers, payload })
      : test.app.inject({ url, headers });
    return test.pump(Promise.resolve(asked));
  }
  const path = (one: DeliveredBox) => `/boxes/${test.idOf(one.barcode)}/locate`;
  const start = async (one: DeliveredBox) => (await ask(path(one), {})).json() as LocateView;
  const view = async (one: DeliveredBox) => (await ask(path(one))).json() as LocateView;
  const end = async (one: DeliveredBox) => (await ask(`${path(one)}/end`, {})).json() as LocateView;
  const pass = (ms: number) => test.pump(new Promise<void>((resolve) => test.clock.after(ms, resolve)));
  const move = (one: DeliveredBox, slotId: string) =>
    expect(moveBox(test.twin.room.boxes, demoLayout, one.epc, slotId)).toBeNull();
  const faultsOf = ({ places }: LocateView) => new Map(places.map(({ layerId, fault }) => [layerId, fault]));

  it("begins at home and beside it, and lets the layer where it really is rise to the top", async () => {
    const one = box(0);
    move(one, `${away}.20`);
    const begun = await start(one);
    expect(begun).toMatchObject({
      state: "running",
      endedWhy: null,
      barcode: one.barcode,
      roomId: "r1",
      roundsRead: 0,
    });
    expect(begun.places[0]).toMatchObject({ layerId: home, why: "home", rounds: 0, signalDbm: null, strength: 0 });
    expect(begun.places[1]?.why).toBe("neighbour");
    await pass(20_000);
    const heard = await view(one);
    expect(heard.places[0]).toMatchObject({ layerId: away, fault: null });
    expect(heard.places[0]?.signalDbm).toBeLessThan(-30);
    expect(heard.places[0]?.strength).toBeGreaterThan(0.3);
    expect(heard.places[0]?.roundsAnswered).toBeGreaterThan(10);
    expect(heard.roundsRead).toBeGreaterThan(50);
    // Carried on while it is looked for: the list follows.
    move(one, `${home}.19`);
    await pass(20_000);
    const followed = await view(one);
    expect(followed.places[0]?.layerId).toBe(home);
    // The console sees the same without asking.
    expect([told.at(-1)?.id, told.at(-1)?.places[0]?.layerId]).toEqual([followed.id, home]);
    expect(await end(one)).toMatchObject({ state: "ended", endedWhy: "told" });
    const { roundsRead } = await view(one);
    await pass(5_000);
    expect((await view(one)).roundsRead).toBe(roundsRead);
    move(one, one.slotId);
  }, 120_000);

  it("begins where the newest count thinks that it is", async () => {
    const one = box(1);
    move(one, `${away}.18`);
    const { id } = (await ask("/stocktakes", { roomId: "r1", scope: { layerIds } }, "supervisor")).json();
    for (let state = "running"; state === "running"; await pass(500))
      state = ((await ask(`/stocktakes/${id}`)).json() as StocktakeView).state;
    const { places } = await start(one);
    expect(places[0]).toMatchObject({ layerId: away, why: "stocktake" });
    expect(places[0]?.chance).toBeGreaterThan(0.5);
    await end(one);
    move(one, one.slotId);
  }, 120_000);

  it("ends by itself after five minutes, though nobody hears the box", async () => {
    const one = box(2);
    carryOut(test.twin.room.boxes, demoLayout, one.epc);
    const { startedAtMs, endsAtMs } = await start(one);
    expect(endsAtMs - startedAtMs).toBe(locateMsMax);
    await pass(locateMsMax - 60_000);
    expect(await view(one)).toMatchObject({ state: "running" });
    await pass(61_000);
    expect(await view(one)).toMatchObject({ state: "ended", endedWhy: "time", endedAtMs: endsAtMs });
    expect(told.at(-1)).toMatchObject({ state: "ended", endedWhy: "time" });
    expect((await view(one)).places.every(({ strength }) => strength === 0)).toBe(true);
    move(one, one.slotId);
  }, 120_000);

  it("ends when somebody records where the box is, and never moves it on the books itself", async () => {
    const one = box(3);
    move(one, `${away}.17`);
    await start(one);
    await pass(10_000);
    const detail = (await ask(`/boxes/${test.idOf(one.barcode)}`)).json();
    expect(detail.place.locationCode).toBe(one.locationCode);
    const { locationCode } = demoLayout.slotById.get(`${away}.17`)!;
    const placed = await ask(`/boxes/${test.idOf(one.barcode)}/place`, { locationCode, reason: "found" });
    expect(placed.statusCode, placed.body).toBeLessThan(300);
    await pass(2_000);
    expect(await view(one)).toMatchObject({ state: "ended", endedWhy: "found" });
    expect(test.rows.filter(({ kind }) => kind === "locate.ended").at(-1)).toMatchObject({
      actor: "gateway",
      body: { barcode: one.barcode, why: "found", locationCode },
    });
  }, 120_000);

  it("lists layers whose silence says nothing, each with its reason", async () => {
    const one = box(4);
    const port = demoLayout.layerById.get(home)!.antenna!.port;
    test.twin.readers.get("rd-101")!.missingPorts.add(port);
    test.twin.readers.get("rd-102")!.isMute = true;
    await start(one);
    await pass(60_000);
    const seen = await view(one);
    const faults = faultsOf(seen);
    expect(faults.get(home)).toBe("antenna-missing");
    expect(faults.get(away)).toMatch(/timeout|quarantined|link-down/);
    const unopened = [...demoLayout.layerById.values()].find(({ antenna }) => antenna?.readerId === "rd-103")!;
    expect([...faults].filter(([, fault]) => fault === "reader-unknown").length).toBeGreaterThan(0);
    expect(unopened.areaId).toBe("1");
    expect(seen.placesUnhealthy).toBeGreaterThan(16);
    for (const place of seen.places) if (place.fault) expect([place.strength, place.signalDbm]).toEqual([0, null]);
    // The healthy antennas of the same reader were asked all the while.
    expect(seen.places.some(({ readerId, rounds }) => readerId === "rd-101" && rounds > 3)).toBe(true);
    test.twin.readers.get("rd-101")!.missingPorts.clear();
    test.twin.readers.get("rd-102")!.isMute = false;
    await pass(60_000);
    expect((await view(one)).places[0]).toMatchObject({ layerId: home, fault: null });
    await end(one);
  }, 120_000);

  it("is in the journal: who listened for which box, what was heard, and how it ended", async () => {
    const one = box(0);
    const { id } = await start(one);
    const rowsOf = () => test.rows.filter((row) => row.body.locateId === id);
    await start(one);
    expect(rowsOf()).toMatchObject([
      {
        kind: "locate.started",
        subject: `box:${test.idOf(one.barcode)}`,
        body: { locateId: id, barcode: one.barcode },
      },
    ]);
    await pass(10_000);
    // Told to end twice, and by somebody else than began it.
    await ask(`${path(one)}/end`, {}, "operator");
    await end(one);
    expect(rowsOf()).toMatchObject([
      { actor: "system:token-archivist" },
      {
        kind: "locate.ended",
        actor: "system:token-operator",
        body: { why: "told", startedBy: "system:token-archivist", onRecord: "slot", locationCode: one.locationCode },
      },
    ]);
    const heard = rowsOf()[1]?.body.heard as { code: string; signalDbm: number };
    expect(one.locationCode.startsWith(heard.code)).toBe(true);
    expect(heard.signalDbm).toBeLessThan(-30);
    const history = (await ask(`/journal?subject=box:${test.idOf(one.barcode)}`)).json();
    expect(history.items.slice(0, 2).map((row: { kind: string }) => row.kind)).toEqual([
      "locate.ended",
      "locate.started",
    ]);
  }, 120_000);

  it("is one a room, the same box goes on, and not everybody's", async () => {
    const { id } = await start(box(4));
    expect((await start(box(4))).id).toBe(id);
    const other = await ask(path(box(5)), {});
    expect([other.statusCode, other.json().code]).toEqual([409, "locate-open"]);
    expect((await ask(path(box(5)))).statusCode).toBe(404);
    expect((await ask(path(box(5)), {}, "auditor")).statusCode).toBe(403);
    expect((await ask("/boxes/none/locate", {})).json().code).toBe("box-unknown");
    await end(box(4));
    expect(await start(box(5))).toMatchObject({ state: "running" });
    await end(box(5));
  }, 120_000);
});
