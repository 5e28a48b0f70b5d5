/** Through driver, twin and journal: what happened at the panel before a STOP that was lost is no answer to it, and no reset. */
import { expect, test } from "vitest";
import { perform } from "../../simulators/control/commands.ts";
import { openAisleOf } from "../../simulators/room/rail.ts";
import { motionRoom, refusal } from "../support/motion-room.ts";

const area = "r1.2";

test("pictures five seconds late, the STOP lost: nothing confirms it, nothing resets it, and no steel moves until somebody does", async () => {
  const r = await motionRoom(true, 2);
  await perform(r.twin, { do: "delay", area, way: "up", seconds: 5 });
  await r.pass(9_000);
  // At the panel: emergency stop, let go, reset. Nobody hears of it for five seconds.
  r.area.rig.key("emergency-press");
  await r.pass(1_500);
  r.area.rig.key("emergency-release");
  r.area.rig.key("reset");
  await r.pass(2_000);
  await perform(r.twin, { do: "deaf", area, on: true });
  const pressedAtMs = r.clock.nowMs();
  void r.drive.stop("person:1");
  await r.pass(4_000);
  await perform(r.twin, { do: "deaf", area, on: false });
  await perform(r.twin, { do: "delay", area, way: "up", seconds: 0 });
  await r.pass(7_000);
  const resets = r.rows.filter(({ body, atMs }) => atMs >= pressedAtMs && body.decision === "reset-seen");
  expect(resets).toEqual([]);
  expect(r.drive.view().interlocks).toContain("needsReset");
  expect(await r.when(refusal(r.drive.request("person:2", "open", 2, null)))).toBe("area-needs-reset");
  await r.pass(10_000);
  expect(openAisleOf(r.area.rail)).toBe(0);
  // It went out again until it arrived: now the controller latches, and its own reset counts.
  expect(r.area.rig.state().stopped).toBe(true);
  r.area.rig.key("reset");
  await r.pass(3_000);
  expect(r.drive.view().interlocks).not.toContain("needsReset");
}, 120_000);
