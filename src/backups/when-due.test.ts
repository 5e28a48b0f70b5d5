import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backupName, madeAtMsOf } from "./backup-name.ts";
import { failureOf } from "./failure-of.ts";
import { isDue, isLate, newestAtMs, retryAfterMs, tooOld } from "./when-due.ts";

const hourMs = 3_600_000;
const now = Date.UTC(2026, 10, 22, 15, 46, 1, 123);
const at = (...hoursAgo: number[]) => hoursAgo.map((hours) => ({ madeAtMs: now - hours * hourMs }));
const due = (files: { madeAtMs: number }[], everyHours = 24) => isDue(newestAtMs(files, now), now, everyHours);

describe("when a backup is due", () => {
  it("is due in an empty folder and when the newest is as old as the interval, not before", () => {
    expect(due([])).toBe(true);
    expect(due(at(48, 24))).toBe(true);
    expect(due(at(48, 23.9))).toBe(false);
    expect(due(at(0))).toBe(false);
  });

  it("is never due where none are wanted", () => {
    expect(due([], 0)).toBe(false);
    expect(due(at(5_000), 0)).toBe(false);
  });

  it("is due when the clock was set back: a file from the future says nothing, however many there are", () => {
    expect(due(at(-30_000))).toBe(true);
    expect(due(at(-1, -2))).toBe(true);
    // A backup made since then counts again, so it is not made over and over.
    expect(due(at(-1, 3))).toBe(false);
  });

  it("is late after twice the interval; without any, counted from the start", () => {
    expect(isLate(48 * hourMs, 24)).toBe(false);
    expect(isLate(48 * hourMs + 1, 24)).toBe(true);
    expect(isLate(1_000 * hourMs, 0)).toBe(false);
  });

  it("waits longer after each failure, never longer than four hours", () => {
    expect([1, 2, 3].map((n) => retryAfterMs(n) / 60_000)).toEqual([10, 20, 40]);
    expect(retryAfterMs(5_000)).toBe(4 * hourMs);
  });
});

describe("which backups are kept", () => {
  it("keeps the newest, and lets those from the future go first", () => {
    expect(tooOld(at(1, 3, 2, 4), now, 2)).toEqual(at(3, 4));
    expect(tooOld(at(0, -5, -9, 1), now, 2)).toEqual(at(-9, -5));
    expect(tooOld(at(1, 2), now, 14)).toEqual([]);
  });

  it("never gives up the one made now, whatever else lies there", () => {
    const hours = fc.array(fc.integer({ min: -5_000, max: 5_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(hours, fc.integer({ min: 1, max: 20 }), (hoursAgo, kept) => {
        const files = at(...new Set([...hoursAgo, 0]));
        const old = tooOld(files, now, kept);
        expect(old.map(({ madeAtMs }) => madeAtMs)).not.toContain(now);
        expect(files.length - old.length).toBe(Math.min(kept, files.length));
      }),
    );
  });
});

describe("the name of a backup", () => {
  it("says when it was made and sorts by it; every other name is somebody else's", () => {
    expect(backupName(now)).toBe("guiwei-20261122-154601-123Z.guiwei");
    const times = fc.integer({ min: 0, max: Date.UTC(9_999, 0) });
    fc.assert(
      fc.property(times, times, (a, b) => {
        expect(madeAtMsOf(backupName(a))).toBe(a);
        expect(backupName(a) < backupName(b)).toBe(a < b);
      }),
    );
    for (const name of [
      "archive.guiwei",
      "guiwei-20260231-000000-000Z.guiwei",
      `${backupName(now)}.partial`,
      `../${backupName(now)}`,
      `x${backupName(now)}`,
    ])
      expect(madeAtMsOf(name), name).toBeNull();
  });
});

describe("why a backup failed", () => {
  it("is a sentence with the folder in it, in both languages", () => {
    const told = (code: string) => failureOf(Object.assign(new Error("raw"), { code }), "/backups");
    expect(told("ENOTDIR").en).toBe("The place for backups, /backups, is not a folder: check BACKUP_DIR.");
    for (const code of ["EACCES", "EPERM", "EROFS"]) expect(told(code).code).toBe("backup-not-writable");
    expect(told("ENOSPC").zh).toContain("磁盘空间不足（/backups");
    expect(told("backup-unreadable").code).toBe("backup-damaged");
    expect(failureOf(new Error("odd"), "/backups")).toMatchObject({
      code: "backup-failed",
      en: "The backup failed: odd",
    });
  });
});
