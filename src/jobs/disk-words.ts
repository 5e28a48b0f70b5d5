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
