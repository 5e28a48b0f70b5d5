/** A PLC that can show no reset, stopped: what opens its area again is the wired key and nothing else (S3). */
import { describe, expect, test } from "vitest";
import { keyedRoom } from "../support/keyed-room.ts";

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
    drive.stop("person:1");
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
    drive.stop("person:1");
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
    drive.stop("person:1");
    await pass(2000);
    await tell("hold");
    await pass(1000);
    drive.stop("person:1");
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
    drive.stop("person:1");
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
    drive.stop("person:1");
    await pass(2000);
    await tell("press");
    await pass(3000);
    expect(needsReset()).toBe(true);
  });
});
