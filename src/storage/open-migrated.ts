import { join } from "node:path";
import { type Clock, systemClock } from "../clock/clock.ts";
import { migrate } from "./migrate.ts";
import { type Database, openDatabase } from "./open-database.ts";

/** The database that the settings name, brought to the code's schema. Throws as openDatabase and migrate do. */
export async function openMigrated(
  settings: { DATABASE_URL?: string | undefined; DATA_DIR: string },
  clock: Clock = systemClock(),
): Promise<Database> {
  const database = await openDatabase(
    settings.DATABASE_URL ? { url: settings.DATABASE_URL } : { dataDir: join(settings.DATA_DIR, "database"), clock },
  );
  try {
    await migrate(database.sql);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
