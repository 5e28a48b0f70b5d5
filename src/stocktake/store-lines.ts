/** Stores the lines of a result, and what they teach about their tags. Short transactions: others wait for each of them. */
import { eq, sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import { batchPace } from "../storage/batch-pace.ts";
import type { Db, Tx } from "../storage/db.ts";
import { given, insertRows } from "../storage/insert-rows.ts";
import { stocktakeLines, tagHistory } from "../storage/schema/stocktake.ts";
import type { ResultRow } from "./result-rows.ts";

const pace = { msMax: 50, rowsFirst: 100, rowsMin: 20, rowsMax: 500 };

async function storeLines(tx: Tx, rows: readonly ResultRow[]): Promise<void> {
  await insertRows(tx, stocktakeLines, rows);
  await learnTags(tx, rows);
}

/** Page by page, until there are no more or the stocktake is halted. */
export async function keepLines(
  { db, clock }: Context,
  rowsTotal: number,
  page: (from: number, rowsMax: number) => Promise<ResultRow[]>,
  isHalted: () => boolean,
): Promise<void> {
  const batches = batchPace(pace);
  for (let from = 0; from < rowsTotal && !isHalted(); ) {
    const rows = await page(from, batches.rows());
    const startMs = clock.monoMs();
    await db.transaction((tx) => storeLines(tx, rows));
    batches.took(rows.length, clock.monoMs() - startMs);
    from += rows.length;
  }
}

/** Removes the lines of an unfinished stocktake and what was learned from them, because each is learned from only once. */
export async function removeLines({ db, clock }: Context, stocktakeId: string): Promise<void> {
  const batches = batchPace(pace);
  for (;;) {
    const startMs = clock.monoMs();
    const gone = await removeSome(db, stocktakeId, batches.rows());
    if (gone === 0) return;
    batches.took(gone, clock.monoMs() - startMs);
  }
}

async function removeSome(db: Db, stocktakeId: string, rowsMax: number): Promise<number> {
  const [some] = await db
    .select({ no: stocktakeLines.no })
    .from(stocktakeLines)
    .where(eq(stocktakeLines.stocktakeId, stocktakeId))
    .limit(1);
  if (!some) return 0;
  const rows = await db.execute<{ gone: number }>(sql`
    WITH gone AS (
      DELETE FROM stocktake_lines WHERE stocktake_id = ${stocktakeId} AND no IN (
        SELECT l.no FROM stocktake_lines l WHERE l.stocktake_id = ${stocktakeId} ORDER BY l.no LIMIT ${rowsMax}::int)
      RETURNING epc, class, certainty, expected_layer_id, evidence),
    taught AS (
      SELECT DISTINCT ON (g.epc) g.epc, e."roundsHealthy" AS offered, e."roundsAnswered" AS answered
      FROM gone g, jsonb_to_recordset(g.evidence) AS e("layerId" text, "roundsHealthy" int, "roundsAnswered" int)
      WHERE g.class = 'found' AND g.certainty = 'confirmed' AND e."layerId" = g.expected_layer_id),
    forgotten AS (
      UPDATE tag_history h SET rounds_offered = greatest(0, h.rounds_offered - t.offered),
        rounds_answered = greatest(0, h.rounds_answered - t.answered)
      FROM taught t WHERE h.epc = t.epc)
    SELECT count(*)::int AS gone FROM gone`);
  return rows[0]?.gone ?? 0;
}

/** Records how tags in their right place answered their own antenna, so that the next stocktake knows them better. */
async function learnTags(tx: Tx, rows: readonly ResultRow[]): Promise<void> {
  const learned = rows.flatMap(({ epc, class: kind, certainty, expectedLayerId, evidence }) => {
    if (kind !== "found" || certainty !== "confirmed") return [];
    const own = (evidence as OwnEvidence[]).find((one) => one.layerId === expectedLayerId);
    return own && epc ? [{ epc, roundsOffered: own.roundsHealthy, roundsAnswered: own.roundsAnswered }] : [];
  });
  const { roundsOffered, roundsAnswered } = tagHistory;
  await insertRows(tx, tagHistory, learned, {
    orUpdateBy: [tagHistory.epc],
    merge: {
      roundsOffered: sql`${roundsOffered} + ${given(roundsOffered)}`,
      roundsAnswered: sql`${roundsAnswered} + ${given(roundsAnswered)}`,
    },
  });
}

interface OwnEvidence {
  layerId: string | null;
  roundsHealthy: number;
  roundsAnswered: number;
}
