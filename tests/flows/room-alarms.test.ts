/** What devices of a room call out, on a real database: every console at once, the journal after. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RoomAlarm } from "../../src/contract/ports.ts";
import { type RoomAlarmsDeps, takeRoomAlarms } from "../../src/watch/room-alarms.ts";
import { openHouse, type TestHouse } from "../support/house-server.ts";

const smoke: RoomAlarm = {
  roomId: "r1",
  alarmId: "smoke-1",
  level: "danger",
  kind: "smoke",
  deviceId: "shelf-2",
  isCleared: false,
  atMs: 60_000,
};

let opened: TestHouse;
let told: Parameters<RoomAlarmsDeps["onAlarm"]>[0][];
let failures: unknown[];
let take: (alarm: RoomAlarm) => void;

beforeEach(async () => {
  opened = await openHouse("embedded");
  told = [];
  failures = [];
  const { house } = opened;
  take = takeRoomAlarms({ house, onAlarm: (alarm) => told.push(alarm), onFailure: (error) => failures.push(error) });
});
afterEach(() => opened.close());

const rows = () => opened.rows.filter(({ kind }) => kind === "room.alarm");

test("is told at once in both languages and kept, a repeat is not; clearing is only kept", async () => {
  take(smoke);
  expect(told).toMatchObject([{ areaKey: "r1.2", code: "device-alarm", atMs: 60_000 }]);
  expect(told[0]?.zh).toContain("shelf-2");
  expect(told[0]?.en).toContain("smoke");
  take(smoke);
  take({ ...smoke, isCleared: true });
  await vi.waitFor(() => expect(rows()).toHaveLength(2));
  expect(told).toHaveLength(1);
  expect(rows()).toMatchObject([
    { chain: "room:r1", actor: "device:shelf-2", subject: "area:r1.2", body: { state: "raised", what: "smoke" } },
    { body: { state: "cleared", alarmId: "smoke-1" } },
  ]);
  expect(failures).toEqual([]);
});

test("a notice disturbs nobody; a device of no area stands for the room", async () => {
  take({ ...smoke, level: "notice" });
  take({ ...smoke, alarmId: "water-1", kind: "water", level: "warning", deviceId: "gate-7" });
  expect(told).toMatchObject([{ areaKey: "r1" }]);
  await vi.waitFor(() => expect(rows()).toHaveLength(2));
  expect(rows().map(({ subject }) => subject)).toEqual(["area:r1.2", null]);
});

test("a device gone mad fills neither the consoles nor the journal", async () => {
  for (let i = 0; i < 500; i++) take({ ...smoke, alarmId: `smoke-${i}` });
  expect(told).toHaveLength(60);
  expect(failures).toHaveLength(1);
  take({ ...smoke, alarmId: "later", atMs: 120_000 });
  expect(told).toHaveLength(61);
  await vi.waitFor(() => expect(rows()).toHaveLength(61), { timeout: 10_000 });
});
