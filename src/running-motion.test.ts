import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { virtualClock } from "./clock/virtual-clock.ts";
import { temporaryFolderOf } from "./motion/stop-socket.ts";
import { forgetRunning, noteRunning, runningIn } from "./running-motion.ts";
import { untilAlone } from "./start-motion.ts";
import { programOf } from "./storage/engine/running-program.ts";

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) {
    rmSync(temporaryFolderOf(folder), { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
});
function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-running-"));
  made.push(folder);
  return folder;
}
/** A folder in which every write fails with "no space left on device". */
function fullFolder(): string {
  const folder = folderOf();
  symlinkSync("/dev/full", join(folder, "running.json.new"));
  return folder;
}
/** The first failure removes the link; a full disk stays full. */
const fillAgain = (folder: string) => symlinkSync("/dev/full", join(folder, "running.json.new"));

describe("which motion runs", () => {
  test("is in its folder, until it is gone", () => {
    const folder = folderOf();
    const program = programOf(process.pid);
    expect(noteRunning(folder, program)).toBeNull();
    expect(runningIn(folder)).toEqual([program]);
    forgetRunning(folder, process.pid + 1);
    expect(runningIn(folder)).toEqual([program]);
    forgetRunning(folder, process.pid);
    expect(runningIn(folder)).toEqual([]);
  });

  test("on a full disk it is kept elsewhere and said so; what stood there before is not cut off", () => {
    const folder = fullFolder();
    const [earlier, now] = [{ ...programOf(process.pid), pid: 999_999 }, programOf(process.pid)];
    writeFileSync(join(folder, "running.json"), JSON.stringify(earlier));
    const words = noteRunning(folder, now);
    expect(words).toMatch(/running\.json cannot be written: ENOSPC.*instead/);
    expect(runningIn(folder)).toEqual([earlier, now]);
    fillAgain(folder);
    forgetRunning(folder, process.pid);
    expect(runningIn(folder)).toEqual([earlier]);
  });

  test("where it can be kept nowhere, that is said; where others may write, nobody is believed", () => {
    const folder = fullFolder();
    const other = temporaryFolderOf(folder);
    mkdirSync(other);
    chmodSync(other, 0o777);
    writeFileSync(join(other, "running.json"), JSON.stringify(programOf(process.pid)));
    expect(noteRunning(folder, programOf(process.pid))).toMatch(
      /ENOSPC.*is not ours alone.*does not know which motion/,
    );
    expect(runningIn(folder)).toEqual([]);
    expect(existsSync(dirname(join(other, "running.json")))).toBe(true);
  });

  test("one that no signal ends is waited for so long, and then told of: nothing begins beside it", async () => {
    const folder = folderOf();
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    const pid = child.pid as number;
    try {
      noteRunning(folder, programOf(pid));
      const clock = virtualClock(0);
      const asked: number[] = [];
      const alone = untilAlone(folder, clock, (which) => void asked.push(which)).then(
        () => "alone",
        (error: unknown) => error,
      );
      let answer: unknown = null;
      void alone.then((now) => {
        answer = now;
      });
      for (let ms = 0; ms < 20_000 && answer === null; ms += 50) {
        clock.advance(50);
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(answer).toMatchObject({
        code: "motion-not-ended",
        params: { pid, state: expect.stringMatching(/^[RS]$/) },
      });
      expect(new Set(asked)).toEqual(new Set([pid]));
      expect(asked.length).toBeGreaterThan(50);
    } finally {
      child.kill("SIGKILL");
    }
  });
});
