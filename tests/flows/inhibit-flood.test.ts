/** 禁止移动 pressed in a flood of STOPs, which leave a serial line no gap: the controller is told in the end, or the area says that it was not. */
import { expect, test } from "vitest";
import { motionRoom } from "../support/motion-room.ts";

/** One STOP is always waiting while another is on the line. */
const everyMs = 5;

/** STOPs for so long; the inhibit is pressed after 300 ms of them. */
async function floodOf(msTotal: number) {
  const r = await motionRoom();
  const stops = async (ms: number) => {
    for (let left = ms; left > 0; left -= everyMs) {
      void r.drive.stop("person:2");
      await r.pass(everyMs);
    }
  };
  await stops(300);
  const asking = r.drive.request("person:1", "inhibit", 0, null);
  await stops(msTotal - 300);
  const { id } = await r.when(asking);
  const settled = r.drive.settled(id);
  const isInhibited = () => r.area.rig.state().inhibited;
  const journal = async () => {
    const ours = () => r.rows.filter(({ body }) => body.commandId === id);
    await r.until("written", () => ours().some(({ kind }) => kind === "aisle.settled"));
    return ours().map(({ kind, body }) => [kind, body.code ?? body.decision].filter(Boolean).join(" "));
  };
  return { ...r, settled, isInhibited, journal };
}

test("a second of them: it goes out again when the line is free, and the controller is inhibited", async () => {
  const r = await floodOf(1_000);
  expect((await r.when(r.settled)).state).toBe("done");
  expect(r.isInhibited()).toBe(true);
  expect(r.drive.view().interlocks).toContain("inhibited");
  expect(r.drive.view().interlocks).not.toContain("inhibitedHereOnly");
  expect(await r.journal()).toEqual([
    "aisle.requested",
    "aisle.decided accepted",
    "aisle.decided done",
    "aisle.settled",
  ]);
  expect(r.alarms).toEqual([]);
});

test("four seconds of them: it holds at the gateway only, and says so until it is pressed again", async () => {
  const r = await floodOf(4_000);
  expect((await r.when(r.settled)).why?.code).toBe("inhibit-here-only");
  await r.pass(5_000);
  // Two seconds after the press nobody waits for it any more: not even a free line sends it.
  expect(r.isInhibited()).toBe(false);
  expect(r.drive.view().interlocks).toContain("inhibitedHereOnly");
  expect(r.drive.view().may["open:2"]).toMatchObject({ code: expect.stringMatching(/inhibited|needs-reset/) });
  expect(r.alarms).toContain("inhibit-here-only");
  const told = ["area.alarm inhibit-here-only", "aisle.settled inhibit-here-only"];
  expect(await r.journal()).toEqual(["aisle.requested", "aisle.decided accepted", ...told]);
  r.area.rig.key("reset");
  await r.pass(1_500);
  expect(r.drive.view().may["open:2"]).toMatchObject({ code: "area-inhibited" });
  const again = await r.when(r.drive.request("person:1", "inhibit", 0, null));
  expect((await r.when(r.drive.settled(again.id))).state).toBe("done");
  expect(r.isInhibited()).toBe(true);
  expect(r.drive.view().interlocks).not.toContain("inhibitedHereOnly");
});
