/** 标定 with counts of the twin: what they taught is a version of its own, told whether it fits, and never judges its teachers. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { carryOut, moveBox, putBox } from "../../simulators/room/boxes.ts";
import { demoLayout } from "../../simulators/test-twin.ts";
import { inlineLearner, learnerHeapMb, threadLearner } from "../../src/calibration/learner.ts";
import { calibrationRoutes } from "../../src/calibration/routes.ts";
import type { CalibrationView } from "../../src/contract/calibrations.ts";
import type { List } from "../../src/contract/lists.ts";
import type { StocktakeLine, StocktakeView } from "../../src/contract/stocktake.ts";
import { replay } from "../../src/replay/replay.ts";
import { replayRoutes } from "../../src/replay/routes.ts";
import { defaultCalibration } from "../../src/sensing/calibration.ts";
import { noEvidence } from "../../src/sensing/evidence.ts";
import { newestCalibrations } from "../../src/stocktake/antenna-calibrations.ts";
import { localJudge } from "../../src/stocktake/judging/stocktake-judge.ts";
import { stocktakeRoutes } from "../../src/stocktake/routes.ts";
import { stocktakeRunner } from "../../src/stocktake/run-stocktakes.ts";
import { testJobs } from "../support/jobs.ts";
import { layerOf, openTwinContext, type TwinContext, twinBoxes } from "../support/twin-context.ts";

const areaKey = "r1.1";
const mine = twinBoxes.filter((box) => box.slotId.startsWith("r1.1."));
const layerIds = [...new Set(mine.map((box) => layerOf(box.slotId)))];

describe("calibrating an area", () => {
  let test: TwinContext;
  const failures: unknown[] = [];
  beforeAll(async () => {
    test = await openTwinContext("embedded", (app, { context, ports }) => {
      const onFailure = (error: unknown) => failures.push(error);
      const runner = stocktakeRunner({
        ...{ context, readers: ports.readers, judge: localJudge(context.layout), onProgress: () => {}, onFailure },
      });
      stocktakeRoutes(app, { context, runner, jobs: testJobs });
      calibrationRoutes(app, { context, learner: inlineLearner(context.layout) });
      replayRoutes(app, { context, jobs: testJobs });
    });
  }, 120_000);
  afterAll(async () => {
    await test?.close();
    expect(failures).toEqual([]);
  });

  const ask = (path: string, payload?: object, role: "administrator" | "supervisor" = "supervisor") => {
    const url = `/api/v1${path}`;
    const asked = test.app.inject({
      ...{ method: payload ? "POST" : "GET", url, headers: test.as(role) },
      ...(payload ? { payload } : {}),
    });
    return test.pump(Promise.resolve(asked));
  };
  const calibration = async () => (await ask(`/areas/${areaKey}/calibration`)).json() as CalibrationView;
  const learn = (body: object) => ask(`/areas/${areaKey}/calibration`, body, "administrator");

  async function count(): Promise<string> {
    const started = await ask("/stocktakes", { roomId: "r1", scope: { layerIds } });
    const { id } = started.json() as StocktakeView;
    for (let tries = 0; tries < 5_000; tries++) {
      const { state } = (await ask(`/stocktakes/${id}`)).json() as StocktakeView;
      if (state === "done") return id;
      await test.pump(new Promise<void>((resolve) => test.clock.after(200, resolve)));
    }
    throw new Error("the count does not end");
  }
  /** Every box is taken out and put back: other stocktakes hear it a little otherwise. */
  function shuffle(): void {
    for (const { epc, slotId } of mine) {
      carryOut(test.twin.room.boxes, demoLayout, epc);
      putBox(test.twin.room.boxes, demoLayout, epc, slotId);
    }
  }

  const counts: string[] = [];

  it("has nothing to learn from before a count, and leaves learning to administrators", async () => {
    expect(await calibration()).toEqual({ areaKey, version: 0, versions: [], fit: null });
    expect((await learn({})).json().code).toBe("calibration-no-stocktakes");
    expect((await ask("/areas/r9.9/calibration")).statusCode).toBe(404);
    expect((await ask(`/areas/${areaKey}/calibration`, {})).statusCode).toBe(403);
  });

  it("learns a version from the counts before the newest, which tells that it fits", async () => {
    for (let i = 0; i < 3; i++) {
      counts.push(await count());
      shuffle();
    }
    const shipped = await calibration();
    expect(shipped).toMatchObject({ version: 0, fit: { stocktakeId: counts[2] } });
    const answer = await learn({});
    expect(answer.statusCode, answer.body).toBe(201);
    const view = answer.json() as CalibrationView;
    expect(view).toMatchObject({ version: 1, fit: { stocktakeId: counts[2], isGood: true } });
    expect(view.versions).toHaveLength(1);
    expect(view.versions[0]?.stocktakeIds.sort()).toEqual(counts.slice(0, 2).sort());
    expect(view.versions[0]?.boxes).toBeGreaterThan(60);
    const row = test.rows.find(({ kind }) => kind === "calibration.learned");
    expect(row).toMatchObject({ chain: "room:r1", subject: `area:${areaKey}`, body: { areaKey, version: 1 } });
  }, 120_000);

  it("is used by the next count, and never by one that taught it", async () => {
    const next = await count();
    const view = (await ask(`/stocktakes/${next}`)).json() as StocktakeView;
    expect(view.summary).toMatchObject({ calibrations: { [areaKey]: 1 } });
    expect((await newestCalibrations(test.context.db, next)).get(areaKey)?.version).toBe(1);
    for (const id of counts.slice(0, 2))
      expect((await newestCalibrations(test.context.db, id)).has(areaKey)).toBe(false);
    counts.push(next);
  }, 120_000);

  it("adds versions and keeps those before; what they learned from stays excluded", async () => {
    const answer = await learn({ stocktakeIds: [counts[3]] });
    expect(answer.json()).toMatchObject({ version: 2, versions: [{ version: 2 }, { version: 1 }] });
    const [second] = (answer.json() as CalibrationView).versions;
    expect(second?.stocktakeIds).toHaveLength(3);
    // Judged again, a stocktake of the second version would get what came before it.
    expect((await newestCalibrations(test.context.db, counts[3]!)).get(areaKey)?.version).toBe(1);
    expect((await calibration()).fit).toMatchObject({ stocktakeId: counts[2] });
    const all = await learn({ stocktakeIds: [counts[2]] });
    expect(all.json()).toMatchObject({ version: 3, fit: null });
    const unfit = await learn({ stocktakeIds: ["none"] });
    expect([unfit.statusCode, unfit.json().code]).toEqual([409, "calibration-stocktake-unfit"]);
  });

  it("says that it does not fit once the readers hear otherwise", async () => {
    const id = await count();
    expect((await calibration()).fit).toMatchObject({ stocktakeId: id, isGood: true });
    // As if every cable of the area had been changed for a worse one.
    await test.context.db.execute(
      sql`UPDATE stocktake_evidence SET mean_dbm = mean_dbm - 9 WHERE stocktake_id = ${id}`,
    );
    const { fit } = await calibration();
    expect(fit).toMatchObject({ stocktakeId: id, isGood: false });
    expect(fit?.antennas[0]?.shiftDb).toBeLessThan(-6);
  }, 120_000);

  it("gives a count's evidence as a file that replays to the same result", async () => {
    const moved = mine[0]!;
    const slotId = `${layerOf(mine.at(-1)!.slotId)}.20`;
    expect(moveBox(test.twin.room.boxes, demoLayout, moved.epc, slotId)).toBeNull();
    const id = await count();
    const { items: lines } = (await ask(`/stocktakes/${id}/lines?limit=500`)).json() as List<StocktakeLine>;
    const answer = await ask(`/stocktakes/${id}/reads.ndjson`);
    expect(answer.headers["content-type"]).toMatch(/ndjson/);
    const file = join(await mkdtemp(join(tmpdir(), "guiwei-export-")), "reads.ndjson");
    await writeFile(file, answer.body);
    const { refused, tags } = await replay(demoLayout, [file]);
    expect(refused).toEqual([]);
    const said = new Map(tags.map((tag) => [tag.epc, tag]));
    for (const line of lines) {
      const tag = said.get(line.epc ?? "");
      expect(tag?.probability, line.barcode ?? "").toBeCloseTo(line.probability ?? -1, 2);
      expect([tag?.layerId, line.class]).toEqual([
        line.seenLayerId,
        tag?.outcome === "confirmed" ? "found" : line.class,
      ]);
    }
    expect(said.get(moved.epc)).toMatchObject({ layerId: layerOf(slotId) });
    expect((await ask("/stocktakes/none/reads.ndjson")).statusCode).toBe(404);
  }, 120_000);

  it("learns the same in a thread of its own", async () => {
    const question = { areaKey, sessions: [], before: defaultCalibration };
    const learned = await threadLearner(demoLayout).learn(question);
    expect(learned).toEqual(await inlineLearner(demoLayout).learn(question));
    await expect(threadLearner(demoLayout).learn({ ...question, areaKey: "none" })).rejects.toThrow("no area");
  }, 60_000);

  it("may take so much memory for that, and no more", async () => {
    const slots = Math.max(...demoLayout.areas.map((area) => area.slots.length));
    expect(learnerHeapMb(demoLayout)).toBe(160 + Math.ceil((slots * 40) / 1024));
    const boxes = Array.from({ length: 300_000 }, (_, i) => ({ epc: `E2${i}`, layerId: `${i}`, middleMm: i + 0.5 }));
    const sessions = [{ boxes, evidence: noEvidence }];
    const question = { areaKey, sessions, before: defaultCalibration };
    await expect(threadLearner(demoLayout, 20).learn(question)).rejects.toThrow("memory limit");
  }, 120_000);
});
