/** A network that is late by the same time each time looks like a wrong clock: nothing starts by a picture that nobody proves young. */
import { describe, expect, test } from "vitest";
import { perform } from "../../simulators/control/commands.ts";
import { openAisleOf } from "../../simulators/room/rail.ts";
import type { EchoName } from "../../simulators/shelf/rig.ts";
import { motionRoom, refusal } from "../support/motion-room.ts";

type Room = Awaited<ReturnType<typeof motionRoom>>;

const area = "r1.2";
const onMqtt = () => motionRoom(true, 2);
const ask = (r: Room, aisle: number) => r.when(refusal(r.drive.request("person:1", "open", aisle, null)));
const late = (r: Room, way: "up" | "down", seconds: number) => perform(r.twin, { do: "delay", area, way, seconds });
const echo = (r: Room, name: EchoName) => perform(r.twin, { do: "echo", area, echo: name });
const health = (r: Room) => r.devices.health()[0];

async function moved(r: Room, aisle: number) {
  const asked = await r.when(r.drive.request("person:1", "open", aisle, null));
  return (await r.when(r.drive.settled(asked.id))).state;
}

describe("a constant delay on the way from the controller", () => {
  test("somebody walks in: the picture says nobody, and nothing is sent by it", async () => {
    const r = await onMqtt();
    await late(r, "up", 5);
    await r.pass(9_000);
    r.area.rig.entry();
    await r.pass(1_000);
    // As fresh as ever by its moment of receipt, and wrong.
    expect(r.drive.view().people).toBe(0);
    expect(r.area.rig.state().people).toBe(1);
    expect(r.drive.view().may["open:2"]).toMatchObject({ code: "area-picture-old" });
    expect(await ask(r, 2)).toBe("area-picture-old");
    expect(await r.when(refusal(r.drive.request("person:1", "close", 0, null)))).toBe("area-picture-old");
    const refused = r.rows.find(({ kind, body }) => kind === "aisle.decided" && body.decision === "refused");
    const { pictureAgeMs } = (refused?.body.inputs ?? {}) as { pictureAgeMs?: number };
    expect(pictureAgeMs).toBeGreaterThanOrEqual(5_000);
    expect(pictureAgeMs).toBeLessThan(6_500);
    expect(health(r)).toMatchObject({ state: "degraded", code: "device-pictures-late", params: { wrong: 0 } });
    expect(r.area.rig.state().retained.wireIdLast).toBe(0);
  });

  test("it is over: what is asked then moves", async () => {
    const r = await onMqtt();
    await late(r, "up", 5);
    await r.pass(9_000);
    await late(r, "up", 0);
    await r.pass(7_000);
    expect(health(r)).toMatchObject({ state: "up" });
    expect(await moved(r, 2)).toBe("done");
    expect(openAisleOf(r.area.rail)).toBe(2);
  });

  test("that no clock shows: set ahead by as much, it is found all the same", async () => {
    const r = await onMqtt();
    await perform(r.twin, { do: "set-clock", area, seconds: 5 });
    await late(r, "up", 5);
    await r.pass(9_000);
    expect(await ask(r, 2)).toBe("area-picture-old");
  });
});

test("a delay on the way to the controller: its answer proves nothing younger, and a command would come as late", async () => {
  const r = await onMqtt();
  await late(r, "down", 5);
  await r.pass(9_000);
  expect(await ask(r, 2)).toBe("area-picture-old");
  await late(r, "down", 0);
  await r.pass(7_000);
  expect(await moved(r, 2)).toBe("done");
});

test("a third of a second each way is no reason to refuse", async () => {
  const r = await onMqtt();
  await late(r, "up", 0.3);
  await late(r, "down", 0.3);
  await r.pass(2_000);
  for (let i = 0; i < 40; i++) {
    await r.pass(50);
    expect(r.drive.view().may["open:2"]).toBe(true);
  }
});

describe("an echo that proves nothing", () => {
  test.each<EchoName>(["old", "future"])("%s: nothing starts", async (name) => {
    const r = await onMqtt();
    await echo(r, name);
    await r.pass(3_000);
    expect(await ask(r, 2)).toBe("area-picture-old");
    expect(health(r)).toMatchObject({ code: "device-pictures-late" });
    expect(Number(health(r)?.params?.wrong)).toBeGreaterThan(0);
    await echo(r, "right");
    await r.pass(1_500);
    expect(await moved(r, 2)).toBe("done");
  });

  test("a controller that stops echoing has not become an older one: that takes a boot", async () => {
    const r = await onMqtt();
    await echo(r, "none");
    await r.pass(3_000);
    expect(await ask(r, 2)).toBe("area-picture-old");
  });

  test("while carriages roll: they roll on, as long as the picture itself is fresh", async () => {
    const r = await onMqtt();
    const asked = await r.when(r.drive.request("person:1", "open", 2, null));
    await r.until("moving", () => r.area.rig.state().phase === "moving");
    await echo(r, "old");
    expect((await r.when(r.drive.settled(asked.id))).state).toBe("done");
    expect(await ask(r, 3)).toBe("area-picture-old");
  });
});

describe("a firmware that cannot echo", () => {
  async function older() {
    const r = await onMqtt();
    await echo(r, "none");
    r.area.rig.cutPower();
    await r.pass(500);
    r.area.rig.restorePower();
    await r.until("it speaks again", () => health(r)?.code === "device-cannot-echo");
    for (const key of ["login", "reset", "confirm"] as const) r.area.rig.key(key);
    await r.until("ready", () => r.drive.view().may["open:2"] === true);
    return r;
  }

  test("works, and Devices says what is not known of it", async () => {
    const r = await older();
    expect(await moved(r, 2)).toBe("done");
    expect(health(r)).toMatchObject({ state: "degraded", code: "device-cannot-echo" });
  });

  test("a delay that begins later than its boot is seen by its moments", async () => {
    const r = await older();
    await r.pass(2_000);
    await late(r, "up", 5);
    await r.pass(9_000);
    expect(r.drive.view().may["open:2"]).toMatchObject({ code: "area-picture-old" });
    expect(health(r)).toMatchObject({ code: "device-pictures-late" });
  });

  test("a wrong clock refuses nothing, and is not told as if it were only that", async () => {
    const r = await older();
    await perform(r.twin, { do: "set-clock", area, seconds: -86_400 });
    await r.pass(5_000);
    expect(health(r)).toMatchObject({ code: "device-clock-or-late" });
    expect(r.drive.view().may["open:2"]).toBe(true);
  });
});
