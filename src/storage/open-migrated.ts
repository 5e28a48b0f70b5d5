import { join } from "node:path";
import { type Clock, systemClock } from "../clock/clock.ts";
import { refuseOtherShape } from "./compare-shape.ts";
import { migrate } from "./migrate.ts";
import { tellingProgress } from "./migration-words.ts";
import { type Database, openDatabase } from "./open-database.ts";

export interface DatabaseSettings {
  DATABASE_URL?: string | undefined;
  DATA_DIR: string;
}

/** Opens the configured database, whatever its schema. */
export function openAsItIs(
  { DATABASE_URL, DATA_DIR }: DatabaseSettings,
  clock: Clock,
  say: (line: string) => void = () => {},
): Promise<Database> {
  return openDatabase(DATABASE_URL ? { url: DATABASE_URL } : { dataDir: join(DATA_DIR, "database"), clock, say });
}

/**
 * Opens it and brings it to the program's schema; `say` gets a progress line while that takes long. Throws as openDatabase,
 * migrate and refuseOtherShape do.
 */
export async function openMigrated(
  settings: DatabaseSettings,
  clock: Clock = systemClock(),
  say: (line: string) => void = () => {},
): Promise<Database> {
  const database = await openAsItIs(settings, clock, say);
  try {
    await migrate(database.sql, { onProgress: tellingProgress(clock, say) });
    await refuseOtherShape(database.sql);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
