/** One writer an area, as people and shelves see it: through drive, motion, driver, bytes and database, with a row of the lead that is away, taken or given up. */
import { describe, expect, test } from "vitest";
import { perform } from "../../simulators/control/commands.ts";
import { openAisleOf } from "../../simulators/room/rail.ts";
import { keepLead } from "../../src/lead/keep-lead.ts";
import { type LeaseRow, leaseRow, lineToRow } from "../support/lease-row.ts";
import { motionRoom, refusal } from "../support/motion-room.ts";

const decided = (r: Room, code: string) =>
  r.rows.filter((row) => (row.kind === "aisle.decided" || row.kind === "area.alarm") && row.body.code === code);
const ask = (r: Room, aisle: number) => r.when(refusal(r.drive.request("person:1", "open", aisle, null)));
const stands = (r: Room) => r.area.rig.state().phase !== "moving";
const places = (r: Room) => JSON.stringify([...r.area.rail.positionsMm]);
const mayOpen = (r: Room, aisle: number) => {
  const may = r.drive.view().may[`open:${aisle}`];
  return may === true ? "may" : may?.code;
};

type Room = Awaited<ReturnType<typeof leadingRoom>>;

/** A room whose gateway leads by a row. */
async function leadingRoom(areaNo: 1 | 2 = 1) {
  let row: LeaseRow | null = null;
  let line: ReturnType<typeof lineToRow> | null = null;
  let epoch = 0;
  const room = await motionRoom(true, areaNo, {
    lead(clock) {
      row ??= leaseRow(clock);
      epoch ||= row.take() ?? 0;
      line = lineToRow(row, epoch, clock, () => ({ thereMs: 2, backMs: 2 }));
      return keepLead({ clock, ...line, onFailure() {} });
    },
  });
  return {
    ...room,
    row: row as unknown as LeaseRow,
    /** The network between motion and the database swallows what is sent. */
    away: (isAway: boolean) => line?.swallow(isAway),
    async rolling(aisle: number) {
      const { id } = await room.when(room.drive.request("person:1", "open", aisle, null));
      await room.until("it rolls", () => room.area.rig.state().phase === "moving");
      return id;
    },
  };
}

describe.each([1, 2] as const)("a database that does not answer motion (area %s)", (areaNo) => {
  test("for three seconds: what moves reaches its end, the console says why nothing else may begin, and then all is as before", async () => {
    const r = await leadingRoom(areaNo);
    const id = await r.rolling(2);
    r.away(true);
    await r.until("unsure", () => mayOpen(r, 1) === "lead-unsure", 3_500);
    expect(r.drive.view().interlocks).toContain("leadUnsure");
    r.away(false);
    await r.until("sure again", () => !r.drive.view().interlocks.includes("leadUnsure"));
    expect(await r.when(r.drive.settled(id))).toMatchObject({ state: "done" });
    expect(openAisleOf(r.area.rail)).toBe(2);
    expect(r.standings).toEqual(["held", "unsure", "held"]);
    await r.until("in the journal", () => decided(r, "lead-unsure").length > 0);
    expect(r.alarms).toEqual([]);
    expect(await ask(r, 1)).toBeNull();
  });

  test("while nothing moves: what is asked is refused with the reason; no reset is due when it is back", async () => {
    const r = await leadingRoom(areaNo);
    r.away(true);
    const stood = places(r);
    await r.until("unsure", () => mayOpen(r, 2) === "lead-unsure", 3_500);
    expect(await ask(r, 2)).toBe("lead-unsure");
    await r.until("ending", () => mayOpen(r, 2) === "lead-ending", 3_500);
    expect(await ask(r, 2)).toBe("lead-ending");
    await r.until("refusals are in the journal", () => decided(r, "lead-ending").length > 1);
    await r.pass(30_000);
    r.away(false);
    await r.until("held again", () => mayOpen(r, 2) === "may");
    expect(places(r)).toBe(stood);
    expect(await ask(r, 2)).toBeNull();
  });

  test("for good: what moves is stopped before the lease runs out, everybody hears why, and nothing starts by itself", async () => {
    const r = await leadingRoom(areaNo);
    const id = await r.rolling(2);
    r.away(true);
    const awayAtMs = r.clock.nowMs();
    await r.until("the carriages stand", () => stands(r));
    // A second before the renewal that was answered last, the lease would run out six after it.
    expect(r.clock.nowMs() - awayAtMs).toBeLessThan(5_500);
    expect(r.row.take()).toBeNull();
    expect(await r.when(r.drive.settled(id))).toMatchObject({ state: "stopped", why: { code: "lead-ending" } });
    expect(r.alarms).toContain("lead-ending");
    expect(mayOpen(r, 1)).toBe("lead-ending");
    r.away(false);
    await r.until("held again", () => r.standings.at(-1) === "held");
    const stood = places(r);
    await r.pass(10_000);
    expect(places(r)).toBe(stood);
    expect(await ask(r, 1)).toBe("area-needs-reset");
    r.area.rig.key("reset");
    await r.pass(5_000);
    expect(places(r)).toBe(stood);
    await r.until("in the journal", () => decided(r, "lead-ending").length > 1);
    expect(await ask(r, 1)).toBeNull();
  });
});

test("another gateway took it: what moves is stopped, motion ends and none begins, and the console says who is to be asked", async () => {
  const r = await leadingRoom();
  const id = await r.rolling(2);
  r.away(true);
  await r.until("it ran out", () => r.row.take() !== null, 10_000);
  expect(stands(r)).toBe(true);
  r.away(false);
  await r.until("lost", () => r.standings.at(-1) === "lost");
  expect(await r.when(r.drive.settled(id))).toMatchObject({ state: "stopped", why: { code: "lead-ending" } });
  await r.until("motion has ended", () => r.failures.some((error) => String(error).includes("the lead is lost")));
  expect(r.alarms).toContain("motion-lead-lost");
  await r.pass(20_000);
  expect(r.drive.view().interlocks).toContain("leadLost");
  expect(mayOpen(r, 1)).toBe("motion-lead-lost");
  const stood = places(r);
  // The other's carriages now: even a reset at the panel brings nothing of ours back.
  r.area.rig.key("reset");
  expect(await ask(r, 1)).not.toBeNull();
  await r.pass(5_000);
  expect(places(r)).toBe(stood);
});

describe("a gateway that says nothing", () => {
  test("while something moves: it reaches its end, and only then the lead is given up", async () => {
    const r = await leadingRoom();
    await r.rolling(2);
    r.holdGateway(true);
    await r.until("the carriages stand", () => stands(r));
    expect(openAisleOf(r.area.rail)).toBe(2);
    await r.pass(500);
    expect(r.row.take()).toBe(2);
    r.holdGateway(false);
    await r.until("lost", () => r.standings.at(-1) === "lost");
  });

  test("for some seconds while nothing moves: whoever waits may have it; nobody did, so it goes on", async () => {
    const r = await leadingRoom();
    r.holdGateway(true);
    await r.pass(3_000);
    expect(r.row.take()).toBeNull();
    await r.pass(20_000);
    r.holdGateway(false);
    await r.until("held again", () => r.standings.length === 3);
    expect(r.standings).toEqual(["held", "ending", "held"]);
    expect(await ask(r, 2)).toBeNull();
  });

  test("what it asks for when it wakes is too old", async () => {
    const r = await leadingRoom();
    r.motion.hold("motion", true);
    const asked = refusal(r.drive.request("person:1", "open", 2, null));
    await r.pass(1_500);
    r.holdGateway(true);
    await r.pass(5_000);
    r.motion.hold("motion", false);
    r.holdGateway(false);
    const stood = places(r);
    expect(await r.when(asked)).not.toBeNull();
    await r.pass(6_000);
    expect(places(r)).toBe(stood);
  });
});

test("a STOP that was taken at its own door of a held gateway and has not reached its controller: the row says so before the lead is free", async () => {
  const r = await leadingRoom();
  r.holdGateway(true);
  await perform(r.twin, { do: "unplug", bus: "bus-shelf-1" });
  await r.pass(500);
  const press = { id: null, door: "stop-door", askedAtMs: r.clock.monoMs() } as const;
  expect(r.motion.stop({ areaKey: null, actor: "person:1", press })).toBe(1);
  let isFree = false;
  await r.until("whoever waits may lead", () => {
    isFree ||= r.row.take() !== null;
    if (!isFree) return false;
    expect(r.row.stopped()).toEqual(["r1.1"]);
    return true;
  });
  r.holdGateway(false);
  await r.pass(1_000);
});

test("what wants a reset stands in the row of the lead within a second, until somebody has reset it", async () => {
  const r = await leadingRoom();
  expect(r.row.stopped()).toEqual([]);
  r.drive.stop("person:1");
  await r.pass(1_500);
  expect(r.row.stopped()).toEqual(["r1.1"]);
  r.area.rig.key("reset");
  await r.until("it may open", () => mayOpen(r, 2) === "may");
  await r.pass(1_500);
  expect(r.row.stopped()).toEqual([]);
});

test("motion is killed: the next one is refused nothing as soon as it has renewed the lead itself", async () => {
  const r = await leadingRoom();
  await r.rolling(2);
  r.motion.kill();
  await r.pass(2_000);
  r.area.rig.key("reset");
  await r.until("it may open", () => mayOpen(r, 2) === "may");
  expect(r.row.epoch()).toBe(1);
  expect(await ask(r, 2)).toBeNull();
});
