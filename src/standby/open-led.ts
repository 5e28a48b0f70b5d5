/** Opens the database for a leader, which migrates it under its lead and writes in its name; and for a command without a lead. */
import type { TransactionSql } from "postgres";
import { type Clock, systemClock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { LeadGrant } from "../lead/lead-grant.ts";
import { leadOf } from "../lead/lead-row.ts";
import { refuseOtherShape } from "../storage/compare-shape.ts";
import { migrate } from "../storage/migrate.ts";
import { tellingProgress } from "../storage/migration-words.ts";
import { type Database, openDatabase } from "../storage/open-database.ts";
import { type DatabaseSettings, openAsItIs, openMigrated } from "../storage/open-migrated.ts";
import { nobodyLeads } from "../storage/restore-leads.ts";
import { hasLeads } from "./first-schema.ts";
import { schemaState } from "./schema-state.ts";

export async function openLed(
  { databaseUrl: url, epoch, rooms }: LeadGrant,
  clock: Clock,
  say: (line: string) => void,
): Promise<Database> {
  const database = await openDatabase({ url, lead: { epoch, rooms: rooms.length } });
  try {
    await migrate(database.sql, { onProgress: tellingProgress(clock, say) });
    await refuseOtherShape(database.sql);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The schema must not change under a gateway that leads. Throws lead-migrates, and as openMigrated does. */
export async function openForCommand(
  settings: DatabaseSettings,
  clock: Clock = systemClock(),
  say: (line: string) => void = () => {},
): Promise<Database> {
  if (!settings.DATABASE_URL) return openMigrated(settings, clock, say);
  const database = await openAsItIs(settings, clock);
  try {
    const { sql } = database;
    const leader = (await hasLeads(sql)) ? await leadOf(sql) : null;
    const schema = await schemaState(sql);
    if (schema.is === "unknown") throw schema.refusal;
    if (schema.is === "older") {
      const { found, wanted } = schema;
      if (leader && leader.leftMs > 0) throw new Refusal("lead-migrates", { who: leader.name, found, wanted });
      // Another gateway may have begun to lead, even between two transactions of this migration.
      const before = async (tx: TransactionSql) =>
        (await hasLeads(tx)) ? nobodyLeads(tx, "lead-migrates", { found, wanted }) : undefined;
      await migrate(sql, { before, onProgress: tellingProgress(clock, say) });
    }
    await refuseOtherShape(sql);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
