import { mkdirSync } from "node:fs";
import { Refusal } from "../contract/errors.ts";

const codes: Readonly<Record<string, "job-disk-full" | "job-folder-closed">> = {
  ENOSPC: "job-disk-full",
  EDQUOT: "job-disk-full",
  EACCES: "job-folder-closed",
  EPERM: "job-folder-closed",
  EROFS: "job-folder-closed",
};

/** Turns a disk's error about one of our folders into a sentence for people; returns any other error unchanged. */
export function inDiskWords(error: unknown, folder: string): unknown {
  const code = codes[String((error as NodeJS.ErrnoException | null)?.code)];
  return code === undefined || error instanceof Refusal ? error : new Refusal(code, { folder });
}

/** Creates missing parents too. Node reports "not there" for a folder that it may not create. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw isAbsent ? new Refusal("job-folder-closed", { folder }) : inDiskWords(error, folder);
  }
}
