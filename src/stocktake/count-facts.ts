/** What a count is judged from, read from the database: its antennas, what they heard, and every box as the journal has it now. */
import { and, eq, gt, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { type JournalKind, roomChain } from "../contract/journal.ts";
import type { StocktakeScope, StocktakeSettings } from "../contract/stocktake.ts";
import type { Layout } from "../site/layout.ts";
import type { Db, Tx } from "../storage/db.ts";
import { boxes, tags } from "../storage/schema/catalogue.ts";
import { journal } from "../storage/schema/journal.ts";
import { people } from "../storage/schema/people.ts";
import { stocktakeAntennas, stocktakeEvidence, type stocktakes, tagHistory } from "../storage/schema/stocktake.ts";
import { newestProfiles } from "./antenna-profiles.ts";
import type { CountInput } from "./count-judge.ts";
import { layersAround } from "./delta/layers-around.ts";
import type { CountedBox, LayerCoverage } from "./judge-count.ts";

export type StocktakeRow = typeof stocktakes.$inferSelect;

export interface CountFacts {
  antennas: (typeof stocktakeAntennas.$inferSelect)[];
  heard: (typeof stocktakeEvidence.$inferSelect)[];
  boxes: CountedBox[];
}

/** A page is one statement, and one piece of work for the gateway's thread. */
const boxesAtOnce = 1_000;

/** Kinds of journal rows that move a box; those of the count's time are reconciled with what was heard. */
const moves: JournalKind[] = [
  "box.placed",
  "box.taken",
  "box.returned",
  "box.in-transit",
  "relocation.picked",
  "relocation.placed",
];

/** Everything that a count is judged from, as plain values: the judge may sit in another thread. */
export async function countInput(db: Db | Tx, layout: Layout, row: StocktakeRow): Promise<CountInput> {
  const { barcodes } = row.scope as StocktakeScope;
  return {
    stocktakeId: row.id,
    kind: row.kind,
    layerIds: (row.summary as { layerIds: string[] }).layerIds,
    barcodes: barcodes ?? null,
    presentMax: (row.settings as StocktakeSettings).presentMax,
    profiles: await newestProfiles(db, row.id),
    facts: {
      antennas: await db.select().from(stocktakeAntennas).where(eq(stocktakeAntennas.stocktakeId, row.id)),
      heard: await db.select().from(stocktakeEvidence).where(eq(stocktakeEvidence.stocktakeId, row.id)),
      boxes: await countedBoxes(db, layout, row),
    },
  };
}

/** Every layer of the scope: its healthy rounds, or why it says nothing. */
export function coverageOf(
  layout: Layout,
  layerIds: ReadonlySet<string>,
  facts: Pick<CountFacts, "antennas" | "heard">,
): Map<string, LayerCoverage> {
  const readAtMs = new Map<string, number>();
  for (const { readerId, antenna, lastAtMs } of facts.heard) {
    const key = `${readerId}:${antenna}`;
    readAtMs.set(key, Math.max(readAtMs.get(key) ?? 0, lastAtMs));
  }
  const coverage = new Map<string, LayerCoverage>();
  for (const layerId of layerIds) {
    const why = layout.layerById.get(layerId)?.noAntennaWhy ?? "no-antenna";
    coverage.set(layerId, { layerId, roundsHealthy: 0, why, readAtMs: null });
  }
  for (const { layerId, readerId, antenna, roundsHealthy, fault } of facts.antennas) {
    const why = fault ?? (roundsHealthy > 0 ? null : "not-read");
    coverage.set(layerId, { layerId, roundsHealthy, why, readAtMs: readAtMs.get(`${readerId}:${antenna}`) ?? null });
  }
  return coverage;
}

/**
 * Every box with its place now, what its tag did before, and the places it left since the count began. A delta looks only at
 * boxes around its aisle, those it heard and those that were moved meanwhile: it must be over before somebody opens it again.
 */
async function countedBoxes(db: Db | Tx, layout: Layout, row: StocktakeRow): Promise<CountedBox[]> {
  const changes = await db
    .select({ revision: journal.revision, body: journal.body })
    .from(journal)
    .where(
      and(
        eq(journal.chain, roomChain(row.roomId)),
        gt(journal.revision, row.startRevision),
        inArray(journal.kind, moves),
      ),
    )
    .orderBy(journal.revision);
  const moved = [...new Set(changes.map(({ body }) => (body as { boxId: string }).boxId))];
  const layerOfSlot = (slotId: string | null | undefined) =>
    slotId ? (layout.slotById.get(slotId)?.layerId ?? null) : null;
  const { layerIds } = row.summary as { layerIds: string[] };
  const isFull = row.kind === "full";
  const around = isFull ? [] : layersAround(layout, layerIds, []);
  let rows = isFull ? [] : await boxRows(db, row, moved, around);
  const known = new Set(around);
  const homes = rows.flatMap(({ box }) => layerOfSlot(box.currentSlotId) ?? []);
  const further = homes.filter((layerId) => !known.has(layerId));
  // Boxes that belong further off were heard or moved: their neighbours there have a say as well.
  if (further.length > 0) rows = await boxRows(db, row, moved, layersAround(layout, layerIds, further));
  const earlier = new Map<string, { layerId: string; revision: number }[]>();
  const changedRevision = new Map<string, number>();
  for (const { revision, body } of changes) {
    const { boxId, from } = body as { boxId: string; from?: { slotId: string | null } };
    const layerId = layerOfSlot(from?.slotId);
    if (layerId) earlier.set(boxId, [...(earlier.get(boxId) ?? []), { layerId, revision }]);
    changedRevision.set(boxId, revision);
  }
  const counted = ({ box, epc, holderName, offered, answered }: (typeof rows)[number]): CountedBox => {
    const slot = box.currentSlotId ? layout.slotById.get(box.currentSlotId) : undefined;
    return {
      boxId: box.id,
      barcode: box.barcode,
      epc,
      place: box.place,
      layerId: slot?.layerId ?? null,
      locationCode: slot?.locationCode ?? null,
      middleMm: slot ? slot.offsetMm + slot.widthMm / 2 : null,
      thicknessMm: box.thicknessMm,
      history: { roundsOffered: offered, roundsAnswered: answered },
      sinceMs: box.sinceMs,
      holderName,
      earlier: earlier.get(box.id) ?? [],
      changedRevision: changedRevision.get(box.id) ?? null,
    };
  };
  if (!isFull) return rows.map(counted);
  const all: CountedBox[] = [];
  for (let after = ""; ; after = all.at(-1)?.boxId ?? after) {
    const page = await boxesWith(db, sql`${boxes.withdrawnAtMs} IS NULL AND ${boxes.id} > ${after}`)
      .orderBy(boxes.id)
      .limit(boxesAtOnce);
    for (const one of page) all.push(counted(one));
    if (page.length < boxesAtOnce) return all;
  }
}

/** `around`: layers that a delta looks at besides boxes that it heard or that were moved. */
function boxRows(db: Db | Tx, row: StocktakeRow, moved: readonly string[], around: readonly string[]) {
  return boxesWith(
    db,
    sql`${boxes.withdrawnAtMs} IS NULL AND (
      ${boxes.currentSlotId} IN (SELECT s.id FROM slots s WHERE s.layer_id IN (SELECT jsonb_array_elements_text(${JSON.stringify(around)}::jsonb)))
      OR ${tags.epc} IN (SELECT e.epc FROM stocktake_evidence e WHERE e.stocktake_id = ${row.id})
      OR ${boxes.id} IN (SELECT jsonb_array_elements_text(${JSON.stringify(moved)}::jsonb)))`,
  );
}

function boxesWith(db: Db | Tx, condition: SQL) {
  return db
    .select({
      box: boxes,
      epc: tags.epc,
      holderName: people.name,
      offered: sql<number>`coalesce(${tagHistory.roundsOffered}, 0)`,
      answered: sql<number>`coalesce(${tagHistory.roundsAnswered}, 0)`,
    })
    .from(boxes)
    .leftJoin(tags, and(eq(tags.boxId, boxes.id), isNull(tags.unboundAtMs)))
    .leftJoin(tagHistory, eq(tagHistory.epc, tags.epc))
    .leftJoin(people, eq(people.id, boxes.holderId))
    .where(condition);
}
