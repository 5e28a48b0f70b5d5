/** Seed 9 of the first hundred: after one database failure a stocktake stayed "running" for ever without being read. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededChance } from "../../../src/clock/chance.ts";
import { virtualClock } from "../../../src/clock/virtual-clock.ts";
import type { Context } from "../../../src/context.ts";
import type { ReaderPort } from "../../../src/contract/ports.ts";
import { makeNewId } from "../../../src/new-id.ts";
import { localJudge } from "../../../src/stocktake/judging/stocktake-judge.ts";
import { type StocktakeRunner, stocktakeRunner } from "../../../src/stocktake/run-stocktakes.ts";
import { setStocktakeState } from "../../../src/stocktake/set-stocktake-state.ts";
import { startStocktake } from "../../../src/stocktake/start-stocktake.ts";
import { stocktakeView } from "../../../src/stocktake/stocktake-view.ts";
import { type Database, openDatabase } from "../../../src/storage/open-database.ts";
import { stocktakes } from "../../../src/storage/schema/stocktake.ts";
import { brokenDatabase } from "../broken-database.ts";
import { newLife } from "../life.ts";
import { settle } from "../settle.ts";
import { roomId, simLayout, startMs } from "../site.ts";
import { databaseTemplate } from "../template.ts";

let antennaMs = 300;
const clock = virtualClock(startMs);
const rates = { crashBeforeCommit: 0, crashAfterCommit: 0, commitFails: 0, answerLost: 0, statementFails: 0 };
let database: Database;
let context: Context;
let runner: StocktakeRunner;

async function runFor(ms: number): Promise<void> {
  const untilMs = clock.nowMs() + ms;
  await settle();
  for (let due = clock.nextDueMs(); due !== null && due <= untilMs; due = clock.nextDueMs()) {
    clock.step();
    await settle();
  }
}

/** A healthy reader that reads no tags and takes its time. */
const reader: ReaderPort = {
  readerId: "rd-1",
  antennaCount: 16,
  async *inventory({ antennas, roundsEach }) {
    for (const antenna of antennas) {
      await new Promise<void>((resolve) => clock.after(antennaMs, resolve));
      yield { readerId: "rd-1", antenna, roundsOffered: roundsEach, healthy: true, fault: null, sightings: [] };
    }
  },
  onSighting: () => {},
};

beforeEach(async () => {
  database = await openDatabase({ memory: true, from: await databaseTemplate() });
  const life = newLife(() => {});
  const db = brokenDatabase(database.db, life, seededChance("found"), () => rates);
  const ids = seededChance("ids");
  context = { db, clock, newId: makeNewId(clock, () => ids.below(2 ** 32)), layout: simLayout, publish: () => {} };
  runner = stocktakeRunner({
    context,
    judge: localJudge(context.layout),
    readers: new Map([["rd-1", reader]]),
    onProgress: () => {},
    onFailure: () => {},
  });
});
afterEach(async () => {
  Object.assign(rates, { commitFails: 0, statementFails: 0, answerLost: 0 });
  antennaMs = 300;
  await database.close();
});

const begin = () => startStocktake(context, "person:1", { roomId, scope: { areaKeys: ["r1.1"], columns: [1] } });

describe("a stocktake that stood still", () => {
  it.each(["commitFails", "statementFails"] as const)("goes on when the database is back (%s)", async (fault) => {
    const id = await begin();
    runner.run(id, "person:1");
    await runFor(antennaMs);
    rates[fault] = 1;
    await runFor(5_000);
    rates[fault] = 0;
    await runFor(30_000);
    expect(await stocktakeView(context, id)).toMatchObject({ state: "done", antennasDone: 4 });
  });

  it("goes on when it is resumed while its pause still waits for the antenna at hand", async () => {
    const id = await begin();
    runner.run(id, "person:1");
    await runFor(antennaMs / 2);
    await setStocktakeState(context, "person:1", id, "pause");
    const paused = runner.halt(id);
    await setStocktakeState(context, "person:2", id, "resume");
    runner.run(id, "person:2");
    await runFor(30_000);
    await paused;
    expect(await stocktakeView(context, id)).toMatchObject({ state: "done", antennasDone: 4 });
  });

  it("is counted although the answer to its start was lost (seed 3)", async () => {
    await runner.resumeAll();
    rates.answerLost = 1;
    await expect(begin()).rejects.toThrow("answer was lost");
    rates.answerLost = 0;
    await runFor(60_000);
    const [row] = await context.db.select().from(stocktakes);
    expect(row?.state).toBe("done");
    await runner.close();
  });

  it("stands although the answer to its pause was lost", async () => {
    await runner.resumeAll();
    const id = await begin();
    runner.run(id, "person:1");
    await runFor(antennaMs / 2);
    rates.answerLost = 1;
    await expect(setStocktakeState(context, "person:1", id, "pause")).rejects.toThrow("answer was lost");
    rates.answerLost = 0;
    // Slow enough that the pause is noticed long before all antennas have answered.
    antennaMs = 9_000;
    await runFor(120_000);
    const paused = await stocktakeView(context, id);
    expect(paused.state).toBe("paused");
    expect(paused.antennasDone).toBeLessThan(4);
    await runner.close();
  });
});
