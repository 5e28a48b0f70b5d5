/**
 * Reads the input of a stocktake's judging from the database in pages: its antennas, their reads, and boxes with their places.
 */
import { and, eq, gt, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { roomChain } from "../../contract/journal.ts";
import type { JournalKind } from "../../contract/kinds/journal-rows.ts";
import type { StocktakeScope, StocktakeSettings } from "../../contract/stocktake.ts";
import type { Layout } from "../../site/layout.ts";
import type { Db } from "../../storage/db.ts";
import { inPages } from "../../storage/in-pages.ts";
import { boxes, tags } from "../../storage/schema/catalogue.ts";
import { chainHeads, journal } from "../../storage/schema/journal.ts";
import { people } from "../../storage/schema/people.ts";
import { stocktakeAntennas, stocktakeEvidence, type stocktakes, tagHistory } from "../../storage/schema/stocktake.ts";
import { newestCalibrations } from "../antenna-calibrations.ts";
import { layersAround } from "../delta/layers-around.ts";
import type { JudgedBox, LayerCoverage } from "./lines-from-beliefs.ts";
import type { StocktakeHead } from "./planning-judge.ts";

export type StocktakeRow = typeof stocktakes.$inferSelect;

export interface StocktakeFacts {
  antennas: (typeof stocktakeAntennas.$inferSelect)[];
  heard: (typeof stocktakeEvidence.$inferSelect)[];
  boxes: JudgedBox[];
}

/** Journal kinds that move a box; those during the stocktake are reconciled with the reads. */
const moveKinds: JournalKind[] = [
  "box.placed",
  "box.taken",
  "box.returned",
  "box.in-transit",
  "relocation.picked",
  "relocation.placed",
];

/** A part of the facts. If a box comes twice, the second counts; `revision`: the journal's revision included so far. */
export interface FactsPage extends Partial<StocktakeFacts> {
  goneBoxIds?: string[];
  revision?: number;
}

export interface FactsReading {
  head: StocktakeHead;
  pages(): AsyncIterable<FactsPage>;
}

/** A page takes some milliseconds of this thread, which answers people and STOP in between. */
const rowsAtOnce = 200;
/** How often boxes that moved while others were read are read again. */
const lookAgainMax = 5;

/** The whole input of the judging as plain values, because the judge may run in another thread. */
export async function readFacts(db: Db, layout: Layout, row: StocktakeRow): Promise<FactsReading> {
  const { barcodes } = row.scope as StocktakeScope;
  const { layerIds } = row.summary as { layerIds: string[] };
  const head: StocktakeHead = {
    stocktakeId: row.id,
    kind: row.kind,
    layerIds,
    barcodes: barcodes ?? null,
    presentMax: (row.settings as StocktakeSettings).presentMax,
    calibrations: await newestCalibrations(db, row.id),
  };
  async function* pages(): AsyncGenerator<FactsPage> {
    for await (const antennas of antennaPages(db, row.id)) yield { antennas };
    for await (const heard of evidencePages(db, row.id)) yield { heard };
    yield* boxPages(db, layout, row, layerIds);
  }
  return { head, pages };
}

function antennaPages(db: Db, stocktakeId: string) {
  const { readerId, antenna } = stocktakeAntennas;
  return inPages(
    rowsAtOnce,
    (row: StocktakeFacts["antennas"][number]) => row,
    (after, limit) =>
      db
        .select()
        .from(stocktakeAntennas)
        .where(
          and(
            eq(stocktakeAntennas.stocktakeId, stocktakeId),
            after ? sql`(${readerId}, ${antenna}) > (${after.readerId}, ${after.antenna}::int)` : undefined,
          ),
        )
        .orderBy(readerId, antenna)
        .limit(limit),
  );
}

function evidencePages(db: Db, stocktakeId: string) {
  const { epc, readerId, antenna } = stocktakeEvidence;
  return inPages(
    rowsAtOnce,
    (row: StocktakeFacts["heard"][number]) => row,
    (after, limit) =>
      db
        .select()
        .from(stocktakeEvidence)
        .where(
          and(
            eq(stocktakeEvidence.stocktakeId, stocktakeId),
            after
              ? sql`(${epc}, ${readerId}, ${antenna}) > (${after.epc}, ${after.readerId}, ${after.antenna}::int)`
              : undefined,
          ),
        )
        .orderBy(epc, readerId, antenna)
        .limit(limit),
  );
}

/** For every layer of the scope: its healthy rounds, or why it was not covered. */
export function coverageOf(
  layout: Layout,
  layerIds: ReadonlySet<string>,
  facts: Pick<StocktakeFacts, "antennas" | "heard">,
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

/** Moves since the stocktake began, by box: the layers it left, and the newest revision. */
type Moves = Map<string, { earlier: JudgedBox["earlier"]; revision: number }>;

/**
 * Boxes with their place, history and places they left meanwhile: all that can influence the verdicts. A delta must end before
 * its aisle opens again, and no stocktake should read a hall because of one shelf.
 */
async function* boxPages(
  db: Db,
  layout: Layout,
  row: StocktakeRow,
  layerIds: readonly string[],
): AsyncGenerator<FactsPage> {
  const moves: Moves = new Map();
  let revision = await noteMoves(db, layout, row, row.startRevision, moves);
  const counted = (rows: readonly BoxRow[]) => rows.map((one) => countedBox(layout, one, moves.get(one.box.id)));
  const around = layersAround(layout, layerIds, []);
  const known = new Set(around);
  const further = new Set<string>();
  for await (const rows of boxRows(db, sayOf(layout, row, around, [...moves.keys()]))) {
    for (const { box } of rows) {
      const layerId = box.currentSlotId ? layout.slotById.get(box.currentSlotId)?.layerId : undefined;
      if (layerId !== undefined && !known.has(layerId)) further.add(layerId);
    }
    yield { boxes: counted(rows) };
  }
  // Boxes from further away were read or moved: their neighbours can influence the verdicts as well.
  const more = further.size > 0 ? layersAround(layout, [], [...further]).filter((id) => !known.has(id)) : [];
  if (more.length > 0) for await (const rows of boxRows(db, inLayers(more))) yield { boxes: counted(rows) };

  for (let look = 0; look < lookAgainMax; look++) {
    const since: Moves = new Map();
    const newest = await noteMoves(db, layout, row, revision, since);
    if (since.size === 0) break;
    revision = newest;
    for (const [boxId, { earlier, revision: at }] of since)
      moves.set(boxId, { earlier: [...(moves.get(boxId)?.earlier ?? []), ...earlier], revision: at });
    const gone = new Set(since.keys());
    for await (const rows of boxRows(db, withIds([...gone]))) {
      for (const { box } of rows) gone.delete(box.id);
      yield { boxes: counted(rows) };
    }
    yield { goneBoxIds: [...gone] };
  }
  yield { revision };
}

/** Adds the moves after a revision of the room's journal; returns the revision up to which it has read. */
async function noteMoves(
  db: Db,
  layout: Layout,
  row: StocktakeRow,
  afterRevision: number,
  moves: Moves,
): Promise<number> {
  const chain = roomChain(row.roomId);
  const [head] = await db.select().from(chainHeads).where(eq(chainHeads.chain, chain));
  const pages = inPages(
    rowsAtOnce,
    (change: { revision: number }) => change.revision,
    (after, limit) =>
      db
        .select({ revision: journal.revision, body: journal.body })
        .from(journal)
        .where(
          and(
            eq(journal.chain, chain),
            gt(journal.revision, after ?? afterRevision),
            sql`${journal.revision} <= ${head?.revision ?? 0}`,
            inArray(journal.kind, moveKinds),
          ),
        )
        .orderBy(journal.revision)
        .limit(limit),
  );
  for await (const changes of pages)
    for (const { revision, body } of changes as { revision: number; body: unknown }[]) {
      const { boxId, from } = body as { boxId: string; from?: { slotId: string | null } };
      const layerId = from?.slotId ? layout.slotById.get(from.slotId)?.layerId : undefined;
      const earlier = moves.get(boxId)?.earlier ?? [];
      moves.set(boxId, { earlier: layerId ? [...earlier, { layerId, revision }] : earlier, revision });
    }
  return head?.revision ?? 0;
}

const inList = (values: readonly string[]): SQL =>
  sql`(SELECT jsonb_array_elements_text(${JSON.stringify(values)}::jsonb))`;
const inLayers = (layerIds: readonly string[]): SQL =>
  sql`${boxes.currentSlotId} IN (SELECT s.id FROM slots s WHERE s.layer_id IN ${inList(layerIds)})`;
const withIds = (boxIds: readonly string[]): SQL => sql`${boxes.id} IN ${inList(boxIds)}`;

/** Selects the boxes that can influence the verdicts: those around the scope, read, moved or asked for. Undefined: all. */
function sayOf(
  layout: Layout,
  row: StocktakeRow,
  around: readonly string[],
  movedIds: readonly string[],
): SQL | undefined {
  if (around.length >= layout.layerById.size) return undefined;
  const { barcodes } = row.scope as StocktakeScope;
  return sql`(${inLayers(around)}
    OR ${tags.epc} IN (SELECT e.epc FROM stocktake_evidence e WHERE e.stocktake_id = ${row.id})
    OR ${withIds(movedIds)}
    ${barcodes ? sql`OR ${boxes.barcode} IN ${inList(barcodes)}` : sql``})`;
}

type BoxRow = {
  box: typeof boxes.$inferSelect;
  epc: string | null;
  holderName: string | null;
  offered: number;
  answered: number;
};

function boxRows(db: Db, which: SQL | undefined): AsyncGenerator<BoxRow[]> {
  return inPages(
    rowsAtOnce,
    ({ box }: BoxRow) => box.id,
    (after, limit) =>
      db
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
        .where(and(isNull(boxes.withdrawnAtMs), after === null ? undefined : gt(boxes.id, after), which))
        .orderBy(boxes.id)
        .limit(limit),
  );
}

function countedBox(
  layout: Layout,
  { box, epc, holderName, offered, answered }: BoxRow,
  moved: { earlier: JudgedBox["earlier"]; revision: number } | undefined,
): JudgedBox {
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
    earlier: moved?.earlier ?? [],
    changedRevision: moved?.revision ?? null,
  };
}
