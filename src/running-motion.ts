/** Records which motion process runs for a gateway: there are never two, so the next one waits for the one named here. */
import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf } from "./contract/told-error.ts";
import { makeSocketFolder, temporaryFolderOf } from "./motion/stop-socket.ts";
import type { RunningProgram } from "./storage/engine/running-program.ts";

const file = "running.json";

/** In its folder; if that disk cannot be written, in a private folder for temporary files. */
function placesOf(folder: string): string[] {
  return [join(folder, file), join(temporaryFolderOf(folder), file)];
}

/** Returns null, or why it could not be recorded: motion starts all the same, because it must be able to stop the carriages. */
export function noteRunning(folder: string, program: RunningProgram): string | null {
  const [own = "", other = ""] = placesOf(folder);
  const text = JSON.stringify(program);
  try {
    write(own, text);
    rmSync(other, { force: true });
    return null;
  } catch (error) {
    const why = `${own} cannot be written: ${messageOf(error)}`;
    try {
      makeSocketFolder(other);
      write(other, text);
      return `${why}; which motion process runs is kept in ${other} instead`;
    } catch (second) {
      return `${why}; ${messageOf(second)}. A gateway that is started after a crash of this one does not know which motion process to wait for`;
    }
  }
}

/** Written to another name and renamed: a file cut short by a full disk names no process. */
function write(path: string, text: string): void {
  try {
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    rmSync(`${path}.new`, { force: true });
    throw error;
  }
}

/** The recorded processes. Ids 0 and 1 are ignored, as signals to them reach other processes. */
export function runningIn(folder: string): RunningProgram[] {
  return placesOf(folder).flatMap((path, i) => {
    // In a folder where others may write, they could name any process of ours.
    if (i > 0 && !isOurs(dirname(path))) return [];
    try {
      const named = JSON.parse(readFileSync(path, "utf8")) as RunningProgram;
      return Number.isInteger(named.pid) && named.pid > 1 ? [named] : [];
    } catch {
      return [];
    }
  });
}

export function forgetRunning(folder: string, pid: number | undefined): void {
  for (const [i, path] of placesOf(folder).entries()) {
    try {
      if (i > 0 && !isOurs(dirname(path))) continue;
      const named = JSON.parse(readFileSync(path, "utf8")) as RunningProgram;
      if (named.pid === pid) rmSync(path, { force: true });
    } catch {
      // It is missing or cannot be removed: its process is gone, which a reader will notice.
    }
  }
}

function isOurs(folder: string): boolean {
  if (process.getuid === undefined) return true;
  try {
    const seen = lstatSync(folder);
    return seen.isDirectory() && seen.uid === process.getuid() && (seen.mode & 0o077) === 0;
  } catch {
    return false;
  }
}
