/** A PLC that can show no reset, stopped: what opens its area again is the wired key and nothing else (S3). */
import { uuidv7 } from "uuidv7";
import { afterEach, describe, expect, test } from "vitest";
import { perform } from "../../simulators/control/commands.ts";
import { createTwin } from "../../simulators/twin.ts";
import { openAreas } from "../../src/aisles/areas.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import type { House } from "../../src/house.ts";
import { freshDatabase } from "../support/database.ts";
import { type KeyedSite, keyedLayout } from "../support/keyed-site.ts";
import { motionHere } from "../support/motion-here.ts";
import { settle } from "../support/run-for.ts";
import { linkTo } from "../support/twin-link.ts";
import { wholeClock } from "../support/whole-clock.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function keyedRoom(site: KeyedSite = {}) {
  const clock = virtualClock(Date.UTC(2026, 0, 5));
  const layout = keyedLayout(site);
  const twin = createTwin({ layout, standing: [], clock, seed: 7, confirmedAtStart: true });
  const database = await freshDatabase("embedded");
  closing.push(() => database.close());
  const rows: JournalRow[] = [];
  const failures: unknown[] = [];
  const publish = (committed: readonly JournalRow[]) => void rows.push(...committed);
  const house: House = { db: database.db, clock: wholeClock(clock), newId: uuidv7, layout, publish };
  const links = { "bus-shelf-1": linkTo(twin, "bus-shelf-1") };
  const devices = openDevices({ layout, clock, chance: seededChance("keys"), links });
  const { shelves, inputs } = devices;
  const onFailure = (error: unknown) => failures.push(error);
  const motion = motionHere(house.clock, shelves, onFailure, { inputs });
  const areas = await openAreas({ house, motion, onView: () => {}, onAlarm: () => {}, onFailure });
  const drive = areas.drive("r1.1");
  const presses: number[] = [];
  const changes: (boolean | null)[] = [];
  inputs.get("keys-1")?.onPress(({ channel }) => presses.push(channel));
  inputs.get("keys-1")?.onChange(({ channel, isActive }) => void (channel === 1 && changes.push(isActive)));

  /** Time goes on while the embedded database, which is asynchronous, keeps up. */
  async function pass(ms: number): Promise<void> {
    const untilMs = clock.nowMs() + ms;
    for (let due = clock.nextDueMs(); due !== null && due <= untilMs; due = clock.nextDueMs()) {
      clock.step();
      for (let i = 0; i < 4; i++) await settle();
    }
    clock.advance(untilMs - clock.nowMs());
    await settle();
  }
  closing.push(async () => {
    void areas.close();
    void devices.close();
    await pass(200);
  });

  return {
    twin,
    drive,
    pass,
    failures,
    presses,
    changes,
    stateOf: () => inputs.get("keys-1")?.stateOf(1),
    needsReset: () => drive.view().interlocks.includes("needsReset"),
    async tell(order: string, args: object = {}) {
      const answer = await perform(twin, { do: order, device: "keys-1", channel: 1, ...args });
      expect(answer).toMatchObject({ ok: true });
    },
    /** Who reset it, as the journal tells it; the rows are written behind. */
    async resets(): Promise<string[]> {
      for (let i = 0; i < 50; i++) await settle();
      return rows.filter(({ body }) => body.decision === "reset-seen").map(({ actor }) => actor);
    },
  };
}

test("a key on the controller's own line at 9600 baud breaks no motion, and is read all the while", async () => {
  const { drive, pass, tell, stateOf, presses, changes } = await keyedRoom({ controller: "room-1", baud: 9600 });
  await pass(3000);
  const asked = drive.request("person:1", "open", 2, null);
  let settled = "";
  void asked
    .then(({ id }) => drive.settled(id))
    .then(({ state }) => {
      settled = state;
    });
  await pass(3000);
  const from = changes.length;
  await tell("press", { ms: 500 });
  for (let i = 0; i < 120 && settled === ""; i++) await pass(500);
  expect([settled, stateOf(), presses.length]).toEqual(["done", false, 1]);
  expect(changes.slice(from)).toEqual([true, false]);
});

describe("a PLC area after a STOP", () => {
  test("stays shut while it stands still, however long, and opens by the key at the wired input", async () => {
    const { drive, pass, needsReset, tell, resets, failures } = await keyedRoom();
    await pass(2000);
    void drive.stop("person:1");
    await pass(30_000);
    expect(needsReset()).toBe(true);
    expect(await resets()).toEqual([]);
    await tell("press");
    await pass(300);
    expect(needsReset()).toBe(true);
    await pass(1500);
    expect(needsReset()).toBe(false);
    expect(await resets()).toEqual(["input:keys-1.1"]);
    expect(failures).toEqual([]);
  });

  test("does not open by the key while its cable is out, nor when it is put back", async () => {
    const { drive, pass, needsReset, tell, resets } = await keyedRoom();
    await pass(2000);
    void drive.stop("person:1");
    await pass(2000);
    await tell("dead", { on: "on" });
    await pass(1000);
    await tell("press", { ms: 1500 });
    await pass(4000);
    await tell("press", { ms: 20_000 });
    await tell("dead", { on: "off" });
    await pass(40_000);
    expect([needsReset(), await resets()]).toEqual([true, []]);
    await tell("press");
    await pass(2000);
    expect(needsReset()).toBe(false);
  });

  test("does not open by a key that was held down while STOP was pressed", async () => {
    const { drive, pass, needsReset, tell } = await keyedRoom();
    await pass(2000);
    void drive.stop("person:1");
    await pass(2000);
    await tell("hold");
    await pass(1000);
    void drive.stop("person:1");
    await pass(2000);
    await tell("hold", { on: "off" });
    await pass(2000);
    expect(needsReset()).toBe(true);
    await tell("press");
    await pass(2000);
    expect(needsReset()).toBe(false);
  });

  test("does not open by anything else that happens to keys, wires and modules", async () => {
    const { drive, pass, needsReset, tell, resets } = await keyedRoom();
    await pass(2000);
    void drive.stop("person:1");
    await pass(2000);
    const happenings: [string, object, number][] = [
      ["press", { channel: 2 }, 1500],
      ["restart-module", {}, 4000],
      ["hold", {}, 12_000],
      ["hold", { on: "off" }, 1500],
      ["contact", { fault: "short" }, 12_000],
      ["contact", { fault: "short", on: "off" }, 1500],
      ["module", { fault: "invert" }, 12_000],
      ["module", { fault: "invert", on: "off" }, 1500],
    ];
    for (const [order, args, forMs] of happenings) {
      await tell(order, args);
      await pass(forMs);
      expect(needsReset(), `${order} ${JSON.stringify(args)}`).toBe(true);
    }
    expect(await resets()).toEqual([]);
    await tell("press");
    await pass(2000);
    expect(needsReset()).toBe(false);
  });

  test("a key that no area names resets nothing", async () => {
    const { drive, pass, needsReset, tell } = await keyedRoom({ resetInputs: [] });
    await pass(2000);
    void drive.stop("person:1");
    await pass(2000);
    await tell("press");
    await pass(3000);
    expect(needsReset()).toBe(true);
  });
});
