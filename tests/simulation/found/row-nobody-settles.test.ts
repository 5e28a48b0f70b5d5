/** Seed 66: a command was stored but the answer was lost; its row stayed open, and the area was busy until the next start. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { type Areas, openAreas } from "../../../src/aisles/areas.ts";
import { seededChance } from "../../../src/clock/chance.ts";
import { virtualClock } from "../../../src/clock/virtual-clock.ts";
import type { ShelfPort } from "../../../src/contract/ports.ts";
import { makeNewId } from "../../../src/new-id.ts";
import { type Database, openDatabase } from "../../../src/storage/open-database.ts";
import { motionHere } from "../../support/motion-here.ts";
import { brokenDatabase, type DatabaseFaultRates } from "../broken-database.ts";
import { newLife } from "../life.ts";
import { settle } from "../settle.ts";
import { simLayout, startMs } from "../site.ts";
import { databaseTemplate } from "../template.ts";

const areaKey = "r1.1";
const whole: DatabaseFaultRates = {
  crashBeforeCommit: 0,
  crashAfterCommit: 0,
  commitFails: 0,
  answerLost: 0,
  statementFails: 0,
};
/** A controller that is switched off. */
const away: ShelfPort = {
  deviceId: "shelf-1",
  cannotKeep: [],
  onStatus() {},
  onLink() {},
  send: () => Promise.reject(new Error("off")),
  stop: () => Promise.resolve(),
  heartbeat() {},
  light: () => Promise.resolve(null),
};

let database: Database;
let areas: Areas;
let rates = whole;
const clock = virtualClock(startMs);
beforeAll(async () => {
  database = await openDatabase({ memory: true, from: await databaseTemplate() });
  const ids = seededChance("ids");
  const life = newLife(() => {});
  areas = await openAreas({
    context: {
      db: brokenDatabase(database.db, life, seededChance("faults"), () => rates),
      clock,
      newId: makeNewId(clock, () => ids.below(2 ** 32)),
      layout: simLayout,
      publish: () => {},
    },
    motion: motionHere(clock, new Map([[areaKey, away]])),
    onView() {},
    onAlarm() {},
    onFailure() {},
  });
});
afterAll(async () => {
  await areas.close();
  await database.close();
});

const open = () => areas.drive(areaKey).request("person:1", "open", 1, null);
const openRows = () => database.sql`SELECT state FROM commands WHERE settled_at_ms IS NULL`;

it("an unanswered command keeps the area busy no longer than the database is ill", async () => {
  rates = { ...whole, answerLost: 1 };
  await expect(open()).rejects.toThrow("the answer was lost");
  rates = whole;
  await expect(open()).rejects.toMatchObject({ code: expect.not.stringMatching("area-busy") });
  expect(await openRows()).toEqual([]);
});

it("is settled without anybody asking", async () => {
  rates = { ...whole, commitFails: 1 };
  await expect(open()).rejects.toThrow("the commit failed");
  rates = { ...whole, answerLost: 1 };
  await expect(open()).rejects.toThrow("the answer was lost");
  rates = whole;
  clock.advance(6_000);
  await settle();
  await areas.close();
  expect(await openRows()).toEqual([]);
});
