/**
 * A PLC that has no word for people, and a sensor wired beside it: an aisle opens only with a fresh, clear input that was passed and
 * confirmed, and with nothing else that happens to sensors, wires and modules (S9, S13).
 */
import { describe, expect, test, vi } from "vitest";
import { perform } from "../../simulators/control/commands.ts";
import { keyedRoom } from "../support/keyed-room.ts";

vi.setConfig({ testTimeout: 180_000 });

/** At rest, reset by its key; the PLC itself sees nobody, so that only the input stands between people and steel. */
async function seenRoom() {
  const r = await keyedRoom({ hasEyes: true });
  const area = r.twin.room.areas.get("r1.1");
  if (!area) throw new Error("the twin has no area");
  const order = async (what: string, args: object) => {
    const answer = await perform(r.twin, { do: what, area: "r1.1", ...args });
    expect(answer).toMatchObject({ ok: true });
  };
  await order("blind-counter", {});
  await r.pass(2_000);
  await r.tell("press");
  area.rig.key("reset");
  await r.pass(2_000);
  expect(r.needsReset()).toBe(false);

  /** What became of it: a refusal's code, or how it ended. */
  async function open(aisle: number): Promise<string> {
    let came = "";
    r.drive
      .request("person:1", "open", aisle, null)
      .then(({ id }) => r.drive.settled(id))
      .then(
        ({ state, why }) => {
          came = why ? `${state} ${why.code}` : state;
        },
        (error: { code?: string }) => {
          came = error.code ?? String(error);
        },
      );
    for (let i = 0; i < 240 && came === ""; i++) await r.pass(250);
    return came;
  }
  const enter = (who = "li") => order("enter", { who });
  const leave = (who = "li") => order("leave", { who });
  /** Into the aisle that is open and out again; where none is, past the sensor. */
  async function walk(): Promise<void> {
    const isAnyOpen = (r.drive.view().openAisle ?? 0) > 0;
    if (isAnyOpen) await enter();
    else await eyes("hold");
    await r.pass(800);
    if (isAnyOpen) await leave();
    else await eyes("hold", { on: "off" });
    await r.pass(800);
  }
  async function confirm(): Promise<void> {
    await r.tell("press", { channel: 2 });
    await r.pass(1_500);
  }
  /** As the journal tells it; the rows are written behind. */
  async function decided(decision: string): Promise<Record<string, unknown>[]> {
    await r.pass(500);
    return r.rows.flatMap(({ actor, body }) => (body.decision === decision ? [{ actor, ...body }] : []));
  }
  const eyes = (what: string, args: object = {}) => r.tell(what, { device: "eyes-1", ...args });
  const stands = () => r.drive.view().columns.every(({ motion }) => motion === "still");
  const rolls = async () => {
    for (let i = 0; i < 200 && stands(); i++) await r.pass(100);
    expect(stands()).toBe(false);
  };
  return { ...r, area, open, enter, leave, walk, confirm, decided, eyes, stands, rolls };
}

test("it opens after somebody looked and pressed, and the next aisle only after somebody looked again", async () => {
  const r = await seenRoom();
  expect(r.drive.view().people).toBe(0);
  expect(await r.open(2)).toBe("aisle-input-not-confirmed");
  await r.walk();
  expect(await r.open(2)).toBe("aisle-input-not-confirmed");
  await r.confirm();
  expect(await r.open(2)).toBe("done");
  expect(r.drive.view().openAisle).toBe(2);
  expect(await r.open(3)).toBe("aisle-input-not-confirmed");
  await r.confirm();
  expect(await r.open(3)).toBe("aisle-input-not-confirmed");
  await r.walk();
  await r.confirm();
  expect(await r.open(3)).toBe("done");
  expect(await r.decided("confirm-seen")).toMatchObject([{ actor: "input:keys-1.2" }, { actor: "input:keys-1.2" }]);
  expect(await r.decided("confirm-ignored")).toMatchObject([{ code: "aisle-input-unproven" }]);
  expect(r.failures).toEqual([]);
});

describe("it stays where it is", () => {
  type Room = Awaited<ReturnType<typeof seenRoom>>;
  const cases: [string, (r: Room) => Promise<unknown>, string][] = [
    ["while somebody is seen", (r) => r.eyes("hold"), "aisle-occupied"],
    ["after somebody went in and came out, unconfirmed", (r) => r.walk(), "aisle-input-not-confirmed"],
    ["while the module is dead", (r) => r.eyes("dead", { on: "on" }), "aisle-input-unknown"],
    ["while the module answers with an exception", (r) => r.eyes("exception", { code: 2 }), "aisle-input-unknown"],
    ["while the module answers too much", (r) => r.eyes("module", { fault: "too-long" }), "aisle-input-unknown"],
    ["while the sensor's wire is off", (r) => r.eyes("contact", { fault: "cut" }), "aisle-occupied"],
    ["while the module is inverted", (r) => r.eyes("module", { fault: "invert" }), "aisle-occupied"],
  ];
  test.each(cases)("%s", async (_, happens, code) => {
    const r = await seenRoom();
    await r.walk();
    await r.confirm();
    await happens(r);
    await r.pass(1_500);
    const stood = r.drive.view().openAisle;
    expect(await r.open(2)).toBe(code);
    expect([r.drive.view().openAisle, r.stands()]).toEqual([stood, true]);
  });

  test.each([
    ["a module that restarted", async (r: Room) => r.eyes("restart-module")],
    [
      "a module that was dead for a moment",
      async (r: Room) => {
        await r.eyes("dead", { on: "on" });
        await r.pass(1_500);
        await r.eyes("dead", { on: "off" });
      },
    ],
  ])("after %s, until somebody looks again", async (_, happens) => {
    const r = await seenRoom();
    await r.walk();
    await r.confirm();
    await happens(r);
    await r.pass(3_000);
    expect(await r.open(2)).toBe("aisle-input-not-confirmed");
    await r.confirm();
    expect(await r.open(2)).toBe("aisle-input-not-confirmed");
    await r.walk();
    await r.confirm();
    expect(await r.open(2)).toBe("done");
  });

  // However it flickers it saw somebody: the confirmation is gone, and the sensor has proven that it works.
  test("after a sensor that flickers, until somebody looks", async () => {
    const r = await seenRoom();
    await r.walk();
    await r.confirm();
    await r.eyes("contact", { fault: "wear" });
    await r.eyes("press", { ms: 1_500 });
    await r.pass(3_000);
    expect(await r.open(2)).toBe("aisle-input-not-confirmed");
    await r.confirm();
    expect(await r.open(2)).toBe("done");
  });

  test.each([
    ["frozen", "module", { fault: "freeze" }],
    ["shorted, as if it saw nobody", "contact", { fault: "short" }],
  ])("with a sensor that is %s: the aisle that it opened last is the last one", async (_, order, args) => {
    const r = await seenRoom();
    await r.walk();
    await r.confirm();
    await r.eyes(order, args);
    expect(await r.open(2)).toBe("done");
    // Somebody is inside and nothing tells so.
    await r.enter();
    await r.pass(1_000);
    expect(r.drive.view().people).toBe(0);
    await r.confirm();
    expect(await r.open(3)).toBe("aisle-input-not-confirmed");
    expect(await r.decided("confirm-ignored")).toMatchObject([{ code: "aisle-input-unproven" }]);
    expect(r.drive.view().openAisle).toBe(2);
  });
});

describe("what moves is stopped", () => {
  test.each([
    ["somebody goes in", (r: Awaited<ReturnType<typeof seenRoom>>) => r.eyes("hold"), "motion-entered"],
    [
      "the module dies",
      (r: Awaited<ReturnType<typeof seenRoom>>) => r.eyes("dead", { on: "on" }),
      "aisle-input-unknown",
    ],
  ])("when %s, and wants a reset and another look", async (_, happens, code) => {
    const r = await seenRoom();
    await r.walk();
    await r.confirm();
    const opening = r.open(2);
    await r.rolls();
    await happens(r);
    expect(await opening).toBe(`stopped ${code}`);
    await r.pass(1_000);
    expect([r.stands(), r.needsReset()]).toEqual([true, true]);
    expect(r.area.rail.crushed ?? 0).toBe(0);
  });
});
