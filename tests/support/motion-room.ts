/** Area 1 of the demo: a real drive, driver, bytes and database in virtual time, against the twin's controller. */
import { eq } from "drizzle-orm";
import { uuidv7 } from "uuidv7";
import { afterEach } from "vitest";
import { demoLayout } from "../../simulators/test-twin.ts";
import { createTwin } from "../../simulators/twin.ts";
import { openAreas } from "../../src/aisles/areas.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import type { House } from "../../src/house.ts";
import { layoutOf } from "../../src/site/layout.ts";
import type { RoomSpec, Site } from "../../src/site/schema.ts";
import { commands } from "../../src/storage/schema/aisles.ts";
import { freshDatabase } from "./database.ts";
import { settle } from "./run-for.ts";
import { linkTo } from "./twin-link.ts";
import { wholeClock } from "./whole-clock.ts";

/** Area 1 of the demo alone, without readers. */
function smallSite(): Site {
  const [room] = demoLayout.site.rooms as [RoomSpec];
  const [area] = room.areas as [RoomSpec["areas"][number]];
  return {
    ...demoLayout.site,
    rooms: [{ ...room, areas: [{ ...area, antennas: [] }] }],
    buses: demoLayout.site.buses.filter((bus) => bus.id === "bus-shelf-1"),
    devices: demoLayout.site.devices.filter((device) => device.bus === "bus-shelf-1"),
  };
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

export async function motionRoom(confirmedAtStart = true) {
  const clock = virtualClock(Date.UTC(2026, 0, 5));
  const layout = layoutOf(smallSite());
  const twin = createTwin({ layout, standing: [], clock, seed: 7, confirmedAtStart });
  const area = [...twin.room.areas.values()][0];
  if (!area) throw new Error("the twin has no area");
  const database = await freshDatabase("embedded");
  closing.push(() => database.close());
  const rows: JournalRow[] = [];
  const alarms: string[] = [];
  const failures: unknown[] = [];
  const whole = wholeClock(clock);
  const publish = (committed: readonly JournalRow[]) => void rows.push(...committed);
  const house: House = { db: database.db, clock: whole, newId: uuidv7, layout, publish };

  async function gateway() {
    const devices = openDevices({
      layout,
      clock,
      chance: seededChance("motion"),
      links: { "bus-shelf-1": linkTo(twin, "bus-shelf-1") },
    });
    const areas = await openAreas({
      house,
      shelves: devices.shelves,
      onView: () => {},
      onAlarm: (alarm) => alarms.push(alarm.code),
      onFailure: (error) => failures.push(error),
    });
    closing.push(async () => {
      void areas.close();
      void devices.close();
      await pass(200);
    });
    return { areas, devices, drive: areas.drive("r1.1") };
  }

  /** Time goes on while the embedded database, which is asynchronous, keeps up. */
  async function pass(ms: number): Promise<void> {
    const untilMs = clock.nowMs() + ms;
    for (let due = clock.nextDueMs(); due !== null && due <= untilMs; due = clock.nextDueMs()) {
      clock.step();
      for (let i = 0; i < 6; i++) await settle();
    }
    clock.advance(untilMs - clock.nowMs());
    await settle();
  }

  async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
    for (let ms = 0; ms < limitMs; ms += 50) {
      if (await holds()) return;
      await pass(50);
    }
    throw new Error(`not within ${limitMs} ms: ${what}`);
  }

  /** Lets time go on until the promise settles. */
  async function when<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    promise.then(
      () => {
        isSettled = true;
      },
      () => {
        isSettled = true;
      },
    );
    await until("an answer", () => isSettled);
    return promise;
  }

  const started = await gateway();
  await pass(1500);
  const stored = async (id: string) => (await house.db.select().from(commands).where(eq(commands.id, id)))[0];
  return { ...started, gateway, clock, twin, area, house, rows, alarms, failures, pass, until, when, stored };
}

export const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: { code?: string }) => error.code ?? error,
  );
