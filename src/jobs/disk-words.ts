import { mkdirSync } from "node:fs";
import { Refusal } from "../contract/errors.ts";

const codes: Readonly<Record<string, "job-disk-full" | "job-folder-closed">> = {
  ENOSPC: "job-disk-full",
  EDQUOT: "job-disk-full",
  EACCES: "job-folder-closed",
  EPERM: "job-folder-closed",
  EROFS: "job-folder-closed",
};

/** What a disk says of a folder that we write into, as a sentence for people; any other error as it is. */
export function inDiskWords(error: unknown, folder: string): unknown {
  const code = codes[String((error as NodeJS.ErrnoException | null)?.code)];
  return code === undefined || error instanceof Refusal ? error : new Refusal(code, { folder });
}

/** With those above it. Node says "not there" of a folder that it may not make. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw isAbsent ? new Refusal("job-folder-closed", { folder }) : inDiskWords(error, folder);
  }
}
