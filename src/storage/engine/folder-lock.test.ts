import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { runFor } from "../../../tests/support/run-for.ts";
import { virtualClock } from "../../clock/virtual-clock.ts";
import { type FolderLock, lockFolder, lockRefreshMs } from "./folder-lock.ts";
import { type RunningProgram, thisProgram } from "./running-program.ts";

const folder = mkdtempSync(join(tmpdir(), "guiwei-lock-"));
const path = join(folder, "guiwei.lock");
afterEach(() => rmSync(path, { force: true }));

test("a process that can open no more files has not lost its folder, and is still seen to hold it", async () => {
  let fault: string | null = null;
  const readText = (file: string) => {
    if (fault) throw Object.assign(new Error(fault), { code: fault });
    return readFileSync(file, "utf8");
  };
  const lock = await lockFolder(folder, virtualClock(), { readText });
  for (const code of ["EMFILE", "ENFILE"]) {
    fault = code;
    utimesSync(path, new Date(0), new Date(0));
    lock.refresh();
    expect(statSync(path).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
  }
  fault = null;
  lock.refresh();
  rmSync(path);
  expect(() => lock.refresh()).toThrow(/took the data folder/);
});

/** Starts next to such a lock while its holder touches it at these moments (of its own clock, which is this many hours off). */
async function startBeside(
  holder: Partial<RunningProgram>,
  {
    touchesMs = [],
    clockOffH = 0,
    silentS = 2,
  }: { touchesMs?: readonly number[]; clockOffH?: number; silentS?: number },
) {
  const clock = virtualClock(Date.now());
  const { machineId: _, ...before } = thisProgram();
  writeFileSync(path, JSON.stringify({ ...before, ...holder, token: "another", sinceMs: Date.now() - 60_000 }));
  const stamp = (msAgo: number) => new Date(Date.now() - msAgo + clockOffH * 3_600_000);
  utimesSync(path, stamp(silentS * 1_000), stamp(silentS * 1_000));
  for (const ms of touchesMs) clock.after(ms, () => utimesSync(path, stamp(0), stamp(0)));
  const said: string[] = [];
  const sinceMs = clock.monoMs();
  let took: { lock: FolderLock | null; waitedMs: number; refusal: string } | null = null;
  const end = (lock: FolderLock | null, refusal = "") => {
    took = { lock, waitedMs: clock.monoMs() - sinceMs, refusal };
  };
  lockFolder(folder, clock, { say: (line) => said.push(line) }).then(
    (lock) => end(lock),
    (error: Error & { code: string }) => end(null, `${error.code}: ${error.message}`),
  );
  await runFor(clock, 60_000);
  return {
    ...(took as unknown as { lock: FolderLock | null; waitedMs: number; refusal: string }),
    said: said.join("\n"),
  };
}

const silenceMs = 3 * lockRefreshMs;
/** A pid whose process has just ended. */
const goneId = () => spawnSync(process.execPath, ["-e", "0"]).pid;
const here = thisProgram();
/** A clone of the same image: name and machine-id are equal. */
const clone = { bootId: "0b2c1d9e-another-boot", pid: 7, startTicks: "1", machineId: here.machineId ?? "" };
const { machineId: __, ...cloneBefore } = clone;

describe.each([
  ["a clone's", clone],
  ["a clone's, as the version before wrote it", cloneBefore],
])("the lock of a machine of the same name: %s", (_, holder) => {
  test.each([0, -1, 1])("is not taken while it is touched, however wrong its clock is (%i h)", async (clockOffH) => {
    const { lock, refusal, said } = await startBeside(holder, { touchesMs: [lockRefreshMs - 100], clockOffH });
    expect(lock).toBeNull();
    expect(refusal).toMatch(/^database-locked: .*another machine named /);
    expect(said).toMatch(/最多等待 15 秒/);
    expect(said).toMatch(/watched for up to 15 s/);
  });

  test.each([2, 3_600])("is taken when nobody touches it, as after a power cut %i s ago", async (silentS) => {
    const { lock, waitedMs } = await startBeside(holder, { silentS });
    expect(lock).not.toBeNull();
    expect(waitedMs).toBeGreaterThanOrEqual(silenceMs);
    expect(waitedMs).toBeLessThan(2 * silenceMs);
    expect(() => lock?.refresh()).not.toThrow();
  });
});

describe.skipIf(process.platform !== "linux")("on this machine (as Linux tells it)", () => {
  test.each([
    ["now", { machineId: here.machineId ?? "" }],
    ["the version before", {}],
  ])("a program that has ended leaves nothing to wait for: %s", async (_, more) => {
    const { lock, waitedMs, said } = await startBeside({ pid: goneId(), startTicks: "5", ...more }, {});
    expect(lock).not.toBeNull();
    expect(waitedMs).toBeLessThan(1_000);
    expect(said).toBe("");
  });

  test("one that runs holds it, whether it touches or not", async () => {
    const { lock, refusal, said } = await startBeside({}, { silentS: 3_600 });
    expect(lock).toBeNull();
    expect(refusal).toMatch(/^database-locked: .*in use by another Guiwei \(pid \d+\)/);
    expect(said).toBe("");
  });

  test("another container's is watched, and its silence so far counts: one clock stamps both", async () => {
    const other = { pid: goneId(), pidNamespace: "pid:[1]" };
    expect((await startBeside(other, { touchesMs: [3_000] })).lock).toBeNull();
    const { lock, waitedMs } = await startBeside(other, { silentS: 10 });
    expect(lock).not.toBeNull();
    expect(waitedMs).toBeLessThan(silenceMs - 9_000);
    expect((await startBeside(other, { silentS: 60 })).waitedMs).toBeLessThan(1_000);
  });

  test("a machine that was copied as it ran has one boot id, and another's machine-id", async () => {
    const copy = { pid: goneId(), startTicks: "5", machineId: "another" };
    expect((await startBeside(copy, { touchesMs: [3_000] })).lock).toBeNull();
    expect((await startBeside(copy, {})).lock).not.toBeNull();
  });
});
