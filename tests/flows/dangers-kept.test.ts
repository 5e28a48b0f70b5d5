/** What devices call out while the database is away or refuses it: a danger outlives the gateway, and nothing holds up the rest. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { dropLogRow, factStore } from "../../src/aisles/store-facts.ts";
import { storeLeftOver } from "../../src/aisles/store-left-over.ts";
import type { Context } from "../../src/context.ts";
import type { RoomAlarm } from "../../src/contract/ports.ts";
import { forgetFactLog, leftFactLogs } from "../../src/motion/fact-log.ts";
import { motionLogs } from "../../src/storage/schema/aisles.ts";
import { standingAlarms } from "../../src/storage/schema/alarms.ts";
import { dangerFiles } from "../../src/watch/danger-files.ts";
import { openRoomAlarms, type RoomAlarms } from "../../src/watch/room-alarms.ts";
import { openContext, type TestContext } from "../support/context-server.ts";

const flood: RoomAlarm = {
  ...{ roomId: "r1", alarmId: "flood-1", level: "danger", kind: "flood", deviceId: "shelf-2" },
  ...{ isCleared: false, atMs: 60_000 },
};
const warning: RoomAlarm = { ...flood, alarmId: "warm-1", level: "warning", kind: "warm" };

let opened: TestContext;
let folder: string;
let failures: unknown[];
/** Those of this test; a killed one is not closed. */
let alive: RoomAlarms[];

beforeEach(async () => {
  opened = await openContext("embedded");
  folder = mkdtempSync(join(tmpdir(), "guiwei-dangers-"));
  failures = [];
  alive = [];
});
afterEach(async () => {
  for (const alarms of alive) await alarms.close();
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

const onFailure = (error: unknown) => failures.push(error);
async function open(context: Context = opened.context): Promise<RoomAlarms> {
  const files = dangerFiles(folder, context.clock, onFailure);
  const alarms = await openRoomAlarms({ context, onAlarm() {}, onHold() {}, files, onFailure });
  alive.push(alarms);
  return alarms;
}
/** As kill -9 leaves it. */
const kill = (alarms: RoomAlarms) => void alive.splice(alive.indexOf(alarms), 1);

/** What a start does before anything moves. */
async function startAnew(): Promise<RoomAlarms> {
  const { context } = opened;
  const facts = factStore({
    ...{ context, onStored() {}, holdsLock: () => true, keepsAlarms: () => true, onSetAside() {}, onFailure },
    setAside: dangerFiles(folder, context.clock, onFailure).setAside,
  });
  await storeLeftOver({
    ...{ clock: context.clock, facts, leadEpoch: null, onProgress() {}, onAlarm() {} },
    motion: { leftOver: async () => leftFactLogs(folder) },
    forget: (logId) => forgetFactLog(folder, logId, () => dropLogRow(context, logId)),
  });
  return open();
}

function away(): { context: Context; isAway: boolean } {
  const { db } = opened.context;
  const lame: typeof db = Object.create(db);
  const state = { context: { ...opened.context, db: lame }, isAway: true };
  const gone = () => Promise.reject(Object.assign(new Error("away"), { code: "CONNECTION_CLOSED" }));
  lame.transaction = (...asked) => (state.isAway ? gone() : db.transaction(...asked));
  return state;
}
const noted = () =>
  opened.rows
    .filter(({ kind }) => kind === "room.alarm")
    .map(({ body, actor }) => `${actor} ${body.what} ${body.state}`);
const standing = (alarms: RoomAlarms) => alarms.view().standing.map(({ kind }) => kind);

test("a danger raised while the database is away outlives a killed gateway, with its row, once", async () => {
  const alarms = await open(away().context);
  alarms.onAlarm(flood);
  alarms.onAlarm({ ...flood, alarmId: "gas-1", kind: "gas" });
  alarms.onAlarm({ ...flood, alarmId: "gas-1", kind: "gas", isCleared: true, atMs: 61_000 });
  alarms.onAlarm({ ...flood, deviceId: null, alarmId: "old-1" });
  expect(await alarms.written()).toBe(false);
  kill(alarms);
  const next = await startAnew();
  const device = "device:shelf-2";
  const rows = [`${device} flood raised`, `${device} gas raised`, `${device} gas cleared`, "gateway flood raised"];
  expect([standing(next), noted()]).toEqual([["flood"], rows]);
  // It goes on standing, and nothing of it is left to be stored again.
  expect(readdirSync(folder)).toEqual([]);
  kill(next);
  expect([standing(await startAnew()), noted()]).toEqual([["flood"], rows]);
});

test("one that was stored before the gateway was killed is not stored again", async () => {
  const alarms = await open();
  alarms.onAlarm(flood);
  expect(await alarms.written()).toBe(true);
  kill(alarms);
  expect(readdirSync(folder)).toHaveLength(1);
  const next = await startAnew();
  expect([standing(next), noted()]).toEqual([["flood"], ["device:shelf-2 flood raised"]]);
  expect([readdirSync(folder), await opened.context.db.select().from(motionLogs)]).toEqual([[], []]);
});

test("an earlier log that tells of its end takes back none that was raised after it", async () => {
  const [first, second] = [away(), away()];
  const heardFirst = await open(first.context);
  heardFirst.onAlarm(flood);
  heardFirst.onAlarm({ ...flood, isCleared: true, atMs: 61_000 });
  await heardFirst.written();
  kill(heardFirst);
  opened.clock.advance(5_000);
  // Raised anew, and the database is there for it: the older file is read after.
  const again = await open(second.context);
  second.isAway = false;
  again.onAlarm({ ...flood, atMs: 66_000 });
  expect(await again.written()).toBe(true);
  kill(again);
  expect(standing(await startAnew())).toEqual(["flood"]);
});

test("what an orderly end has stored leaves neither file nor row", async () => {
  const alarms = await open();
  alarms.onAlarm(flood);
  alarms.onAlarm(warning);
  await alarms.written();
  await alarms.close();
  kill(alarms);
  expect([readdirSync(folder), await opened.context.db.select().from(motionLogs)]).toEqual([[], []]);
  expect(await opened.context.db.select().from(standingAlarms)).toHaveLength(2);
});

test("a row that the database refuses for good holds up neither its rank nor the lower ones: set aside, counted, said", async () => {
  const alarms = await open();
  // A text that PostgreSQL takes in no column.
  alarms.onAlarm({ ...flood, alarmId: "bad-1", kind: "a\u0000b" });
  alarms.onAlarm(flood);
  alarms.onAlarm(warning);
  alarms.onAlarm({ ...warning, alarmId: "bad-2", kind: "c\u0000d" });
  alarms.onAlarm({ ...warning, alarmId: "warm-2" });
  await vi.waitFor(
    async () => {
      opened.clock.advance(1_000);
      expect(await alarms.written()).toBe(true);
    },
    { timeout: 30_000, interval: 5 },
  );
  const kinds = noted().map((row) => row.split(" ")[1]);
  expect(kinds).toEqual(["flood", "warm", "warm"]);
  expect(failures.map(String).filter((text) => text.includes("is refused by the database"))).toHaveLength(2);
  const counts = alarms.view().faults.filter(({ fault }) => fault === "not-stored");
  expect(counts.map(({ level, count }) => [level, count])).toEqual([
    ["danger", 1],
    ["warning", 1],
  ]);
  // The danger is kept for the next start, which gives it one more chance.
  const [aside] = leftFactLogs(folder).filter(({ logId }) => logId.includes("refused"));
  expect([...(aside?.facts ?? [])].map(({ body }) => body)).toMatchObject([
    { kind: "alarm", alarm: { alarmId: "bad-1" } },
  ]);
});

test("what is refused whoever asks waits half a minute for somebody to mend it", async () => {
  const { db } = opened.context;
  const lame: typeof db = Object.create(db);
  let isRefused = true;
  const refused = () => Promise.reject(Object.assign(new Error("no such table"), { code: "42P01", severity: "ERROR" }));
  lame.transaction = (...asked) => (isRefused ? refused() : db.transaction(...asked));
  const alarms = await open({ ...opened.context, db: lame });
  alarms.onAlarm(flood);
  for (let s = 0; s < 25; s++) {
    expect(await alarms.written()).toBe(false);
    opened.clock.advance(1_000);
  }
  expect(alarms.view().faults).toEqual([]);
  isRefused = false;
  await vi.waitFor(async () => expect(await alarms.written()).toBe(true), { timeout: 20_000 });
  expect(noted()).toEqual(["device:shelf-2 flood raised"]);
});
