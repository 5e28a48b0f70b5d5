/** An area of the demo's site: a real drive, driver, bytes and database in virtual time, against the twin's controller. */
import { eq } from "drizzle-orm";
import { uuidv7 } from "uuidv7";
import { afterEach } from "vitest";
import { demoLayout } from "../../simulators/test-twin.ts";
import { createTwin } from "../../simulators/twin.ts";
import { openAreas } from "../../src/aisles/areas.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import type { Context } from "../../src/context.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import type { LeadStanding } from "../../src/lead/lead-grant.ts";
import type { LocalMotionOptions } from "../../src/motion/local-motion.ts";
import type { Fact } from "../../src/motion/messages.ts";
import { layoutOf } from "../../src/site/layout.ts";
import type { RoomSpec, Site } from "../../src/site/schema.ts";
import { commands } from "../../src/storage/schema/aisles.ts";
import { freshDatabase, quickEngine } from "./database.ts";
import { programClock } from "./lease-row.ts";
import { memoryBroker } from "./memory-broker.ts";
import { motionHere } from "./motion-here.ts";
import { settle } from "./run-for.ts";
import { linkTo } from "./twin-link.ts";
import { wholeClock } from "./whole-clock.ts";

/** One area of the demo's site alone, without readers: the first on a serial line, the second on MQTT. */
function smallSite(areaNo: 1 | 2): Site {
  const [room] = demoLayout.site.rooms as [RoomSpec];
  const area = room.areas[areaNo - 1] as RoomSpec["areas"][number];
  const devices = demoLayout.site.devices.filter(({ id }) => id === area.controller);
  return {
    ...demoLayout.site,
    rooms: [{ ...room, areas: [{ ...area, antennas: [], climate: [] }] }],
    buses: demoLayout.site.buses.filter((bus) => bus.id === devices[0]?.bus),
    devices,
  };
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

export async function motionRoom(
  confirmedAtStart = true,
  areaNo: 1 | 2 = 1,
  lead: Pick<LocalMotionOptions, "lead"> = {},
) {
  const clock = virtualClock(Date.UTC(2026, 0, 5));
  const layout = layoutOf(smallSite(areaNo));
  const areaKey = `r1.${areaNo}`;
  const twin = createTwin({ layout, standing: [], clock, seed: 7, confirmedAtStart });
  const area = [...twin.room.areas.values()][0];
  if (!area) throw new Error("the twin has no area");
  const database = await freshDatabase(quickEngine());
  closing.push(() => database.close());
  const rows: JournalRow[] = [];
  const alarms: string[] = [];
  const standings: LeadStanding[] = [];
  const failures: unknown[] = [];
  const whole = wholeClock(clock);
  const logs = new Map<string, Fact[]>();
  const publish = (committed: readonly JournalRow[]) => void rows.push(...committed);
  const program = programClock(whole, 1);
  const context: Context = { db: database.db, clock: program, newId: uuidv7, layout, publish };

  const onMqtt = layout.site.devices.flatMap(({ id }) => twin.mqttDevice(id) ?? []);
  const mqtt = onMqtt.length > 0 ? { mqtt: memoryBroker(clock, onMqtt) } : {};
  async function gateway() {
    const devices = openDevices({
      layout,
      clock,
      chance: seededChance("motion"),
      links: areaNo === 1 ? { "bus-shelf-1": linkTo(twin, "bus-shelf-1") } : {},
      ...mqtt,
    });
    const motion = motionHere(whole, devices.shelves, (error) => failures.push(error), {
      ...{ logs, alarms: devices.onAlarm, ...lead },
    });
    const areas = await openAreas({
      context,
      motion,
      onView: () => {},
      onAlarm: (alarm) => alarms.push(alarm.code),
      onLead: (standing) => standings.push(standing),
      onFailure: (error) => failures.push(error),
    });
    closing.push(async () => {
      void areas.close();
      void devices.close();
      await pass(200);
    });
    return { areas, devices, motion, drive: areas.drive(areaKey) };
  }

  /** Time goes on while the database, which is asynchronous, keeps up. */
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
  const stored = async (id: string) => (await context.db.select().from(commands).where(eq(commands.id, id)))[0];
  /** Like SIGSTOP: the gateway's timers and input wait, motion goes on. */
  function holdGateway(isHeld: boolean): void {
    program.hold(isHeld);
    started.motion.hold("gateway", isHeld);
  }
  const seen = { rows, alarms, standings, failures, logs, database };
  return { ...started, ...seen, gateway, holdGateway, clock, twin, area, context, pass, until, when, stored };
}

export const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: { code?: string }) => error.code ?? error,
  );
