import { and, eq, inArray, or, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Context } from "../../context.ts";
import type { Tx } from "../../storage/db.ts";
import { insertRows } from "../../storage/insert-rows.ts";
import { boxes } from "../../storage/schema/catalogue.ts";
import { aisleFindings, aisleUses } from "../../storage/schema/deltas.ts";
import type { LayerCoverage } from "../judging/lines-from-beliefs.ts";
import type { StocktakeRow } from "../judging/read-facts.ts";
import type { ResultRow } from "../result-rows.ts";
import { afterDelta } from "./aisle-use.ts";
import { compareFindings, isFinding, subjectOf } from "./compare-findings.ts";

const notedMax = 100;

/** One parameter for the whole list: separate ones are built in one uninterrupted step, and at most 65 535 are allowed. */
const isOneOf = (column: PgColumn, texts: readonly string[]) =>
  sql`${column} IN (SELECT jsonb_array_elements_text(${JSON.stringify(texts)}::text::jsonb))`;

/**
 * Runs inside the transaction that ends a delta stocktake; its `lines` are already stored. Adds new findings, deletes settled
 * ones, and clears the aisle's due mark unless a reader was unhealthy. Returns additions for the journal row.
 */
export async function keepFindings(
  tx: Tx,
  context: Context,
  row: StocktakeRow,
  lines: readonly ResultRow[],
  coverage: ReadonlyMap<string, LayerCoverage>,
  nowMs: number,
): Promise<Record<string, unknown>> {
  const { id: stocktakeId, areaKey, aisle } = row;
  if (row.kind !== "delta" || areaKey === null || aisle === null) return {};
  const layerIds = new Set(coverage.keys());
  const covered = new Set([...coverage.values()].flatMap((one) => (one.why === null ? [one.layerId] : [])));
  const subjects = lines.map(subjectOf);
  const rows = await tx
    .select({ finding: aisleFindings, sinceMs: boxes.sinceMs })
    .from(aisleFindings)
    .leftJoin(boxes, eq(boxes.id, aisleFindings.boxId))
    .where(
      or(
        and(eq(aisleFindings.areaKey, areaKey), eq(aisleFindings.aisle, aisle)),
        isOneOf(aisleFindings.subject, subjects),
        inArray(aisleFindings.seenLayerId, [...layerIds]),
      ),
    );
  // A scan of the box since then settled the old finding: whatever is found now is new.
  const isStale = ({ finding, sinceMs }: (typeof rows)[number]) => sinceMs !== null && sinceMs > finding.foundAtMs;
  const known = rows.filter((one) => !isStale(one)).map((one) => one.finding);
  const stale = rows.filter(isStale).map((one) => one.finding);
  const { raised, settled } = compareFindings(known, lines, { layerIds, covered });
  const gone = [...stale, ...settled].map((one) => one.subject);
  if (gone.length > 0) await tx.delete(aisleFindings).where(isOneOf(aisleFindings.subject, gone));
  // For a box with two lines the last one counts.
  const told = new Map<string, typeof aisleFindings.$inferInsert>();
  for (const line of raised) {
    const { class: kind, certainty, boxId, barcode, epc, explanation } = line;
    const { expectedCode, expectedLayerId, seenLayerId, seenCode } = line;
    told.set(subjectOf(line), {
      ...{ subject: subjectOf(line), id: context.newId(), areaKey, aisle, class: kind as "missing", certainty },
      ...{ boxId, barcode, epc, explanation, expectedCode, expectedLayerId, seenLayerId, seenCode },
      ...{ stocktakeId, foundAtMs: nowMs, acknowledgedAtMs: null, acknowledgedBy: null },
    });
  }
  await insertRows(tx, aisleFindings, [...told.values()], { orUpdateBy: [aisleFindings.subject] });
  await settleUse(tx, context, row, coverage, nowMs);
  const noted = raised.slice(0, notedMax);
  return {
    kind: "delta",
    areaKey,
    aisle,
    findings: lines.filter(isFinding).length,
    raised: raised.length,
    settled: settled.length,
    told: noted.map(({ class: kind, barcode, epc, seenCode }) => ({ class: kind, barcode, epc, seenCode })),
  };
}

async function settleUse(
  tx: Tx,
  context: Context,
  row: StocktakeRow,
  coverage: ReadonlyMap<string, LayerCoverage>,
  nowMs: number,
): Promise<void> {
  const where = and(eq(aisleUses.areaKey, row.areaKey ?? ""), eq(aisleUses.aisle, row.aisle ?? 0));
  const [use] = await tx.select().from(aisleUses).where(where).for("update");
  if (!use) return;
  const silent = [...coverage.values()].filter((one) => one.why !== null);
  // A layer without an antenna is not read by trying again.
  const unhealthy = silent.filter(({ layerId }) => context.layout.layerById.get(layerId)?.antenna).length;
  const next = afterDelta(use, { startedAtMs: row.startedAtMs, unhealthy }, nowMs);
  await tx
    .update(aisleUses)
    .set({
      ...next,
      askedBy: null,
      outcome: silent.length === 0 ? "counted" : "notCovered",
      stocktakeId: row.id,
      layersTotal: coverage.size,
      layersCovered: coverage.size - silent.length,
    })
    .where(where);
}
