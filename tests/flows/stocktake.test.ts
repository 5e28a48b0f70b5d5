/** 盘点 with the real drivers on the twin: what was heard is reconciled with loans and moves, and silence is never a missing box. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeliveredBox } from "../../simulators/days/demo-delivery.ts";
import { bringBox, carryOut, moveBox, putBox, takeBox as takeInTwin } from "../../simulators/room/boxes.ts";
import { demoLayout } from "../../simulators/test-twin.ts";
import { catalogueRoutes } from "../../src/catalogue/routes.ts";
import type { List } from "../../src/contract/lists.ts";
import type { StocktakeLine, StocktakeScope, StocktakeView } from "../../src/contract/stocktake.ts";
import { localJudge } from "../../src/stocktake/judging/stocktake-judge.ts";
import { stocktakeRoutes } from "../../src/stocktake/routes.ts";
import { type StocktakeRunner, stocktakeRunner } from "../../src/stocktake/run-stocktakes.ts";
import { testDatabases } from "../support/database.ts";
import { testJobs } from "../support/jobs.ts";
import { settle } from "../support/run-for.ts";
import { boxesOf, layerOf, openTwinContext, type TwinContext, twinBoxes } from "../support/twin-context.ts";

/** The sixteen layers where boxes stand; those of reader rd-102 are only the first of its sixteen. */
const layerIds = [...new Set(twinBoxes.map((box) => layerOf(box.slotId)))];
const everything: StocktakeScope = { layerIds };
const [first, second, third] = layerIds as [string, string, string];
const box = (layerId: string, i: number) => boxesOf(layerId)[i] as DeliveredBox;
const codeOf = (slotId: string) => demoLayout.slotById.get(slotId)?.locationCode ?? "";

for (const { engine, skipped } of testDatabases()) {
  describe.skipIf(skipped !== null)(`counting (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`, () => {
    let test: TwinContext;
    let runner: StocktakeRunner;
    let holderId: string;
    const told: StocktakeView[] = [];
    const failures: unknown[] = [];
    beforeAll(async () => {
      test = await openTwinContext(engine, (app, { context, ports }) => {
        catalogueRoutes(app, { context });
        const open = () =>
          stocktakeRunner({
            judge: localJudge(context.layout),
            context,
            readers: ports.readers,
            onProgress: (view) => told.push(view),
            onFailure: (error) => failures.push(error),
          });
        runner = open();
        // A second runner over the same database is what a restart leaves behind.
        const current: StocktakeRunner = {
          run: (id, actor) => runner.run(id, actor),
          halt: (id) => runner.halt(id),
          remainingMs: (id) => runner.remainingMs(id),
          ended: (id) => runner.ended(id),
          resumeAll: () => runner.resumeAll(),
          close: () => runner.close(),
        };
        restart = async () => {
          await test.pump(runner.close());
          runner = open();
          await runner.resumeAll();
        };
        stocktakeRoutes(app, { context, runner: current, jobs: testJobs });
      });
      holderId = (await test.signedIn([], "holder")).person.id;
    }, 120_000);
    let restart: () => Promise<void>;
    afterAll(async () => {
      await test?.close();
      expect(failures).toEqual([]);
    });

    async function ask(path: string, payload?: object) {
      const method = payload ? "POST" : "GET";
      const asked = test.app.inject({
        method,
        url: `/api/v1${path}`,
        headers: test.as("supervisor"),
        ...(payload ? { payload } : {}),
      });
      return test.pump(Promise.resolve(asked));
    }
    async function done<T>(path: string, payload?: object): Promise<T> {
      const answer = await ask(path, payload);
      expect(answer.statusCode, answer.body).toBeLessThan(300);
      return answer.json();
    }
    const view = (id: string) => done<StocktakeView>(`/stocktakes/${id}`);
    const start = (scope: StocktakeScope) => done<StocktakeView>("/stocktakes", { roomId: "r1", scope });
    async function passUntil(holds: () => Promise<boolean>): Promise<void> {
      for (const endMs = Date.now() + 100_000; !(await holds()); ) {
        if (Date.now() > endMs) throw new Error(`not within 100 s: ${holds}`);
        for (let i = 0; i < 50; i++) {
          test.clock.step();
          await settle();
        }
      }
    }
    async function ended(id: string): Promise<{ view: StocktakeView; lines: StocktakeLine[] }> {
      await passUntil(async () => (await view(id)).state === "done");
      const { items: lines } = await done<List<StocktakeLine>>(`/stocktakes/${id}/lines?limit=500`);
      return { view: await view(id), lines };
    }
    const count = async (scope: StocktakeScope) => ended((await start(scope)).id);
    const of = (lines: readonly StocktakeLine[], kind: string) => lines.filter((line) => line.class === kind);
    const room = () => test.twin.room.boxes;
    /** What the catalogue says of a box, through the API. */
    const act = (one: DeliveredBox, verb: string, body: object) =>
      done(`/boxes/${test.idOf(one.barcode)}/${verb}`, body);

    it("finds every box of a healthy room, and nothing else", async () => {
      const { view: result, lines } = await count(everything);
      expect(of(lines, "found")).toHaveLength(twinBoxes.length);
      expect(lines).toHaveLength(twinBoxes.length);
      expect(result).toMatchObject({
        layersTotal: layerIds.length,
        layersCovered: layerIds.length,
        antennasUnhealthy: 0,
      });
      expect(result.summary).toMatchObject({ found: twinBoxes.length, missing: 0, misplaced: 0 });
      expect(told.some((one) => one.id === result.id && one.antennasDone > 0)).toBe(true);
      for (const line of lines) expect(line.evidence[0]?.layerId).toBe(line.expectedLayerId);
    }, 120_000);

    it("tells missing, moved and unknown boxes apart", async () => {
      // Tags that have been read for years: silence is the box, not the tag.
      await test.context.db.execute(sql`UPDATE tag_history SET rounds_offered = 40, rounds_answered = 39`);
      const gone = box(first, 0);
      const moved = box(second, 0);
      const slotId = `${third}.20`;
      expect(carryOut(room(), demoLayout, gone.epc)).toBeNull();
      expect(moveBox(room(), demoLayout, moved.epc, slotId)).toBeNull();
      bringBox(room(), "AAAA0000BBBB0001", 30);
      expect(putBox(room(), demoLayout, "AAAA0000BBBB0001", `${first}.20`)).toBeNull();
      const { lines, view: result } = await count(everything);
      expect(of(lines, "missing")).toMatchObject([
        {
          barcode: gone.barcode,
          // Layers of the area are outside this scope: it may stand there.
          certainty: "suspected",
          expectedCode: gone.locationCode,
          explanation: { code: "not-heard-uncovered" },
          proposals: ["search"],
        },
      ]);
      expect(of(lines, "misplaced")).toMatchObject([
        { barcode: moved.barcode, certainty: "confirmed", expectedLayerId: second, seenLayerId: third },
      ]);
      expect(of(lines, "unexpected")).toMatchObject([{ barcode: null, epc: "AAAA0000BBBB0001", seenLayerId: first }]);
      expect(result.summary).toMatchObject({ missing: 1, misplaced: 1, unexpected: 1, found: twinBoxes.length - 2 });
      expect(putBox(room(), demoLayout, gone.epc, gone.slotId)).toBeNull();
      expect(moveBox(room(), demoLayout, moved.epc, moved.slotId)).toBeNull();
      expect(carryOut(room(), demoLayout, "AAAA0000BBBB0001")).toBeNull();
    }, 120_000);

    it("keeps what a person decided about a line beside the result, with its journal row", async () => {
      const [newest] = (await done<List<StocktakeView>>("/stocktakes")).items;
      const id = newest?.id ?? "";
      const read = async () => (await done<List<StocktakeLine>>(`/stocktakes/${id}/lines?limit=500`)).items;
      const kept = () => test.context.db.execute(sql`SELECT * FROM stocktake_lines WHERE stocktake_id = ${id}`);
      const before = await read();
      const rowsBefore = await kept();
      const moved = of(before, "misplaced")[0] as StocktakeLine;
      expect(moved).toMatchObject({ decision: null, proposals: ["putBack", "correctHome"] });
      expect(moved.evidence.some((one) => one.code !== null && one.code === moved.seenCode)).toBe(true);

      const path = `/stocktakes/${id}/lines/${moved.no}/decision`;
      const byToken = await done<StocktakeLine>(path, { decision: "dismissed", note: " later " });
      expect(byToken.decision).toMatchObject({ note: "later", actor: "system:token-supervisor", name: null });
      const { headers, person } = await test.signedIn(["operator"], "decides");
      const url = `/api/v1${path}`;
      const asked = test.app.inject({ method: "POST", url, headers, payload: { decision: "done" } });
      const decided = (await test.pump(Promise.resolve(asked))).json<StocktakeLine>();
      const { decision, ...rest } = decided;
      expect(decision).toMatchObject({ decision: "done", note: null, actor: `person:${person.id}`, name: "decides" });
      expect({ ...rest, decision: null }).toEqual(moved);
      expect(await read()).toEqual(before.map((line) => (line.no === moved.no ? decided : line)));
      expect(await kept()).toEqual(rowsBefore);
      const rows = await test.context.db.execute<{ reason: string; body: object }>(
        sql`SELECT reason, body FROM journal WHERE kind = 'stocktake.decided' ORDER BY revision`,
      );
      const body = { stocktakeId: id, no: moved.no, class: "misplaced", boxId: moved.boxId, barcode: moved.barcode };
      expect(rows).toMatchObject([
        { reason: "later", body: { ...body, decision: "dismissed" } },
        { reason: null, body: { ...body, decision: "done" } },
      ]);

      expect((await ask(`/stocktakes/${id}/lines/9999/decision`, { decision: "done" })).statusCode).toBe(404);
      expect((await ask(path, { decision: "moved" })).statusCode).toBe(400);
    }, 120_000);

    it("reconciles what is lent, given back and put elsewhere while it counts, each with its journal row", async () => {
      const [lent, returned, placed] = [box(first, 1), box(first, 2), box(second, 1)];
      takeInTwin(room(), demoLayout, returned.epc, "holder");
      await act(returned, "take", { holderId, reason: "before" });
      const { id } = await start(everything);
      await passUntil(async () => (await view(id)).antennasDone >= 6);
      // All of them on layers that were read already.
      takeInTwin(room(), demoLayout, lent.epc, "holder");
      await act(lent, "take", { holderId, reason: "during" });
      putBox(room(), demoLayout, returned.epc, returned.slotId);
      await act(returned, "return", {});
      const slotId = `${layerIds.at(-1)}.20`;
      expect(moveBox(room(), demoLayout, placed.epc, slotId)).toBeNull();
      await act(placed, "place", { locationCode: codeOf(slotId), reason: "during" });
      const { lines } = await ended(id);
      const lineOf = (one: DeliveredBox) => lines.find((line) => line.barcode === one.barcode);
      const revisionOf = async (one: DeliveredBox) => {
        const rows = await test.context.db.execute<{ revision: number }>(
          sql`SELECT max(revision)::int AS revision FROM journal WHERE subject = ${`box:${test.idOf(one.barcode)}`}`,
        );
        return rows[0]?.revision;
      };
      expect(lineOf(lent)).toMatchObject({
        class: "onLoan",
        certainty: "confirmed",
        explanation: { code: "taken-during-count", holder: "holder", revision: await revisionOf(lent) },
      });
      for (const one of [returned, placed]) expect(["found", "notCovered"], one.barcode).toContain(lineOf(one)?.class);
      expect(of(lines, "missing")).toEqual([]);
      expect(of(lines, "misplaced")).toEqual([]);
      expect(of(lines, "unexpected")).toEqual([]);
      // Back to the beginning.
      putBox(room(), demoLayout, lent.epc, lent.slotId);
      await act(lent, "return", {});
      moveBox(room(), demoLayout, placed.epc, placed.slotId);
      await act(placed, "place", { locationCode: placed.locationCode, reason: "after" });
    }, 120_000);

    it("calls boxes of silent hardware not covered, never missing", async () => {
      // rd-103 is in the site file, but nobody ever opened it; rd-201 is dead; one antenna of rd-101 is off.
      const unopened = [...demoLayout.layerById.values()]
        .filter((layer) => layer.antenna?.readerId === "rd-103")
        .slice(0, 2);
      const uncovered = [...demoLayout.layerById.values()].filter((layer) => layer.antenna === null);
      const port = demoLayout.layerById.get(first)?.antenna?.port ?? 0;
      const dead = test.twin.readers.get("rd-201");
      if (dead) dead.isMute = true;
      test.twin.readers.get("rd-101")?.missingPorts.add(port);
      const scope = { layerIds: [...layerIds, ...unopened.map((one) => one.id), ...uncovered.map((one) => one.id)] };
      const { view: result, lines } = await count(scope);
      const silent = new Set([first, ...layerIds.filter((one) => one.startsWith("r1.2."))]);
      const silentBoxes = twinBoxes.filter((one) => silent.has(layerOf(one.slotId)));
      expect(of(lines, "missing")).toEqual([]);
      expect(
        of(lines, "notCovered")
          .map((line) => line.barcode)
          .sort(),
      ).toEqual(silentBoxes.map((one) => one.barcode).sort());
      expect(of(lines, "found")).toHaveLength(twinBoxes.length - silentBoxes.length);
      const layersTotal = scope.layerIds.length;
      expect(result).toMatchObject({ layersTotal, layersCovered: layerIds.length - silent.size });
      const noted = (result.summary?.notCoveredLayers ?? []) as { layerId: string; why: string }[];
      const whys = new Map(noted.map((one) => [one.layerId, one.why]));
      expect(whys.size).toBe(layersTotal - layerIds.length + silent.size);
      expect(whys.get(first)).toBe("antenna-missing");
      expect(whys.get(unopened[0]?.id ?? "")).toBe("reader-unknown");
      expect(whys.get(uncovered[0]?.id ?? "")).toBe(uncovered[0]?.noAntennaWhy);
      expect([...silent].slice(1).every((one) => /timeout|quarantined|link-down/.test(whys.get(one) ?? ""))).toBe(true);
      if (dead) dead.isMute = false;
      test.twin.readers.get("rd-101")?.missingPorts.clear();
    }, 120_000);

    it("goes on after a restart where it was, and reads nothing twice", async () => {
      // What did not answer in the test before is left alone for up to half a minute.
      const answersAgainMs = test.clock.monoMs() + 31_000;
      await passUntil(async () => test.clock.monoMs() >= answersAgainMs);
      const { id } = await start(everything);
      await passUntil(async () => (await view(id)).antennasDone >= 5);
      await restart();
      const { antennasDone } = await view(id);
      expect(antennasDone).toBeGreaterThanOrEqual(5);
      const { view: result, lines } = await ended(id);
      expect(result.antennasDone).toBe(layerIds.length);
      expect(of(lines, "found")).toHaveLength(twinBoxes.length);
      const rounds = await test.context.db.execute<{ n: number }>(
        sql`SELECT DISTINCT rounds_healthy::int AS n FROM stocktake_antennas WHERE stocktake_id = ${id}`,
      );
      // One where everybody answered at once, more where a tag was shy.
      expect(Math.min(...rounds.map((row) => row.n))).toBe(1);
      expect(Math.max(...rounds.map((row) => row.n))).toBeLessThanOrEqual(12);
    }, 120_000);

    it("pauses, goes on and is cancelled, one count a room at a time", async () => {
      const { id } = await start(everything);
      expect((await ask("/stocktakes", { roomId: "r1", scope: everything })).json().code).toBe("stocktake-open");
      await passUntil(async () => (await view(id)).antennasDone >= 2);
      expect(await done(`/stocktakes/${id}/pause`, {})).toMatchObject({ state: "paused" });
      const { antennasDone } = await view(id);
      for (let i = 0; i < 500; i++) {
        test.clock.step();
        await settle();
      }
      expect((await view(id)).antennasDone).toBe(antennasDone);
      expect((await ask("/stocktakes", { roomId: "r1", scope: everything })).json().code).toBe("stocktake-open");
      // A restart leaves a paused count alone.
      await restart();
      expect(await view(id)).toMatchObject({ state: "paused", antennasDone });
      await done(`/stocktakes/${id}/resume`, {});
      await passUntil(async () => (await view(id)).antennasDone > antennasDone);
      expect(await done(`/stocktakes/${id}/cancel`, {})).toMatchObject({ state: "cancelled", summary: null });
      expect((await ask(`/stocktakes/${id}/resume`, {})).json().code).toBe("stocktake-not-possible");
      expect(await done(`/stocktakes/${id}/lines`)).toMatchObject({ items: [] });
    }, 120_000);

    it("counts a part: an area's column and side, a list, a sample; and refuses nothing to count", async () => {
      const side = await start({ areaKeys: ["r1.2"], columns: [1], sides: ["B"] });
      expect(side).toMatchObject({ layersTotal: 16, antennasTotal: 16 });
      await done(`/stocktakes/${side.id}/cancel`, {});

      const listed = [box(first, 3), box(third, 2)];
      carryOut(room(), demoLayout, (listed[1] as DeliveredBox).epc);
      const list = await count({ barcodes: listed.map((one) => one.barcode) });
      expect(list.view.layersTotal).toBe(2);
      expect(list.lines.map((line) => [line.barcode, line.class])).toEqual([
        [listed[1]?.barcode, "missing"],
        [listed[0]?.barcode, "found"],
      ]);
      putBox(room(), demoLayout, (listed[1] as DeliveredBox).epc, (listed[1] as DeliveredBox).slotId);

      const sample = await count({ layerIds, sampleBoxes: 5, sampleSeed: 7 });
      expect(sample.lines).toHaveLength(5);
      expect(of(sample.lines, "found")).toHaveLength(5);
      const again = await count({ layerIds, sampleBoxes: 5, sampleSeed: 7 });
      expect(again.lines.map((line) => line.barcode)).toEqual(sample.lines.map((line) => line.barcode));

      expect((await ask("/stocktakes", { roomId: "r1", scope: { layerIds: ["nowhere"] } })).json().code).toBe(
        "stocktake-empty",
      );
      expect((await ask("/stocktakes", { roomId: "r9", scope: {} })).json().code).toBe("not-found");
    }, 120_000);
  });
}
