/** Motion dies while the gateway takes nothing: what its log still held comes when the next motion runs, in this same gateway. */
import { describe, expect, test } from "vitest";
import { factsPerPage } from "../../src/aisles/left-facts.ts";
import { motionRoom } from "../support/motion-room.ts";

type Room = Awaited<ReturnType<typeof motionRoom>>;
const presses = 3 * factsPerPage + 37;

/** So many people press STOP at a door beside the gateway, a millisecond after each other. */
async function pressed(r: Room, count: number, from = 0): Promise<void> {
  for (let i = from; i < from + count; i++) {
    const press = { id: null, door: "stop-door" as const, askedAtMs: r.clock.monoMs() };
    r.motion.stop({ areaKey: "r1.1", actor: `person:${i}`, press });
    await r.pass(1);
  }
}
const stops = (r: Room) => r.rows.filter(({ kind, actor }) => kind === "area.stopped" && actor.startsWith("person:"));
const momentOf = ({ body }: { body: Record<string, unknown> }) => Number(body.decidedAtMs);

describe("a motion that dies with a long log", () => {
  test("all of it comes to the journal once, in its order, with its own moment, before what the next one decides", async () => {
    const r = await motionRoom();
    const { id } = await r.when(r.drive.request("person:1", "open", 2, null));
    await r.until("it rolls", () => r.drive.view().columns.some(({ motion }) => motion !== "still"));
    r.motion.hold("gateway", true);
    const fromMs = r.clock.nowMs();
    await pressed(r, presses);
    const untilMs = r.clock.nowMs();
    await r.pass(2_000);
    const before = r.rows.length;
    expect(stops(r)).toHaveLength(0);
    r.motion.kill();
    r.motion.hold("gateway", false);
    const later = () => r.motion.stop({ areaKey: "r1.1", actor: "person:later", press: press(r) }) !== null;
    await r.until("another motion", later, 2_000);
    await r.until("all of it is in the journal", () => stops(r).length > presses, 120_000);
    await r.pass(5_000);
    const told = stops(r);
    expect(told.map(({ actor }) => actor)).toEqual([
      ...Array.from({ length: presses }, (_, i) => `person:${i}`),
      "person:later",
    ]);
    const moments = told.slice(0, -1).map(momentOf);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
    expect(moments.every((atMs) => atMs >= fromMs && atMs <= untilMs)).toBe(true);
    expect(r.rows.length).toBeGreaterThan(before + presses);
    // The console hears the end of the motion once, and the command has its own end and no other.
    expect(r.alarms.filter((code) => code === "motion-stopped")).toHaveLength(1);
    const row = await r.when(r.stored(id));
    expect([row?.state, Number(row?.settledAtMs) <= untilMs]).toEqual(["stopped", true]);
    expect(r.logs.size).toBe(1);
  }, 120_000);

  test("and dies again meanwhile: both logs come in their order", async () => {
    const r = await motionRoom();
    for (const round of [0, 1]) {
      r.motion.hold("gateway", true);
      await pressed(r, factsPerPage + 60, round * 1_000);
      r.motion.kill();
      r.motion.hold("gateway", false);
      await r.pass(3_000);
    }
    await r.until("all of it is in the journal", () => stops(r).length === 2 * (factsPerPage + 60), 120_000);
    await r.pass(5_000);
    const numbers = stops(r).map(({ actor }) => Number(actor.slice("person:".length)));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(r.logs.size).toBe(1);
  }, 120_000);

  test("while the database is away it waits in the log, page by page, and comes when that is back", async () => {
    const r = await motionRoom();
    const { transaction } = r.context.db;
    r.motion.hold("gateway", true);
    await pressed(r, presses);
    r.context.db.transaction = () => Promise.reject(Object.assign(new Error("closed"), { code: "CONNECTION_CLOSED" }));
    r.motion.kill();
    r.motion.hold("gateway", false);
    // The next motion does not wait for it.
    await r.pass(2_000);
    expect(r.motion.stop({ areaKey: "r1.1", actor: "gateway", press: press(r) })).toBe(1);
    await r.pass(20_000);
    expect(stops(r)).toHaveLength(0);
    r.context.db.transaction = transaction.bind(r.context.db);
    await r.until("all of it is in the journal", () => stops(r).length === presses, 120_000);
    const numbers = stops(r).map(({ actor }) => Number(actor.slice("person:".length)));
    expect(numbers).toEqual(Array.from({ length: presses }, (_, i) => i));
  }, 120_000);
});

function press(r: Room) {
  return { id: null, door: "stop-door" as const, askedAtMs: r.clock.monoMs() };
}
