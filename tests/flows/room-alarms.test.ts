/** What devices of a room call out, on a real database: every console at once, held where it burns, the journal after. */
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { demoLayout } from "../../simulators/test-twin.ts";
import { seededChance } from "../../src/clock/chance.ts";
import type { RoomAlarm } from "../../src/contract/ports.ts";
import type { InsideBroker } from "../../src/devices/mqtt-link.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import { motionLogs } from "../../src/storage/schema/aisles.ts";
import { journal } from "../../src/storage/schema/journal.ts";
import { alarmsPerMinuteMax } from "../../src/watch/alarm-budget.ts";
import { mergedMs } from "../../src/watch/alarm-faults.ts";
import { alarmRoutes } from "../../src/watch/alarm-routes.ts";
import { openRoomAlarms, type RoomAlarms, type RoomAlarmsDeps } from "../../src/watch/room-alarms.ts";
import { openContext, type TestContext } from "../support/context-server.ts";

const smoke: RoomAlarm = {
  roomId: "r1",
  alarmId: "smoke-1",
  level: "danger",
  kind: "smoke",
  deviceId: "shelf-2",
  isCleared: false,
  atMs: 60_000,
};

let opened: TestContext;
let told: Parameters<RoomAlarmsDeps["onAlarm"]>[0][];
let holds: (string | null)[];
let failures: unknown[];
let alarms: RoomAlarms;
const take = (alarm: RoomAlarm) => alarms.onAlarm(alarm);
const open = (context = opened.context) =>
  openRoomAlarms({
    context,
    onAlarm: (alarm) => told.push(alarm),
    onHold: (_roomId, what) => holds.push(what),
    onFailure: (error) => failures.push(error),
  });

beforeEach(async () => {
  told = [];
  holds = [];
  failures = [];
  opened = await openContext("embedded", {
    features: [
      async (app, context) => {
        opened = { context } as TestContext;
        alarms = await open();
        alarmRoutes(app, { alarms });
      },
    ],
  });
});
afterEach(async () => {
  await alarms.close();
  await opened.close();
});

const rows = (kind = "room.alarm") => opened.rows.filter((row) => row.kind === kind);

test("is told at once in both languages and kept, a repeat is not; clearing is only kept", async () => {
  take(smoke);
  expect(told).toMatchObject([{ areaKey: "r1.2", code: "device-alarm", atMs: 60_000, isDanger: true }]);
  expect(told[0]?.zh).toContain("shelf-2");
  expect(told[0]?.en).toContain("smoke");
  take(smoke);
  take({ ...smoke, isCleared: true });
  expect(await alarms.written()).toBe(true);
  expect(told).toHaveLength(1);
  expect(rows()).toMatchObject([
    { chain: "room:r1", actor: "device:shelf-2", subject: "area:r1.2", body: { state: "raised", what: "smoke" } },
    { body: { state: "cleared", alarmId: "smoke-1" } },
  ]);
  expect(failures).toEqual([]);
});

test("a fire that its device calls something less stands as a fire, here and after a restart; both are in the journal", async () => {
  const fire: RoomAlarm = { ...smoke, kind: "fire" };
  take(fire);
  take({ ...fire, level: "warning", kind: "heat", atMs: 61_000 });
  expect(alarms.view().standing).toMatchObject([{ level: "danger", kind: "fire", isHolding: true }]);
  expect(holds.at(-1)).toBe("fire");
  expect(await alarms.written()).toBe(true);
  expect(rows().map(({ body }) => [body.what, body.state])).toEqual([
    ["fire", "raised"],
    ["heat", "raised"],
  ]);
  const next = await open();
  expect(next.view().standing).toMatchObject([{ kind: "fire", isHolding: true }]);
  await next.close();
  const [standing] = alarms.view().standing;
  await alarms.clear(standing?.id ?? "", "gateway", "looked: nothing burns");
  expect([holds.at(-1), alarms.view().standing]).toEqual([null, []]);
});

test("a notice disturbs nobody; a device of no area stands for the room", async () => {
  take({ ...smoke, level: "notice" });
  take({ ...smoke, alarmId: "water-1", kind: "water", level: "warning", deviceId: "gate-7" });
  expect(told).toMatchObject([{ areaKey: "r1", isDanger: false }]);
  await alarms.written();
  expect(rows().map(({ subject }) => subject)).toEqual(["area:r1.2", null]);
});

test("fire and smoke hold the room from raising to clearing, water does not", () => {
  take({ ...smoke, kind: "water" });
  take({ ...smoke, alarmId: "f", kind: "fire" });
  take({ ...smoke, alarmId: "f", kind: "fire", isCleared: true });
  expect(holds).toEqual([null, "fire", null]);
});

test("no device clears another's, or raises as another; its try is counted", async () => {
  take(smoke);
  take({ ...smoke, deviceId: "rd-209", isCleared: true });
  expect(alarms.view().standing).toMatchObject([{ deviceId: "shelf-2", kind: "smoke", isHolding: true }]);
  expect(holds).toEqual([null, "smoke"]);
  expect(alarms.view().faults).toEqual([{ deviceId: "rd-209", fault: "not-raised", level: "danger", count: 1 }]);
});

test("one device's flood takes nothing from another, nor its own notices from its own fire", async () => {
  for (let i = 0; i < 5_000; i++)
    take({ ...smoke, alarmId: `n-${i}`, level: "notice", kind: "chatter", deviceId: "rd-209" });
  for (let i = 0; i < 500; i++) take({ ...smoke, alarmId: `d-${i}`, kind: "mad", deviceId: "rd-209" });
  take({ ...smoke, alarmId: "f", kind: "fire", deviceId: "rd-209" });
  take(smoke);
  take({ ...smoke, alarmId: "door-1", level: "notice", kind: "door" });
  expect(told.slice(-2).map(({ en }) => en)).toEqual([
    expect.stringMatching(/rd-209.*fire/),
    expect.stringMatching(/shelf-2.*smoke/),
  ]);
  expect(told).toHaveLength(alarmsPerMinuteMax + 2);
  await alarms.written();
  // The fire and the smoke were stored before what came thousands of notices earlier.
  const order = rows().map(({ body }) => body.what);
  expect(order.indexOf("fire")).toBeLessThan(order.lastIndexOf("chatter"));
  expect(order).toContain("door");
  expect(order.filter((what) => what === "chatter")).toHaveLength(alarmsPerMinuteMax);
  const refused = { deviceId: "rd-209", fault: "over-budget" };
  expect(alarms.view().faults).toEqual([
    { ...refused, level: "notice", count: 5_000 - alarmsPerMinuteMax },
    { ...refused, level: "danger", count: 500 - alarmsPerMinuteMax },
  ]);
  opened.clock.advance(mergedMs);
  await alarms.written();
  expect(rows("room.alarms-refused").map(({ body }) => body)).toMatchObject([
    { ...refused, level: "notice", count: 5_000 - alarmsPerMinuteMax },
    { ...refused, level: "danger" },
  ]);
  // A minute later it may speak again, and nothing is told twice.
  take({ ...smoke, alarmId: "d-0", kind: "mad", deviceId: "rd-209", isCleared: true });
  take({ ...smoke, alarmId: "later", kind: "mad", deviceId: "rd-209", atMs: 120_000 });
  expect(told).toHaveLength(alarmsPerMinuteMax + 3);
});

test("what came without a sender is told and counted, and holds and clears nothing", async () => {
  take(smoke);
  take({ ...smoke, deviceId: null, isCleared: true });
  take({ ...smoke, deviceId: null, kind: "fire" });
  expect(told.at(-1)).toMatchObject({ code: "alarm-without-sender", areaKey: "r1" });
  expect(alarms.view().standing).toHaveLength(1);
  expect(holds).toEqual([null, "smoke"]);
  expect(alarms.view().faults).toEqual([{ deviceId: null, fault: "no-sender", level: "danger", count: 2 }]);
});

test("stands over a restart of the gateway", async () => {
  take(smoke);
  await alarms.close();
  holds = [];
  alarms = await open();
  expect(holds).toEqual(["smoke"]);
  expect(alarms.view().standing).toMatchObject([{ deviceId: "shelf-2", raisedAtMs: 60_000 }]);
  take({ ...smoke, isCleared: true });
  expect(holds).toEqual(["smoke", null]);
});

test("a person with the right clears it, once, with their name in the journal; others may not", async () => {
  take(smoke);
  const id = alarms.view().standing[0]?.id;
  const clear = (headers: Record<string, string>) =>
    opened.app.inject({ method: "POST", url: `/api/v1/alarms/${id}/clear`, headers, payload: { reason: "误报" } });
  expect((await clear(opened.as("auditor"))).statusCode).toBe(403);
  expect((await clear(opened.as("archivist"))).statusCode).toBe(403);
  expect(alarms.view().standing).toHaveLength(1);
  const { headers, person } = await opened.signedIn(["operator"]);
  // Two at once are one.
  const both = await Promise.all([clear(headers), clear(headers)]);
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([204, 404]);
  expect(rows("room.alarm-cleared")).toMatchObject([
    {
      actor: `person:${person.id}`,
      reason: "误报",
      subject: "area:r1.2",
      body: { deviceId: "shelf-2", what: "smoke" },
    },
  ]);
  expect(holds).toEqual([null, "smoke", null]);
  expect((await clear(headers)).statusCode).toBe(404);
  const listed = await opened.app.inject({ url: "/api/v1/alarms", headers: opened.as("auditor") });
  expect(listed.json()).toEqual({ standing: [], areas: [], faults: [] });
});

test("a database that is away loses no alarm, and a person's clearing waits for it", async () => {
  await alarms.close();
  const { db } = opened.context;
  let isAway = true;
  const lame: typeof db = Object.create(db);
  lame.transaction = (...asked) => (isAway ? Promise.reject(new Error("away")) : db.transaction(...asked));
  alarms = await open({ ...opened.context, db: lame });
  take(smoke);
  expect(await alarms.written()).toBe(false);
  const id = alarms.view().standing[0]?.id ?? "";
  await expect(alarms.clear(id, "person:1", null)).rejects.toMatchObject({ code: "database-away" });
  expect(alarms.view().standing).toHaveLength(1);
  isAway = false;
  opened.clock.advance(1_000);
  await vi.waitFor(() => expect(rows()).toMatchObject([{ body: { what: "smoke", state: "raised" } }]), 10_000);
});

test("a commit whose answer was lost is in the journal once, and what came meanwhile after it", async () => {
  let lost = 1;
  const { context } = opened;
  const db = Object.create(context.db) as typeof context.db;
  db.transaction = (async (work: Parameters<typeof context.db.transaction>[0]) => {
    const result = await context.db.transaction(work);
    if (lost-- > 0) throw new Error("the answer was lost");
    return result;
  }) as typeof context.db.transaction;
  await alarms.close();
  alarms = await open({ ...context, db });
  take(smoke);
  expect(await alarms.written()).toBe(false);
  take({ ...smoke, alarmId: "smoke-2" });
  expect(await alarms.written()).toBe(true);
  const kept = await context.db.select().from(journal).where(eq(journal.kind, "room.alarm"));
  expect(kept.map(({ body }) => (body as { alarmId: string }).alarmId)).toEqual(["smoke-1", "smoke-2"]);
  await alarms.close();
  expect(await context.db.select().from(motionLogs)).toEqual([]);
});

test("alarms that the gateway did not take in time are one row of the journal for a device and a while, not one each", async () => {
  let hold: (username: string, count: number) => void = () => {};
  const link = {
    state: { up: false, reason: null, sinceMonoMs: 0 },
    publish: async () => {},
    subscribe() {},
    onState() {},
    start() {},
    stop: async () => {},
  };
  const onAlarmsHeld: InsideBroker["onAlarmsHeld"] = (listener) => {
    hold = listener;
  };
  const broker: InsideBroker = { openInside: () => link, onAlarmsHeld };
  const { clock } = opened.context;
  const ports = openDevices({ layout: demoLayout, clock, chance: seededChance("held"), mqtt: broker });
  ports.onAlarm(alarms);
  // The broker says so twice a second.
  for (let i = 0; i < 20; i++) hold("shelf-2", 700);
  hold("rd-209", 3);
  hold("gateway.r1", 5);
  const told = () => rows("room.alarms-refused").map(({ body }) => body);
  expect(told()).toEqual([]);
  opened.clock.advance(mergedMs);
  await alarms.written();
  expect(told()).toMatchObject([
    { deviceId: "shelf-2", fault: "not-taken", level: null, count: 14_000 },
    { deviceId: "rd-209", fault: "not-taken", level: null, count: 3 },
  ]);
  hold("shelf-2", 1);
  opened.clock.advance(mergedMs);
  await alarms.written();
  expect(told().at(-1)).toMatchObject({ deviceId: "shelf-2", count: 1 });
  expect(told()).toHaveLength(3);
  expect(alarms.view().faults).toContainEqual({ deviceId: "shelf-2", fault: "not-taken", level: null, count: 14_001 });
  await ports.close();
});
