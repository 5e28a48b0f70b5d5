import { and, eq, inArray, or } from "drizzle-orm";
import type { House } from "../../house.ts";
import type { Tx } from "../../storage/db.ts";
import { boxes } from "../../storage/schema/catalogue.ts";
import { aisleFindings, aisleUses } from "../../storage/schema/deltas.ts";
import { stocktakeLines } from "../../storage/schema/stocktake.ts";
import type { StocktakeRow } from "../count-facts.ts";
import type { LayerCoverage } from "../judge-count.ts";
import { afterRecount } from "./aisle-use.ts";
import { compareFindings, isFinding, subjectOf } from "./compare-findings.ts";

const notedMax = 100;

/**
 * Inside the transaction that ends a delta stocktake, after its lines are stored: findings are told, settled ones go, and the
 * aisle is no longer due unless a reader was unhealthy. Gives what the journal row says besides.
 */
export async function keepFindings(
  tx: Tx,
  house: House,
  row: StocktakeRow,
  coverage: ReadonlyMap<string, LayerCoverage>,
  nowMs: number,
): Promise<Record<string, unknown>> {
  const { id: stocktakeId, areaKey, aisle } = row;
  if (row.kind !== "delta" || areaKey === null || aisle === null) return {};
  const lines = await tx.select().from(stocktakeLines).where(eq(stocktakeLines.stocktakeId, stocktakeId));
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
        inArray(aisleFindings.subject, subjects),
        inArray(aisleFindings.seenLayerId, [...layerIds]),
      ),
    );
  // A scan since then was the answer to it: whatever is found now is new.
  const isStale = ({ finding, sinceMs }: (typeof rows)[number]) => sinceMs !== null && sinceMs > finding.foundAtMs;
  const known = rows.filter((one) => !isStale(one)).map((one) => one.finding);
  const stale = rows.filter(isStale).map((one) => one.finding);
  const { raised, settled } = compareFindings(known, lines, { layerIds, covered });
  const gone = [...stale, ...settled].map((one) => one.subject);
  if (gone.length > 0) await tx.delete(aisleFindings).where(inArray(aisleFindings.subject, gone));
  for (const line of raised) {
    const { class: kind, certainty, boxId, barcode, epc, explanation } = line;
    const { expectedCode, expectedLayerId, seenLayerId, seenCode } = line;
    const finding = {
      ...{ id: house.newId(), areaKey, aisle, class: kind as "missing", certainty, boxId, barcode, epc, explanation },
      ...{ expectedCode, expectedLayerId, seenLayerId, seenCode, stocktakeId, foundAtMs: nowMs },
      ...{ acknowledgedAtMs: null, acknowledgedBy: null },
    };
    await tx
      .insert(aisleFindings)
      .values({ subject: subjectOf(line), ...finding })
      .onConflictDoUpdate({ target: aisleFindings.subject, set: finding });
  }
  await settleUse(tx, house, row, coverage, nowMs);
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
  house: House,
  row: StocktakeRow,
  coverage: ReadonlyMap<string, LayerCoverage>,
  nowMs: number,
): Promise<void> {
  const where = and(eq(aisleUses.areaKey, row.areaKey ?? ""), eq(aisleUses.aisle, row.aisle ?? 0));
  const [use] = await tx.select().from(aisleUses).where(where).for("update");
  if (!use) return;
  const silent = [...coverage.values()].filter((one) => one.why !== null);
  // A layer without antenna does not get one by waiting.
  const unhealthy = silent.filter(({ layerId }) => house.layout.layerById.get(layerId)?.antenna).length;
  const next = afterRecount(use, { startedAtMs: row.startedAtMs, unhealthy }, nowMs);
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
