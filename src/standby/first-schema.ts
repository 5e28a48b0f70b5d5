/** Nobody can lead before the `leads` table exists, so a lock of the database server decides which gateway creates it. */
import type { Sql, TransactionSql } from "postgres";
import type { Clock } from "../clock/clock.ts";
import { migrate } from "../storage/migrate.ts";
import { tellingProgress } from "../storage/migration-words.ts";

/** "gwst" in ASCII. */
const startLock = 0x67777374;
const lockWaitMsMax = 600_000;

export async function hasLeads(sql: Sql | TransactionSql): Promise<boolean> {
  const [table] = await sql<{ there: boolean }[]>`SELECT to_regclass('public.leads') IS NOT NULL AS there`;
  return table?.there === true;
}

/**
 * Brings a new database, or one from before gateways led, to this program's schema. If two start at once, the second waits and
 * finds it done. `sql` needs two connections. Throws as migrate does.
 */
export async function makeFirstSchema(sql: Sql, clock: Clock, say: (line: string) => void): Promise<void> {
  const own = await sql.reserve();
  try {
    await own.unsafe(`SET statement_timeout = 0; SET lock_timeout = ${lockWaitMsMax}`);
    await own`SELECT pg_advisory_lock(${startLock})`;
    try {
      if (!(await hasLeads(sql))) await migrate(sql, { onProgress: tellingProgress(clock, say) });
    } finally {
      await own`SELECT pg_advisory_unlock(${startLock})`;
    }
  } finally {
    own.release();
  }
}
