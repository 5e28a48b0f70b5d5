import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { fileFactLog, leftFactLogs } from "./fact-log.ts";
import { nextLogId } from "./log-ids.ts";

const folder = mkdtempSync(join(tmpdir(), "guiwei-log-ids-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("logs are read in the order in which they were begun, though somebody set the clock back in between", () => {
  const nowMs = Date.UTC(2026, 0, 5);
  const begun: string[] = [];
  for (const [atMs, epoch] of [
    [nowMs, 3],
    [nowMs - 86_400_000, 4],
    [nowMs - 86_399_000, null],
    [0, 12],
    [nowMs + 1_000, 13],
  ] as const) {
    const id = nextLogId(folder, atMs, epoch, "0a1b2c3d");
    const log = fileFactLog(folder, id, (error) => {
      throw error;
    });
    log.add("r1.1", atMs, {
      kind: "kept",
      epoch: 1,
      wireId: 0,
      inhibited: false,
      isHeldForLocks: false,
      isStopped: true,
    });
    log.close();
    begun.push(id);
  }
  expect(leftFactLogs(folder).map(({ logId }) => logId)).toEqual(begun);
  expect(begun[0]).toBe(`0${nowMs}-e3-0a1b2c3d`);
  expect(begun.at(-1)).toBe(`0${nowMs + 1_000}-e13-0a1b2c3d`);
});

test("a folder that is not there, or holds other things, keeps nobody from beginning one", () => {
  expect(nextLogId(join(folder, "none"), 5, null, "x")).toBe("00000000000005-x");
});
