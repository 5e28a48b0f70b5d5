import type { Sql } from "postgres";
import type { Clock } from "../clock/clock.ts";

const checkEveryMs = 60_000;
/** A checkpoint at the latest this long after a write: a start after a crash should not replay hours. */
const checkpointAfterMs = 5 * 60_000;

interface Table {
  name: string;
}

/** Called after each run with its outcome. */
export interface UpkeepListener {
  done(): void;
  failed(error: unknown): void;
}

/**
 * Does the work of PostgreSQL's background processes for the embedded engine, which has none: CHECKPOINT, VACUUM and ANALYZE,
 * only if something was written, one table at a time so that others get their turn. Returns a function that stops it.
 */
export function startUpkeep(client: Sql, clock: Clock, on: UpkeepListener): () => Promise<void> {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let lastWal = "";
  let lastCheckpointMs = clock.monoMs();
  let cancel = () => {};

  const plan = () => {
    cancel = clock.after(checkEveryMs, () => {
      running = once()
        .then(on.done, on.failed)
        .finally(() => {
          if (!stopped) plan();
        });
    });
  };

  async function once() {
    const [row] = await client<{ wal: string }[]>`SELECT pg_current_wal_insert_lsn()::text AS wal`;
    const wal = row?.wal ?? "";
    if (wal === lastWal) return;
    for (const { name } of await worn(client)) {
      if (stopped) return;
      await client.unsafe(`VACUUM (ANALYZE) ${name}`);
    }
    if (clock.monoMs() - lastCheckpointMs >= checkpointAfterMs && !stopped) {
      await client.unsafe("CHECKPOINT");
      lastCheckpointMs = clock.monoMs();
      const [after] = await client<{ wal: string }[]>`SELECT pg_current_wal_insert_lsn()::text AS wal`;
      lastWal = after?.wal ?? "";
    }
  }

  plan();
  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}

/** Tables with as many dead or changed rows as autovacuum would act on (manual 24.1.6, default thresholds). */
function worn(client: Sql): Promise<Table[]> {
  return client<Table[]>`
    SELECT format('%I.%I', s.schemaname, s.relname) AS name
    FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
    WHERE s.n_dead_tup > 50 + 0.2 * greatest(c.reltuples, 0)
       OR s.n_mod_since_analyze > 50 + 0.1 * greatest(c.reltuples, 0)
    ORDER BY 1`;
}
