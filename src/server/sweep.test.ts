import { expect, test } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { Db } from "../storage/db.ts";
import { backgroundBook } from "../watch/background-book.ts";
import { startSweep, sweepEveryMs } from "./sweep.ts";

/** A database that accepts every DELETE, or none. */
function databaseThat(isWell: () => boolean, deleted: () => void): Db {
  const where = async () => {
    if (!isWell()) throw new Error("permission denied for table");
    deleted();
  };
  return { delete: () => ({ where }), $count: async () => 0 } as unknown as Db;
}

test("a sweep that fails is logged and counted each time, told after the third, and keeps no other from being done", async () => {
  const clock = virtualClock(0);
  let isWell = false;
  let deletes = 0;
  let sessionsSwept = 0;
  const told: unknown[] = [];
  const book = backgroundBook((task, error) => void told.push([task, (error as Error).message]));
  const db = databaseThat(
    () => isWell,
    () => deletes++,
  );
  const sessions = { sweep: async () => void sessionsSwept++ };
  const stop = startSweep({ context: { db, clock }, sessions, book });
  const turn = async () => {
    clock.advance(sweepEveryMs);
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  for (let failures = 1; failures <= 3; failures++) {
    expect(book.problems()).toEqual([]);
    await turn();
    expect(told).toHaveLength(failures);
    expect(sessionsSwept).toBe(failures);
  }
  expect(told[0]).toEqual(["sweep", "permission denied for table"]);
  expect(book.counts()).toEqual({ upkeep: 0, sweep: 3, other: 0 });
  expect(book.problems()).toMatchObject([{ code: "sweep-failing", en: expect.stringContaining("3 times in a row") }]);
  isWell = true;
  await turn();
  expect(deletes).toBe(2);
  expect(book.problems()).toEqual([]);
  expect(book.counts().sweep).toBe(3);
  stop();
  await turn();
  expect(sessionsSwept).toBe(4);
});
