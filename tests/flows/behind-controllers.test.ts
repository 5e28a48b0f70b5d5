/** A database that is new, or was restored, has to drive controllers that have seen higher epochs than it knows. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openAisleOf } from "../../simulators/room/rail.ts";
import { liftEpochsFromCommand } from "../../src/lift-epochs-from-command.ts";
import { epochsGiven, noteEpochs } from "../../src/motion/epochs-given.ts";
import { backup } from "../../src/storage/backup.ts";
import { epochsLifted } from "../../src/storage/lift-epochs.ts";
import { restore } from "../../src/storage/restore.ts";
import { motionRoom, refusal } from "../support/motion-room.ts";

type Room = Awaited<ReturnType<typeof motionRoom>>;

/** Another gateway, of another database, drove it before. */
function drivenBefore(r: Room, epoch: number): void {
  const fence = { wireId: 9, epoch, expectedOpenAisle: 0 };
  r.area.rig.command({ verb: "pause", aisle: 0, ttlMs: 1_000, isFresh: true, fence });
}

async function endOf(r: Room): Promise<string | undefined> {
  const asked = await r.when(r.drive.request("person:1", "open", 2, null).catch((error: { code: string }) => error));
  if ("code" in asked) return asked.code;
  const { state, why } = await r.when(r.drive.settled(asked.id));
  return why?.code ?? state;
}

/** The same context, with another gateway. */
async function restarted(r: Room, meanwhile: () => Promise<void>): Promise<Room> {
  await r.when(Promise.all([r.areas.close(), r.devices.close()]));
  await r.when(meanwhile());
  const next = await r.gateway();
  await r.pass(1_500);
  return { ...r, ...next };
}

test("a controller on MQTT that refuses so is believed: the reason is said, nothing is stopped, no reset is due", async () => {
  const r = await motionRoom(true, 2);
  drivenBefore(r, 500);
  expect(await endOf(r)).toBe("controller-knows-later");
  await r.pass(3_000);
  expect(r.area.rig.state().phase).toBe("rest");
  expect(r.drive.view().interlocks).not.toContain("needsReset");
  expect(r.rows.filter(({ body }) => body.decision === "stop")).toEqual([]);
});

test("a controller on registers shows nothing of it: the command lapses", async () => {
  const r = await motionRoom(true, 1);
  drivenBefore(r, 500);
  expect(await endOf(r)).toBe("command-expired");
});

describe.each([1, 2] as const)("area %s", (areaNo) => {
  test("lifted by the command it drives them again, after a reset at the panel", async () => {
    const r = await motionRoom(true, areaNo);
    drivenBefore(r, 500);
    expect(await endOf(r)).not.toBe("done");
    const said: string[] = [];
    const next = await restarted(r, () =>
      liftEpochsFromCommand(r.database, r.context.layout, (line) => void said.push(line)),
    );
    expect(said).toHaveLength(1);
    expect(await r.when(refusal(next.drive.request("person:1", "open", 2, null)))).toBe("area-needs-reset");
    r.area.rig.key("reset");
    await r.pass(2_000);
    expect(await endOf(next)).toBe("done");
    expect(openAisleOf(r.area.rail)).toBe(2);
  });

  test("restored, it is above what was driven since the backup, and every area waits for a reset", async () => {
    const r = await motionRoom(true, areaNo);
    const file = join(mkdtempSync(join(tmpdir(), "guiwei-behind-")), "b.gz");
    await r.when(backup(r.database, file));
    drivenBefore(r, epochsLifted - 1);
    const next = await restarted(r, async () => void (await restore(r.database, file, { force: true })));
    expect(await r.when(refusal(next.drive.request("person:1", "open", 2, null)))).toBe("area-needs-reset");
    r.area.rig.key("reset");
    await r.pass(2_000);
    expect(await endOf(next)).toBe("done");
  });
});

test("what this machine gave out is kept beside motion's logs, never less than before, and rubbish there is nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-epochs-"));
  expect(epochsGiven(folder)).toEqual({});
  noteEpochs(folder, [{ areaKey: "r1.1", epoch: 7 }]);
  noteEpochs(folder, [
    { areaKey: "r1.1", epoch: 3 },
    { areaKey: "r1.2", epoch: 1 },
  ]);
  expect(epochsGiven(folder)).toEqual({ "r1.1": 7, "r1.2": 1 });
  writeFileSync(join(folder, "epochs.json"), '{"r1.1": "x", "r1.2": 1e999');
  expect(epochsGiven(folder)).toEqual({});
  noteEpochs(join(folder, "nowhere"), [{ areaKey: "r1.1", epoch: 7 }]);
});
