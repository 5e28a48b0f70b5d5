import { and, eq, sql } from "drizzle-orm";
import type { AntennaCoverage } from "../contract/sighting.ts";
import type { House } from "../house.ts";
import { stocktakeAntennas } from "../storage/schema/stocktake.ts";

/**
 * Adds what one antenna heard to the count, in one transaction: a crash keeps whole antennas or nothing of one.
 * Rounds of an unhealthy antenna are noted as failed and none of its silence counts.
 */
export async function recordCoverage(
  house: House,
  stocktakeId: string,
  coverage: AntennaCoverage,
  isDone: boolean,
): Promise<void> {
  const rounds = coverage.roundsOffered;
  const heard = new Map<string, { answered: number; dbms: number[]; atMs: number }>();
  for (const sighting of coverage.sightings) {
    const before = heard.get(sighting.epc) ?? { answered: 0, dbms: [], atMs: 0 };
    heard.set(sighting.epc, {
      // A reader may count a tag several times in one round; a round is answered once.
      answered: Math.min(rounds, before.answered + sighting.count),
      dbms: sighting.signalDbm === null ? before.dbms : [...before.dbms, sighting.signalDbm],
      atMs: Math.max(before.atMs, sighting.atMs),
    });
  }
  const rows = [...heard].map(([epc, { answered, dbms, atMs }]) => ({
    epc,
    answered,
    dbm: dbms.length === 0 ? null : dbms.reduce((sum, dbm) => sum + dbm, 0) / dbms.length,
    at: Math.round(atMs),
  }));
  const key = and(
    eq(stocktakeAntennas.stocktakeId, stocktakeId),
    eq(stocktakeAntennas.readerId, coverage.readerId),
    eq(stocktakeAntennas.antenna, coverage.antenna),
  );
  await house.db.transaction(async (tx) => {
    await tx
      .update(stocktakeAntennas)
      .set({
        roundsHealthy: sql`${stocktakeAntennas.roundsHealthy} + ${coverage.healthy ? rounds : 0}`,
        roundsFailed: sql`${stocktakeAntennas.roundsFailed} + ${coverage.healthy ? 0 : rounds}`,
        fault: coverage.healthy ? null : (coverage.fault ?? "unhealthy"),
        isDone,
      })
      .where(key);
    if (rows.length === 0) return;
    await tx.execute(sql`
      INSERT INTO stocktake_evidence (stocktake_id, epc, reader_id, antenna, rounds_answered, mean_dbm, last_at_ms)
      SELECT ${stocktakeId}, r.epc, ${coverage.readerId}, ${coverage.antenna}, r.answered, r.dbm, r.at
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(epc text, answered int, dbm real, at bigint)
      ON CONFLICT (stocktake_id, epc, reader_id, antenna) DO UPDATE SET
        rounds_answered = stocktake_evidence.rounds_answered + EXCLUDED.rounds_answered,
        mean_dbm = CASE WHEN stocktake_evidence.mean_dbm IS NULL OR EXCLUDED.mean_dbm IS NULL
          THEN coalesce(EXCLUDED.mean_dbm, stocktake_evidence.mean_dbm)
          ELSE (stocktake_evidence.mean_dbm * stocktake_evidence.rounds_answered + EXCLUDED.mean_dbm * EXCLUDED.rounds_answered)
            / greatest(1, stocktake_evidence.rounds_answered + EXCLUDED.rounds_answered) END,
        last_at_ms = GREATEST(stocktake_evidence.last_at_ms, EXCLUDED.last_at_ms)`);
  });
}
