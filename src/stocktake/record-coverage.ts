import { and, eq, sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { AntennaCoverage } from "../contract/sighting.ts";
import { given, insertRows } from "../storage/insert-rows.ts";
import { stocktakeAntennas, stocktakeEvidence } from "../storage/schema/stocktake.ts";

/**
 * Adds one antenna's reads to the stocktake, in one transaction: a crash keeps an antenna whole or not at all.
 * Rounds of an unhealthy antenna are recorded as failed, and its silence does not count.
 */
export async function recordCoverage(
  context: Context,
  stocktakeId: string,
  coverage: AntennaCoverage,
  isDone: boolean,
): Promise<void> {
  const rounds = coverage.roundsOffered;
  const heard = new Map<string, { answered: number; dbms: number[]; atMs: number }>();
  for (const sighting of coverage.sightings) {
    const before = heard.get(sighting.epc) ?? { answered: 0, dbms: [], atMs: 0 };
    heard.set(sighting.epc, {
      // A reader may report a tag several times in one round; it counts once.
      answered: Math.min(rounds, before.answered + sighting.count),
      dbms: sighting.signalDbm === null ? before.dbms : [...before.dbms, sighting.signalDbm],
      atMs: Math.max(before.atMs, sighting.atMs),
    });
  }
  const rows = [...heard].map(([epc, { answered, dbms, atMs }]) => ({
    ...{ stocktakeId, epc, readerId: coverage.readerId, antenna: coverage.antenna },
    roundsAnswered: answered,
    meanDbm: dbms.length === 0 ? null : dbms.reduce((sum, dbm) => sum + dbm, 0) / dbms.length,
    lastAtMs: Math.round(atMs),
  }));
  const key = and(
    eq(stocktakeAntennas.stocktakeId, stocktakeId),
    eq(stocktakeAntennas.readerId, coverage.readerId),
    eq(stocktakeAntennas.antenna, coverage.antenna),
  );
  await context.db.transaction(async (tx) => {
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
    const { roundsAnswered, meanDbm, lastAtMs } = stocktakeEvidence;
    const answered = sql`${roundsAnswered} + ${given(roundsAnswered)}`;
    await insertRows(tx, stocktakeEvidence, rows, {
      orUpdateBy: [
        ...[stocktakeEvidence.stocktakeId, stocktakeEvidence.epc],
        ...[stocktakeEvidence.readerId, stocktakeEvidence.antenna],
      ],
      merge: {
        roundsAnswered: answered,
        meanDbm: sql`CASE WHEN ${meanDbm} IS NULL OR ${given(meanDbm)} IS NULL THEN coalesce(${given(meanDbm)}, ${meanDbm})
          ELSE (${meanDbm} * ${roundsAnswered} + ${given(meanDbm)} * ${given(roundsAnswered)}) / greatest(1, ${answered}) END`,
        lastAtMs: sql`greatest(${lastAtMs}, ${given(lastAtMs)})`,
      },
    });
  });
}
