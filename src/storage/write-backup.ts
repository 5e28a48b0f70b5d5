import { backup } from "./backup.ts";
import { openDatabase } from "./open-database.ts";

export interface BackupJobAsked {
  /** A copied data folder that is thrown away afterwards, or a server. */
  place: { dataDir: string } | { url: string };
  file: string;
  madeAtMs: number;
}

/** The work of the job "write-backup". */
export async function writeBackup(
  { place, file, madeAtMs }: BackupJobAsked,
  onRows: (done: number, total: number) => void,
): Promise<null> {
  const isCopy = "dataDir" in place;
  const database = await openDatabase(isCopy ? { ...place, isThrowaway: true } : { ...place, connectionsMax: 1 });
  await backup(database, file, { madeAtMs, onRows });
  // An orderly end would write down what is thrown away.
  if (!isCopy) await database.close();
  return null;
}
