/** What is believed of a controller, and how old a wish may be: through drive, driver, bytes and database, against a twin that misbehaves. */
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { perform } from "../../simulators/control/commands.ts";
import { openAisleOf } from "../../simulators/room/rail.ts";
import type { LieName } from "../../simulators/shelf/lie.ts";
import { areaAlarms } from "../../src/aisles/area-alarms.ts";
import { Refusal } from "../../src/contract/errors.ts";
import { areaState } from "../../src/storage/schema/room.ts";
import { motionRoom, refusal } from "../support/motion-room.ts";

type Room = Awaited<ReturnType<typeof motionRoom>>;

const areaKey = "r1.1";
const decisions = (r: Room, decision: string) =>
  r.rows.filter((row) => (row.kind === "aisle.decided" || row.kind === "area.alarm") && row.body.decision === decision);
const places = (r: Room) => JSON.stringify([...r.area.rail.positionsMm]);
const ask = (r: Room, aisle: number) => r.when(refusal(r.drive.request("person:1", "open", aisle, null)));

/** Holds every statement back until it is let go, as a locked table does. */
function slowDatabase(r: Room): () => void {
  const { db } = r.context;
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const transaction = async (...args: Parameters<typeof db.transaction>) => {
    await gone;
    return db.transaction(...args);
  };
  r.context.db = new Proxy(db, {
    get: (target, name) => (name === "transaction" ? transaction : Reflect.get(target, name, target)),
  });
  return () => {
    r.context.db = db;
    letGo();
  };
}

describe("the moment of a wish is the moment of asking", () => {
  test("stored twenty seconds late: refused and told, nothing moves", async () => {
    const r = await motionRoom();
    const before = places(r);
    const letGo = slowDatabase(r);
    const asked = refusal(r.drive.request("person:1", "open", 2, null));
    await r.pass(20_000);
    letGo();
    expect(await r.when(asked)).toBe("request-too-old");
    await r.pass(6_000);
    expect(places(r)).toBe(before);
    await r.until("told", () => decisions(r, "refused").length > 0);
    expect(decisions(r, "refused")[0]?.body).toMatchObject({ code: "request-too-old", inputs: { openAisle: 0 } });
  });

  test("stopped and reset while it was being stored: refused, however young", async () => {
    const r = await motionRoom();
    const letGo = slowDatabase(r);
    const asked = refusal(r.drive.request("person:1", "open", 2, null));
    await r.pass(300);
    void r.drive.stop("person:2");
    await r.pass(500);
    r.area.rig.key("reset");
    await r.pass(500);
    letGo();
    expect(await r.when(asked)).toBe("request-overtaken");
    await r.pass(6_000);
    expect(openAisleOf(r.area.rail)).toBe(0);
    expect(await ask(r, 2)).toBeNull();
  });

  test("the wall clock is set by an hour while it waits: dropped, and said", async () => {
    const r = await motionRoom();
    const letGo = slowDatabase(r);
    const asked = refusal(r.drive.request("person:1", "open", 2, null));
    await r.pass(200);
    r.clock.setWallBy(3_600_000);
    await r.pass(300);
    letGo();
    expect(await r.when(asked)).toBe("request-overtaken");
    // The machine says it, once: not each of its areas.
    expect(r.alarms).toEqual([]);
    await r.pass(500);
    expect(await ask(r, 2)).toBeNull();
  });
});

describe("standing still is not obedience, idle is not a reset", () => {
  test("a controller that does not hear STOP: it goes out until it does, and nobody is said to have reset it", async () => {
    const r = await motionRoom();
    await perform(r.twin, { do: "deaf", area: areaKey, on: "on" });
    void r.drive.stop("person:2");
    await r.pass(12_000);
    expect(r.alarms.filter((code) => code === "stop-not-confirmed")).toHaveLength(1);
    expect(r.drive.view().may["open:2"]).toMatchObject({ code: "stop-not-confirmed" });
    expect(r.drive.view().interlocks).toContain("stopNotConfirmed");
    // Pushed once, it stands in the list for whoever comes later, until the controller shows it.
    expect(areaAlarms(r.areas)).toMatchObject([{ areaKey, code: "stop-not-confirmed" }]);
    r.area.rig.key("confirm");
    r.area.rig.key("logout");
    r.area.rig.key("login");
    await r.pass(2_000);
    expect(await ask(r, 2)).toBe("stop-not-confirmed");
    await perform(r.twin, { do: "deaf", area: areaKey, on: "off" });
    expect(areaAlarms(r.areas)).toHaveLength(1);
    await r.until("stopped", () => r.drive.view().activity === "stopped", 2_000);
    expect(decisions(r, "reset-seen")).toEqual([]);
    await r.pass(500);
    expect(areaAlarms(r.areas)).toEqual([]);
    expect(await ask(r, 2)).toBe("area-needs-reset");
    r.area.rig.key("reset");
    await r.pass(500);
    expect(decisions(r, "reset-seen")).toMatchObject([{ actor: "panel" }]);
    expect(await ask(r, 2)).toBeNull();
  });

  test.each([1_200, 9_000])(
    "a STOP while the controller is away for %i ms is on it when it is back",
    async (awayMs) => {
      const r = await motionRoom();
      await perform(r.twin, { do: "dead", device: "shelf-1", on: "on" });
      await r.pass(200);
      void r.drive.stop("person:2");
      await r.pass(awayMs);
      await perform(r.twin, { do: "dead", device: "shelf-1", on: "off" });
      await r.until("it shows that it stopped", () => r.drive.view().activity === "stopped", 60_000);
      expect(r.area.rig.state().stopped).toBe(true);
      expect(decisions(r, "reset-seen")).toEqual([]);
    },
  );

  test("an unanswered STOP outlives the gateway: the next one stops it and waits for the reset", async () => {
    const r = await motionRoom();
    await perform(r.twin, { do: "deaf", area: areaKey, on: "on" });
    void r.drive.stop("person:2");
    await r.pass(1_000);
    const kept = () => r.context.db.select().from(areaState).where(eq(areaState.areaKey, areaKey));
    expect(await kept()).toMatchObject([{ isStopped: true }]);
    void r.areas.close();
    void r.devices.close();
    await r.pass(500);
    await perform(r.twin, { do: "deaf", area: areaKey, on: "off" });
    const next = await r.gateway();
    await r.pass(2_000);
    const askNext = () => r.when(refusal(next.drive.request("person:1", "open", 2, null)));
    expect(await askNext()).toBe("area-needs-reset");
    r.area.rig.key("reset");
    await r.pass(1_000);
    expect(await askNext()).toBeNull();
    expect(await kept()).toMatchObject([{ isStopped: false }]);
  });
});

describe("a status that cannot be so", () => {
  const modbusLies: [LieName, string][] = [
    ["no-positions", "status-position-missing"],
    ["outside", "status-position-outside"],
    ["overlap", "status-overlap"],
    ["wrong-aisle", "status-against-aisle"],
    ["two-boots", "status-boot-again"],
  ];
  test.each(modbusLies)(
    "%s: nothing may move, the alarm is %s; the truth for a while makes it good",
    async (lie, code) => {
      const r = await motionRoom();
      await perform(r.twin, { do: "lie", area: areaKey, lie });
      await r.pass(1_500);
      expect(r.alarms).toContain(code);
      expect(r.drive.view().may["open:2"]).toMatchObject({ code });
      expect(await ask(r, 2)).toBe(code);
      await perform(r.twin, { do: "lie", area: areaKey });
      // Of two devices on one address the other must have been silent for a minute.
      await r.pass(lie === "two-boots" ? 63_000 : 2_500);
      expect(await ask(r, 2)).toBeNull();
    },
  );

  test("while the carriages roll: they are stopped, and the reason names it", async () => {
    const r = await motionRoom();
    const asked = await r.when(r.drive.request("person:1", "open", 3, null));
    await r.until("moving", () => r.area.rig.state().phase === "moving");
    await r.pass(2_000);
    await perform(r.twin, { do: "lie", area: areaKey, lie: "overlap" });
    expect((await r.when(r.drive.settled(asked.id))).why?.code).toBe("status-overlap");
    await r.until("they stand", () => [...r.area.rail.speeds.values()].every((speed) => speed === 0), 1_000);
  });

  test("entries that go back after somebody was inside", async () => {
    const r = await motionRoom();
    r.area.rig.entry();
    await r.pass(500);
    await perform(r.twin, { do: "lie", area: areaKey, lie: "entries-back" });
    await r.pass(1_000);
    expect(await ask(r, 2)).toBe("status-entries-back");
  });
});

describe("a controller on MQTT", () => {
  const onMqtt = () => motionRoom(true, 2);

  test.each<[LieName, string]>([
    ["no-columns", "status-column-missing"],
    ["missing-column", "status-column-missing"],
    ["doubled-column", "status-column-doubled"],
    ["strange-column", "status-column-unknown"],
  ])("%s: nothing may move", async (lie, code) => {
    const r = await onMqtt();
    await perform(r.twin, { do: "lie", area: "r1.2", lie });
    await r.pass(1_000);
    expect(r.alarms).toContain(code);
    expect(await ask(r, 2)).toBe(code);
  });

  test("an old state that comes again and again hides nobody, and moves nothing when they have left", async () => {
    const r = await onMqtt();
    await perform(r.twin, { do: "repeat-old", area: "r1.2", on: "on" });
    r.area.rig.entry();
    for (let i = 0; i < 10; i++) {
      await r.pass(150);
      expect(r.drive.view().may["open:2"]).not.toBe(true);
      expect(r.drive.view().people).toBe(1);
    }
    expect(r.alarms).toContain("status-older");
    await perform(r.twin, { do: "repeat-old", area: "r1.2", on: "off" });
    await r.pass(2_000);
    expect(await ask(r, 2)).toBe("aisle-occupied");
  });

  test("an expiry that a clock ahead of ours misread names the clocks; one that says 1994 moves all the same", async () => {
    const r = await onMqtt();
    await perform(r.twin, { do: "set-clock", area: "r1.2", seconds: 60 });
    await r.pass(1_000);
    expect(r.devices.health()).toMatchObject([{ state: "degraded", code: "device-clock-wrong" }]);
    const asked = await r.when(r.drive.request("person:1", "open", 2, null).catch((error: unknown) => error));
    const why =
      asked instanceof Refusal ? asked.code : (await r.when(r.drive.settled((asked as { id: string }).id))).why?.code;
    expect(why).toBe("command-expired-clocks");
    await perform(r.twin, { do: "set-clock", area: "r1.2", seconds: -1e9 });
    r.area.rig.key("reset");
    await r.pass(5_000);
    const again = await r.when(r.drive.request("person:1", "open", 2, null));
    expect((await r.when(r.drive.settled(again.id))).state).toBe("done");
  });

  test("a whole motion, told ten times a second, contradicts nothing", async () => {
    const r = await onMqtt();
    expect(await ask(r, 2)).toBeNull();
    await r.pass(25_000);
    expect(r.drive.view().openAisle).toBe(2);
    expect(r.alarms).toEqual([]);
  });
});
