/** Area 1 of the demo's site behind a PLC, with its wired inputs: a real drive, drivers, bytes and database in virtual time. */
import { uuidv7 } from "uuidv7";
import { afterEach, expect } from "vitest";
import { perform } from "../../simulators/control/commands.ts";
import { createTwin } from "../../simulators/twin.ts";
import { openAreas } from "../../src/aisles/areas.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import type { Context } from "../../src/context.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import { freshDatabase } from "./database.ts";
import { type KeyedSite, keyedLayout } from "./keyed-site.ts";
import { motionHere } from "./motion-here.ts";
import { settle } from "./run-for.ts";
import { linkTo } from "./twin-link.ts";
import { wholeClock } from "./whole-clock.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

export async function keyedRoom(site: KeyedSite = {}) {
  const clock = virtualClock(Date.UTC(2026, 0, 5));
  const layout = keyedLayout(site);
  const twin = createTwin({ layout, standing: [], clock, seed: 7, confirmedAtStart: true });
  const database = await freshDatabase("embedded");
  closing.push(() => database.close());
  const rows: JournalRow[] = [];
  const failures: unknown[] = [];
  const publish = (committed: readonly JournalRow[]) => void rows.push(...committed);
  const context: Context = { db: database.db, clock: wholeClock(clock), newId: uuidv7, layout, publish };
  const serial = layout.site.buses.filter(({ link }) => link.kind === "serial");
  const links = Object.fromEntries(serial.map(({ id }) => [id, linkTo(twin, id)]));
  const devices = openDevices({ layout, clock, chance: seededChance("keys"), links });
  const { shelves, inputs } = devices;
  const onFailure = (error: unknown) => failures.push(error);
  const motion = motionHere(context.clock, shelves, onFailure, { inputs });
  const areas = await openAreas({ context, motion, onView: () => {}, onAlarm: () => {}, onFailure });
  const drive = areas.drive("r1.1");
  const presses: number[] = [];
  const changes: (boolean | null)[] = [];
  inputs.get("keys-1")?.onPress(({ channel }) => presses.push(channel));
  inputs.get("keys-1")?.onChange(({ channel, isActive }) => void (channel === 1 && changes.push(isActive)));

  /** Lets time go on while the embedded database, which is asynchronous, keeps up. */
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
    rows,
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
    /** Who reset it, by the journal, whose rows are written in the background. */
    async resets(): Promise<string[]> {
      for (let i = 0; i < 50; i++) await settle();
      return rows.filter(({ body }) => body.decision === "reset-seen").map(({ actor }) => actor);
    },
  };
}
