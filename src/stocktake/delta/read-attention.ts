import { createHash } from "node:crypto";
import { and, eq, isNull, or, sql } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { type AisleAttention, type AttentionNow, type Finding, noAttention } from "../../contract/attention.ts";
import { boxes } from "../../storage/schema/catalogue.ts";
import { aisleFindings, aisleUses } from "../../storage/schema/deltas.ts";

/** At most this many findings of an aisle are shown with the area; the stocktake lists all. */
const findingsShownMax = 50;

export type UseRow = typeof aisleUses.$inferSelect;

/** The area's aisles by number, only those with something to report. */
export interface AreaAttention extends AttentionNow {
  uses: UseRow[];
  /** Boxes with an open finding: a scan of one settles it. */
  boxIds: ReadonlySet<string>;
}

/** `running`: the aisle whose faces are being read. */
export async function readAttention(context: Context, areaKey: string, running: number | null): Promise<AreaAttention> {
  const uses = await context.db.select().from(aisleUses).where(eq(aisleUses.areaKey, areaKey)).orderBy(aisleUses.aisle);
  const { shown: open, boxIds } = await openFindings(context, areaKey);
  const byAisle = new Map<number, Finding[]>();
  for (const one of open) byAisle.set(one.aisle, [...(byAisle.get(one.aisle) ?? []), shown(one)]);
  const aisles = uses.flatMap((use): AisleAttention[] => {
    const findings = byAisle.get(use.aisle) ?? [];
    const delta = running === use.aisle ? "running" : stateOf(use);
    if (delta === null || (delta === "counted" && findings.length === 0)) return [];
    const { aisle, stocktakeId, layersTotal, layersCovered } = use;
    return [{ aisle, delta, stocktakeId, layersTotal, layersCovered, findings }];
  });
  return { uses, aisles, version: versionOf(aisles), boxIds };
}

/** Computed once for each reading, so that nothing compares thousands of findings at each status of a controller. */
function versionOf(aisles: readonly AisleAttention[]): string {
  if (aisles.length === 0) return noAttention.version;
  return createHash("sha256").update(JSON.stringify(aisles)).digest("base64url").slice(0, 16);
}

/** Full rows for the first findings of each aisle; for the others, which may be thousands, only their box ids in one text. */
async function openFindings(
  { db }: Context,
  areaKey: string,
): Promise<{ shown: (typeof aisleFindings.$inferSelect)[]; boxIds: Set<string> }> {
  const isOpen = and(
    eq(aisleFindings.areaKey, areaKey),
    isNull(aisleFindings.acknowledgedAtMs),
    // A later scan says where the box is.
    or(isNull(boxes.id), sql`${boxes.sinceMs} <= ${aisleFindings.foundAtMs}`),
  );
  const { subject, aisle, foundAtMs, boxId } = aisleFindings;
  const isFirst = sql`${subject} IN (
    SELECT o.subject FROM (
      SELECT ${subject} AS subject, row_number() OVER (PARTITION BY ${aisle} ORDER BY ${foundAtMs}, ${subject}) AS place
      FROM ${aisleFindings} LEFT JOIN ${boxes} ON ${boxes.id} = ${boxId} WHERE ${isOpen}
    ) AS o WHERE o.place <= ${findingsShownMax})`;
  const shown = await db.select().from(aisleFindings).where(isFirst).orderBy(foundAtMs, subject);
  const [all] = await db
    .select({ boxIds: sql<string[] | null>`json_agg(${boxId}) FILTER (WHERE ${boxId} IS NOT NULL)` })
    .from(aisleFindings)
    .leftJoin(boxes, eq(boxes.id, boxId))
    .where(isOpen);
  return { shown, boxIds: new Set(all?.boxIds ?? []) };
}

/** An open aisle becomes due when it closes; until then it shows how its last stocktake ended. */
function stateOf({ dueSinceMs, isOpen, tries, outcome }: UseRow): AisleAttention["delta"] | null {
  if (dueSinceMs !== null && !isOpen && tries === 0) return "due";
  return outcome;
}

function shown(row: typeof aisleFindings.$inferSelect): Finding {
  const { id, certainty, boxId, barcode, epc, expectedCode, seenCode, stocktakeId, foundAtMs } = row;
  const { zh, en } = row.explanation as { zh: string; en: string };
  return {
    id,
    class: row.class,
    certainty,
    boxId,
    barcode,
    epc,
    expectedCode,
    seenCode,
    zh,
    en,
    stocktakeId,
    foundAtMs,
  };
}
