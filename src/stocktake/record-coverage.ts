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
  const heard = new Map<string, { answered: number; dbm: number | null; atMs: number }>();
  for (const sighting of coverage.sightings) {
    const before = heard.get(sighting.epc);
    heard.set(sighting.epc, {
      // A reader may count a tag several times in one round; a round is answered once.
      answered: Math.min(rounds, (before?.answered ?? 0) + sighting.count),
      dbm: before?.dbm == null ? sighting.signalDbm : Math.max(before.dbm, sighting.signalDbm ?? before.dbm),
      atMs: Math.max(before?.atMs ?? 0, sighting.atMs),
    });
  }
  const rows = [...heard].map(([epc, one]) => ({
    epc,
    answered: one.answered,
    dbm: one.dbm === null ? null : Math.round(one.dbm),
    at: Math.round(one.atMs),
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
      INSERT INTO stocktake_evidence (stocktake_id, epc, reader_id, antenna, rounds_answered, strongest_dbm, last_at_ms)
      SELECT ${stocktakeId}, r.epc, ${coverage.readerId}, ${coverage.antenna}, r.answered, r.dbm, r.at
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(epc text, answered int, dbm int, at bigint)
      ON CONFLICT (stocktake_id, epc, reader_id, antenna) DO UPDATE SET
        rounds_answered = stocktake_evidence.rounds_answered + EXCLUDED.rounds_answered,
        strongest_dbm = GREATEST(stocktake_evidence.strongest_dbm, EXCLUDED.strongest_dbm),
        last_at_ms = GREATEST(stocktake_evidence.last_at_ms, EXCLUDED.last_at_ms)`);
  });
}
