/** Aisles from the request to the carriage and back: the real drive, driver, bytes and database, against the twin's controller. */
import { describe, expect, test } from "vitest";
import { enterAisle, leaveAisle } from "../../simulators/room/people.ts";
import { openAisleOf } from "../../simulators/room/rail.ts";
import type { Areas } from "../../src/aisles/areas.ts";
import { commands } from "../../src/storage/schema/aisles.ts";
import { areaState } from "../../src/storage/schema/room.ts";
import { refusal, motionRoom as room } from "../support/motion-room.ts";

const atRest = (areas: Areas) => areas.drive("r1.1").view().activity === "idle";

describe("an aisle is opened", () => {
  test("stored, sent, accepted, done when the shelf confirms; every step is in the journal with what was seen", async () => {
    const r = await room();
    const asked = await r.when(r.drive.request("person:1", "open", 2, "retrieval 7"));
    expect(["stored", "sent", "accepted"]).toContain(asked.state);
    const settled = r.drive.settled(asked.id);
    await r.until("moving", () => r.area.rig.state().phase === "moving");
    expect(r.drive.view().activity).toBe("opening");
    expect((await r.when(settled)).state).toBe("done");
    expect(openAisleOf(r.area.rail)).toBe(2);
    await r.until("written", async () => (await r.stored(asked.id))?.state === "done");
    const kinds = r.rows.map((row) => (row.kind === "aisle.decided" ? `${row.kind} ${row.body.decision}` : row.kind));
    expect(kinds).toEqual(["aisle.requested", "aisle.decided accepted", "aisle.decided done", "aisle.settled"]);
    expect(r.rows[1]?.body.inputs).toMatchObject({ link: "up", people: 0, openAisle: 0, epoch: 1 });
    expect(r.failures).toEqual([]);
  });

  test("not before somebody reset the controller after its boot", async () => {
    const r = await room(false);
    expect(await r.when(refusal(r.drive.request("person:1", "open", 2, null)))).toBe("area-position-unknown");
    r.area.rig.key("confirm");
    await r.pass(500);
    expect(await r.when(refusal(r.drive.request("person:1", "open", 2, null)))).toBe("area-position-unknown");
    r.area.rig.key("reset");
    await r.pass(500);
    const asked = await r.when(r.drive.request("person:1", "open", 2, null));
    expect((await r.when(r.drive.settled(asked.id))).state).toBe("done");
  });
});

describe("somebody stands in the open aisle", () => {
  test("nothing moves; after leaving and a reset it does", async () => {
    const r = await room();
    const opened = await r.when(r.drive.request("person:1", "open", 2, null));
    await r.when(r.drive.settled(opened.id));
    expect(enterAisle(r.area, 2, "小王")).toBeNull();
    await r.pass(500);
    const before = r.area.rig.state().retained.wireIdLast;
    expect(await r.when(refusal(r.drive.request("person:1", "open", 4, null)))).toBe("aisle-occupied");
    expect(await r.when(refusal(r.drive.request("person:1", "close", 0, null)))).toBe("aisle-occupied");
    expect(r.area.rig.state().retained.wireIdLast).toBe(before);
    leaveAisle(r.area, "小王");
    await r.pass(500);
    expect(await r.when(refusal(r.drive.request("person:1", "open", 4, null)))).toBe("aisle-not-confirmed");
    r.area.rig.key("reset");
    await r.pass(500);
    const again = await r.when(r.drive.request("person:1", "open", 4, null));
    expect((await r.when(r.drive.settled(again.id))).state).toBe("done");
    expect(r.area.rail.crushed).toBe(0);
    const refused = r.rows.filter((row) => row.kind === "aisle.decided" && row.body.decision === "refused");
    expect(refused.map((row) => row.body.code)).toEqual(["aisle-occupied", "aisle-occupied", "aisle-not-confirmed"]);
  });
});

describe("in the middle of a motion", () => {
  async function moving() {
    const r = await room();
    const asked = await r.when(r.drive.request("person:1", "open", 3, null));
    await r.until("moving", () => r.area.rig.state().phase === "moving");
    await r.pass(3000);
    return { ...r, asked, settled: r.drive.settled(asked.id) };
  }
  type Moving = Awaited<ReturnType<typeof moving>>;
  const standsWithin = (r: Moving, ms: number) =>
    r.until("the carriages stand", () => [...r.area.rail.speeds.values()].every((s) => s === 0), ms);

  /** S3: whatever ended it, time alone brings nothing back; a reset and a new request do. */
  async function onlyResetHelps(r: Moving): Promise<void> {
    const places = JSON.stringify([...r.area.rail.positionsMm]);
    await r.pass(5000);
    expect(JSON.stringify([...r.area.rail.positionsMm])).toBe(places);
    expect(await r.when(refusal(r.drive.request("person:1", "open", 3, null)))).not.toBeNull();
    r.area.rig.key("reset");
    await r.until("open again", () => atRest(r.areas), 10_000);
    await r.pass(1200);
    const again = await r.when(r.drive.request("person:1", "open", 3, null));
    expect((await r.when(r.drive.settled(again.id))).state).toBe("done");
  }

  test("STOP with the database dead: the shelf stands at once", async () => {
    const r = await moving();
    const { db } = r.context;
    r.context.db = new Proxy(db, {
      get() {
        throw new Error("the database is dead");
      },
    });
    void r.drive.stop("person:2");
    await standsWithin(r, 700);
    expect((await r.when(r.settled)).state).toBe("stopped");
    await r.pass(500);
    expect(r.failures.length).toBeGreaterThan(0);
    r.context.db = db;
    expect(r.drive.view().may["open:3"]).toMatchObject({ code: "area-needs-reset" });
  });

  test("STOP, then only a reset helps", async () => {
    const r = await moving();
    void r.drive.stop("person:2");
    await standsWithin(r, 700);
    expect((await r.when(r.settled)).why?.code).toBe("motion-stopped");
    await onlyResetHelps(r);
    expect(r.rows.some((row) => row.kind === "area.stopped" && row.actor === "person:2")).toBe(true);
  });

  test("pause: the shelf stands, the command ends, nothing goes on by itself", async () => {
    const r = await moving();
    const paused = await r.when(r.drive.request("person:1", "pause", 0, null));
    expect((await r.when(r.drive.settled(paused.id))).state).toBe("done");
    expect((await r.when(r.settled)).why?.code).toBe("motion-paused");
    await standsWithin(r, 100);
    const places = JSON.stringify([...r.area.rail.positionsMm]);
    await r.pass(5000);
    expect(JSON.stringify([...r.area.rail.positionsMm])).toBe(places);
    const again = await r.when(r.drive.request("person:1", "open", 3, null));
    expect((await r.when(r.drive.settled(again.id))).state).toBe("done");
  });

  test("inhibit: the shelf stands and only a supervisor's release opens it again", async () => {
    const r = await moving();
    const inhibited = await r.when(r.drive.request("person:1", "inhibit", 0, null));
    await standsWithin(r, 1000);
    expect((await r.when(r.settled)).why?.code).toBe("area-inhibited");
    expect((await r.when(r.drive.settled(inhibited.id))).state).toBe("done");
    r.area.rig.key("reset");
    await r.pass(1500);
    expect(await r.when(refusal(r.drive.request("person:1", "open", 3, null)))).toBe("area-inhibited");
    const released = await r.when(r.drive.request("person:9", "release", 0, null));
    expect((await r.when(r.drive.settled(released.id))).state).toBe("done");
    await r.pass(500);
    const again = await r.when(r.drive.request("person:1", "open", 3, null));
    expect((await r.when(r.drive.settled(again.id))).state).toBe("done");
  });

  test("the emergency stop: released, it still needs a reset", async () => {
    const r = await moving();
    r.area.rig.key("emergency-press");
    await standsWithin(r, 700);
    expect((await r.when(r.settled)).why?.code).toBe("area-emergency-stop");
    r.area.rig.key("emergency-release");
    await onlyResetHelps(r);
  });

  test("a power cut of the controller: nothing is sent again after its boot", async () => {
    const r = await moving();
    r.area.rig.cutPower();
    const { state } = await r.when(r.settled);
    expect(state).toBe("failed");
    r.area.rig.restorePower();
    await r.pass(3000);
    await onlyResetHelps(r);
  });

  test("the gateway ends: motion stops what moves, the next gateway sends nothing, and only a reset helps", async () => {
    const r = await moving();
    void r.areas.close();
    void r.devices.close();
    await standsWithin(r, 1000);
    const places = JSON.stringify([...r.area.rail.positionsMm]);
    const next = await r.gateway();
    await r.pass(5000);
    expect(JSON.stringify([...r.area.rail.positionsMm])).toBe(places);
    const row = await r.stored(r.asked.id);
    expect(row).toMatchObject({ state: "stopped", outcome: { code: "motion-stopped" } });
    const [kept] = await r.context.db.select().from(areaState);
    expect(kept?.epoch).toBeGreaterThan(row?.epoch ?? Number.POSITIVE_INFINITY);
    expect(await r.when(refusal(next.drive.request("person:1", "open", 3, null)))).not.toBeNull();
    r.area.rig.key("reset");
    await r.pass(2000);
    const again = await r.when(next.drive.request("person:1", "open", 3, null));
    expect((await r.when(next.drive.settled(again.id))).state).toBe("done");
  });

  test("motion dies: the shelf stops by itself, the command has failed, and the next motion begins with a new epoch", async () => {
    const r = await moving();
    const before = await r.stored(r.asked.id);
    r.motion.kill();
    // On every console, before anybody asks.
    expect([r.alarms, r.drive.view().undriven?.code]).toEqual([["motion-away-beat"], "motion-away-beat"]);
    await standsWithin(r, 1000);
    expect((await r.when(r.settled)).why?.code).toBe("motion-restarted");
    await r.pass(2000);
    expect(r.drive.view().undriven).toBeNull();
    await onlyResetHelps(r);
    const again = (await r.context.db.select().from(commands)).at(-1);
    expect(again?.epoch).toBeGreaterThan(before?.epoch ?? Number.POSITIVE_INFINITY);
  });

  test("what people pressed while nobody drove holds when somebody does again", async () => {
    const r = await moving();
    r.motion.kill();
    // Pressed in the moment between two motions.
    void r.drive.stop("person:9");
    const lock = r.drive.locks.lock({ id: "person-1", name: "王工" }, "检修");
    lock.catch(() => {});
    await r.until("locked", () => r.drive.view().may["open:2"] !== true && r.drive.view().locks.length === 1);
    await r.until("the STOP is told", () =>
      r.rows.some((row) => row.kind === "area.stopped" && row.actor === "person:9"),
    );
    r.area.rig.key("reset");
    await r.pass(3000);
    expect(await r.when(refusal(r.drive.request("person:1", "open", 2, null)))).toBe("area-locked");
  });

  test("the gateway is held: what moves goes on to its end, and every fact of it is told once afterwards", async () => {
    const r = await moving();
    r.motion.hold("gateway", true);
    await r.until("the aisle stands open", () => openAisleOf(r.area.rail) === 3);
    expect((await r.stored(r.asked.id))?.state).toBe("accepted");
    r.motion.hold("gateway", false);
    expect((await r.when(r.settled)).state).toBe("done");
    await r.pass(200);
    const kinds = r.rows.map((row) => `${row.kind} ${row.body.decision ?? ""}`.trim());
    expect(kinds).toEqual(["aisle.requested", "aisle.decided accepted", "aisle.decided done", "aisle.settled"]);
  });

  test("motion is held: a wish is answered in words, and is not done when motion goes on", async () => {
    const r = await room();
    r.area.rig.key("reset");
    await r.until("aisle 2 may open", () => r.drive.view().may["open:2"] === true);
    r.motion.hold("motion", true);
    expect(await r.when(refusal(r.drive.request("person:1", "open", 2, null)))).toBe("motion-away");
    expect(r.drive.view().undriven?.code).toBe("motion-away-beat");
    const places = JSON.stringify([...r.area.rail.positionsMm]);
    r.motion.hold("motion", false);
    await r.pass(5000);
    expect(JSON.stringify([...r.area.rail.positionsMm])).toBe(places);
  });

  test("a second request is refused and names what moves", async () => {
    const r = await moving();
    expect(await r.when(refusal(r.drive.request("person:2", "open", 5, null)))).toBe("area-busy");
    expect((await r.when(r.settled)).state).toBe("done");
  });
});

describe("a flood of STOPs", () => {
  test("each goes to the device, the journal has a row a second, and an inhibit does not wait behind them", async () => {
    const r = await room();
    let sent = 0;
    const port = r.devices.shelves.get("r1.1");
    if (!port) throw new Error("no shelf");
    const { stop } = port;
    port.stop = () => {
      sent++;
      return stop.call(port);
    };
    const each = 400;
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < each; i++) void r.drive.stop("system:auditor");
      void r.drive.stop("person:1");
      await r.pass(200);
    }
    expect(sent).toBe(5 * (each + 1));
    const inhibited = await r.when(r.drive.request("person:1", "inhibit", 0, null));
    expect(["stored", "sent", "accepted", "done"]).toContain(inhibited.state);
    await r.pass(3_000);
    const stops = (actor: string) => r.rows.filter((row) => row.kind === "area.stopped" && row.actor === actor);
    const told = (actor: string) => stops(actor).reduce((sum, { body }) => sum + ((body.times as number) ?? 1), 0);
    expect(told("system:auditor")).toBe(5 * each);
    expect(told("person:1")).toBe(5);
    expect(stops("system:auditor").length).toBeLessThanOrEqual(4);
    expect(r.failures).toEqual([]);
  });
});

describe("fire in the room (S21)", () => {
  test("stops what moves; once it is cleared, nothing moves before a reset at the panel", async () => {
    const r = await room();
    await r.when(r.drive.request("person:1", "open", 2, null));
    await r.until("moving", () => r.area.rig.state().phase === "moving");
    r.drive.roomAlarm("fire");
    await r.until("standing", () => r.area.rig.state().phase !== "moving");
    expect(r.alarms).toContain("area-room-alarm");
    await r.pass(3_000);
    expect(await refusal(r.when(r.drive.request("person:1", "open", 2, null)))).toBe("area-room-alarm");
    // A reset while it burns is none.
    r.area.rig.key("reset");
    await r.pass(2_000);
    r.drive.roomAlarm(null);
    await r.pass(3_000);
    expect(await refusal(r.when(r.drive.request("person:1", "open", 2, null)))).toBe("area-needs-reset");
    r.area.rig.key("reset");
    r.area.rig.key("confirm");
    await r.pass(2_000);
    const again = await r.when(r.drive.request("person:1", "open", 2, null));
    expect((await r.when(r.drive.settled(again.id))).state).toBe("done");
    const decisions = r.rows.map(({ body }) => body.decision);
    expect(decisions).toContain("room-alarm");
    expect(decisions).toContain("room-alarm-over");
  });
});
