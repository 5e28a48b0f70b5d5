/** Seed 62: an undo that was sent twice violated a database constraint and came back as an internal error. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { seededChance } from "../../../src/clock/chance.ts";
import { virtualClock } from "../../../src/clock/virtual-clock.ts";
import type { Context } from "../../../src/context.ts";
import { makeNewId } from "../../../src/new-id.ts";
import { pickBox } from "../../../src/relocation/pick-box.ts";
import { planRelocation } from "../../../src/relocation/plan-relocation.ts";
import { putBox } from "../../../src/relocation/put-box.ts";
import { setRelocationState } from "../../../src/relocation/set-relocation-state.ts";
import { undoRelocation } from "../../../src/relocation/undo-relocation.ts";
import { type Database, openDatabase } from "../../../src/storage/open-database.ts";
import { roomId, simLayout, startMs } from "../site.ts";
import { databaseTemplate } from "../template.ts";

let database: Database;
beforeAll(async () => {
  database = await openDatabase({ memory: true, from: await databaseTemplate() });
});
afterAll(() => database.close());

it("an undo said twice is refused in words the second time", async () => {
  const clock = virtualClock(startMs);
  const ids = seededChance("ids");
  const newId = makeNewId(clock, () => ids.below(2 ** 32));
  const context: Context = { db: database.db, clock, newId, layout: simLayout, publish: () => {} };
  const who = "person:1";
  const select = { fromAreaKey: "r1.1", boxesMax: 1 };
  const plan = { roomId, name: "move", reason: "test", select, target: { areaKey: "r1.2" } };
  const relocationId = await planRelocation(context, who, plan);
  await setRelocationState(context, who, relocationId, "start");
  const move = { relocationId, no: 1, evidence: { by: "person" as const } };
  await pickBox(context, who, move);
  await putBox(context, who, move);
  await undoRelocation(context, who, relocationId, "back");
  await expect(undoRelocation(context, who, relocationId, "back")).rejects.toMatchObject({
    code: "relocation-in-plan",
  });
});
