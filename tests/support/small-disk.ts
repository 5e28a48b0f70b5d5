/** A disk of its own, small enough to be filled: needs Linux, root and a machine that may mount something. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function mountDisk(folder: string, megabytes: number): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "pipe" });
}

export function remountDisk(folder: string, as: "ro" | "rw"): void {
  execFileSync("mount", ["-o", `remount,${as}`, folder], { stdio: "pipe" });
}

/** A process with an open file there keeps the disk until it closes the file. */
export function unmountDisk(folder: string): void {
  execFileSync("umount", ["-l", folder]);
}

function whyNot(): string | null {
  if (process.platform !== "linux") return "small disks are mounted on Linux only";
  const folder = mkdtempSync(join(tmpdir(), "guiwei-probe-"));
  try {
    mountDisk(folder, 1);
    unmountDisk(folder);
    return null;
  } catch {
    return "this machine may not mount a small disk: it needs root, in a container SYS_ADMIN too";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why no disk can be made here, or null. */
export const noDisk = whyNot();
if (noDisk !== null && process.env.GUIWEI_REQUIRE_DISK === "1") throw new Error(`GUIWEI_REQUIRE_DISK=1, but ${noDisk}`);
