import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { virtualClock } from "../../clock/virtual-clock.ts";
import { lockFolder } from "./folder-lock.ts";

const folder = mkdtempSync(join(tmpdir(), "guiwei-lock-"));
const path = join(folder, "guiwei.lock");
afterEach(() => rmSync(path, { force: true }));

test("a process that can open no more files has not lost its folder, and is still seen to hold it", async () => {
  let fault: string | null = null;
  const lock = await lockFolder(folder, virtualClock(), (file) => {
    if (fault) throw Object.assign(new Error(fault), { code: fault });
    return readFileSync(file, "utf8");
  });
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
