import { backup } from "./backup.ts";
import { openDatabase } from "./open-database.ts";

export interface BackupJobAsked {
  /** A copied data folder that is deleted afterwards, or a server. */
  place: { dataDir: string } | { url: string };
  file: string;
  madeAtMs: number;
}

/** The job "write-backup". */
export async function writeBackup(
  { place, file, madeAtMs }: BackupJobAsked,
  onRows: (done: number, total: number) => void,
): Promise<null> {
  const isCopy = "dataDir" in place;
  const database = await openDatabase(isCopy ? { ...place, isThrowaway: true } : { ...place, connectionsMax: 1 });
  await backup(database, file, { madeAtMs, onRows });
  // No orderly close for a copy: that would write to files that are deleted anyway.
  if (!isCopy) await database.close();
  return null;
}
