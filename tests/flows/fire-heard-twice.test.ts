/** S21 on MQTT bytes: motion hears fire by itself, whatever becomes of the gateway; both ways are one alarm. */
import { afterEach, describe, expect, test } from "vitest";
import { perform } from "../../simulators/control/commands.ts";
import { openRoomAlarms } from "../../src/watch/room-alarms.ts";
import { motionRoom, refusal } from "../support/motion-room.ts";

const areaKey = "r1.2";
type Room = Awaited<ReturnType<typeof motionRoom>>;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** As the pipeline wires it; without a listener of its own it is a gateway that the broker forgot while it was held. */
async function withAlarms(r: Room, { hasListener = true } = {}) {
  const told: string[] = [];
  const alarms = await openRoomAlarms({
    context: r.context,
    onAlarm: ({ code }) => told.push(code),
    onHold: (_roomId, what) => r.drive.roomAlarm(what),
    onOver: r.areas.fireOver,
    onFailure: (error) => r.failures.push(error),
  });
  closing.push(() => alarms.close());
  if (hasListener) r.devices.onAlarm(alarms);
  r.areas.onFire(alarms.alsoHeard);
  await r.pass(500);
  return { alarms, told };
}

const ring = (r: Room, on: boolean) =>
  perform(r.twin, { do: "alarm", area: areaKey, kind: "fire", level: "danger", on: on ? "on" : "off" });
const raised = (r: Room) => r.rows.filter(({ kind }) => kind === "room.alarm").map(({ body }) => body.state);

/** Rolling toward an aisle. */
async function rolling(r: Room): Promise<void> {
  expect(await refusal(r.when(r.drive.request("person:1", "open", 2, null)))).toBeNull();
  await r.until("it rolls", () => r.drive.view().columns.some(({ motion }) => motion !== "still"));
}

const open = (r: Room) => refusal(r.when(r.drive.request("person:1", "open", 1, null)));

describe("fire in the room of an area that opens", () => {
  test("the gateway is held: what moves stops at once, and the gateway learns it when it is back, once", async () => {
    const r = await motionRoom(true, 2);
    const { alarms, told } = await withAlarms(r, { hasListener: false });
    await rolling(r);
    r.motion.hold("gateway", true);
    await ring(r, true);
    await r.pass(1_000);
    expect(r.area.rig.state().stopped).toBe(true);
    expect(told).toEqual([]);
    r.motion.hold("gateway", false);
    await r.pass(1_000);
    expect(await r.when(alarms.written())).toBe(true);
    expect([raised(r), told]).toEqual([["raised"], ["device-alarm"]]);
    expect(alarms.view().standing).toMatchObject([{ deviceId: "shelf-2", kind: "fire", isHolding: true }]);
    expect(await open(r)).toBe("area-room-alarm");
  });

  test("both hear it: one alarm, and its end opens nothing before a reset", async () => {
    const r = await motionRoom(true, 2);
    const { alarms, told } = await withAlarms(r);
    await ring(r, true);
    await r.pass(1_500);
    expect(told).toEqual(["device-alarm"]);
    r.area.rig.key("reset");
    await r.pass(500);
    expect(await open(r)).toBe("area-room-alarm");
    await ring(r, false);
    await r.pass(1_500);
    expect([alarms.view().standing, alarms.view().faults]).toEqual([[], []]);
    expect(await open(r)).toBe("area-needs-reset");
    r.area.rig.key("reset");
    await r.pass(1_000);
    expect(await open(r)).toBeNull();
    expect(raised(r)).toEqual(["raised", "cleared"]);
    expect(r.failures).toEqual([]);
  });

  test("a person clears what its device never takes back: motion lets go, too", async () => {
    const r = await motionRoom(true, 2);
    const { alarms } = await withAlarms(r);
    await ring(r, true);
    await r.pass(1_000);
    const [standing] = alarms.view().standing;
    await r.when(alarms.clear(standing?.id ?? "", "person:1", "a drill"));
    await r.pass(1_000);
    r.area.rig.key("reset");
    await r.pass(1_000);
    expect(await open(r)).toBeNull();
  });

  test("motion dies under it: the next one holds", async () => {
    const r = await motionRoom(true, 2);
    await withAlarms(r, { hasListener: false });
    r.motion.hold("gateway", true);
    await ring(r, true);
    await r.pass(100);
    r.motion.kill();
    r.motion.hold("gateway", false);
    await r.pass(2_000);
    r.area.rig.key("reset");
    await r.pass(1_000);
    expect(await open(r)).toBe("area-room-alarm");
  });

  test("the gateway ends before it has heard of it: it stands for the next one, with one row", async () => {
    const r = await motionRoom(true, 2);
    r.motion.hold("gateway", true);
    await ring(r, true);
    await r.pass(500);
    void r.areas.close();
    await r.pass(500);
    const next = await r.when(r.gateway());
    const { alarms } = await withAlarms({ ...r, ...next });
    expect(alarms.view().standing).toMatchObject([{ deviceId: "shelf-2", kind: "fire" }]);
    r.area.rig.key("reset");
    await r.pass(1_000);
    expect(await open({ ...r, ...next })).toBe("area-room-alarm");
    expect(raised(r)).toEqual(["raised"]);
  });
});
