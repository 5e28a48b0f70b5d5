import { and, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import { type Actor, type JournalKind, roomChain } from "../contract/journal.ts";
import { type StocktakeScope, type StocktakeSettings, stocktakeClasses } from "../contract/stocktake.ts";
import type { House } from "../house.ts";
import { change } from "../journal/change.ts";
import type { Layout } from "../site/layout.ts";
import { formatLayerCode } from "../site/location-code.ts";
import type { Tx } from "../storage/db.ts";
import { boxes, tags } from "../storage/schema/catalogue.ts";
import { chainHeads, journal } from "../storage/schema/journal.ts";
import { people } from "../storage/schema/people.ts";
import { stocktakeAntennas, stocktakeEvidence, stocktakeLines, stocktakes } from "../storage/schema/stocktake.ts";
import { explain } from "./explain.ts";
import { type CountedBox, type Heard, type JudgedLine, judgeCount, type LayerCoverage } from "./judge-count.ts";

type StocktakeRow = typeof stocktakes.$inferSelect;

/** Kinds of journal rows that move a box; those of the count's time are reconciled with what was heard. */
const moves: JournalKind[] = [
  "box.placed",
  "box.taken",
  "box.returned",
  "box.in-transit",
  "relocation.picked",
  "relocation.placed",
];

/** Judges a count whose antennas are all read, and keeps the result by value: lines and summary never change afterwards. */
export async function finishStocktake(house: House, actor: Actor, id: string): Promise<void> {
  await change(house, async (tx, recorder) => {
    const [row] = await tx.select().from(stocktakes).where(eq(stocktakes.id, id)).for("update");
    if (row?.state !== "running") return;
    const scope = row.scope as StocktakeScope;
    const layerIds = new Set((row.summary as { layerIds: string[] }).layerIds);
    const coverage = await coverageOf(tx, house.layout, row, layerIds);
    const heardByEpc = await heardTags(tx, row, coverage);
    const all = await countedBoxes(tx, house.layout, row);
    const listed = scope.barcodes ? new Set(scope.barcodes) : null;
    const inScope = all.filter((box) => isInScope(box, layerIds, listed));
    const inScopeEpcs = new Set(inScope.flatMap((box) => box.epc ?? []));
    const outsideByEpc = new Map(
      all.flatMap((box) => (box.epc && !inScopeEpcs.has(box.epc) ? [[box.epc, box] as const] : [])),
    );
    // A list asks for its own boxes only: other tags that were heard are no finding.
    const heard = listed ? new Map([...heardByEpc].filter(([epc]) => inScopeEpcs.has(epc))) : heardByEpc;
    const settings = row.settings as StocktakeSettings;
    const lines = judgeCount({
      boxes: inScope,
      coverage,
      heardByEpc: heard,
      outsideByEpc,
      roundsMin: settings.roundsMin,
    });
    await storeLines(tx, house.layout, id, lines);
    const summary = summaryOf(lines, coverage);
    const [head] = await tx
      .select()
      .from(chainHeads)
      .where(eq(chainHeads.chain, roomChain(row.roomId)));
    await tx
      .update(stocktakes)
      .set({
        state: "done",
        endedAtMs: recorder.atMs,
        endRevision: head?.revision ?? 0,
        summary: { ...summary, layerIds: [...layerIds] },
      })
      .where(eq(stocktakes.id, id));
    recorder.note({
      chain: roomChain(row.roomId),
      actor,
      kind: "stocktake.ended",
      subject: `stocktake:${id}`,
      body: { stocktakeId: id, state: "done", ...summary },
    });
  });
}

async function coverageOf(
  tx: Tx,
  layout: Layout,
  row: StocktakeRow,
  layerIds: ReadonlySet<string>,
): Promise<Map<string, LayerCoverage>> {
  const antennas = await tx.select().from(stocktakeAntennas).where(eq(stocktakeAntennas.stocktakeId, row.id));
  const readAt = await tx
    .select({
      readerId: stocktakeEvidence.readerId,
      antenna: stocktakeEvidence.antenna,
      atMs: sql<string>`max(${stocktakeEvidence.lastAtMs})`,
    })
    .from(stocktakeEvidence)
    .where(eq(stocktakeEvidence.stocktakeId, row.id))
    .groupBy(stocktakeEvidence.readerId, stocktakeEvidence.antenna);
  const readAtMs = new Map(readAt.map((one) => [`${one.readerId}:${one.antenna}`, Number(one.atMs)]));
  const { roundsMin } = row.settings as StocktakeSettings;
  const coverage = new Map<string, LayerCoverage>();
  for (const layerId of layerIds) {
    const why = layout.layerById.get(layerId)?.noAntennaWhy ?? "no-antenna";
    coverage.set(layerId, { layerId, roundsHealthy: 0, why, readAtMs: null });
  }
  for (const one of antennas) {
    const why = one.roundsHealthy >= roundsMin ? null : (one.fault ?? "too-few-rounds");
    coverage.set(one.layerId, {
      layerId: one.layerId,
      roundsHealthy: one.roundsHealthy,
      why,
      readAtMs: readAtMs.get(`${one.readerId}:${one.antenna}`) ?? null,
    });
  }
  return coverage;
}

async function heardTags(
  tx: Tx,
  row: StocktakeRow,
  coverage: ReadonlyMap<string, LayerCoverage>,
): Promise<Map<string, Heard[]>> {
  const rows = await tx
    .select({ evidence: stocktakeEvidence, layerId: stocktakeAntennas.layerId })
    .from(stocktakeEvidence)
    .innerJoin(
      stocktakeAntennas,
      and(
        eq(stocktakeAntennas.stocktakeId, stocktakeEvidence.stocktakeId),
        eq(stocktakeAntennas.readerId, stocktakeEvidence.readerId),
        eq(stocktakeAntennas.antenna, stocktakeEvidence.antenna),
      ),
    )
    .where(eq(stocktakeEvidence.stocktakeId, row.id));
  const byEpc = new Map<string, Heard[]>();
  for (const { evidence, layerId } of rows) {
    const heard = byEpc.get(evidence.epc) ?? [];
    heard.push({
      readerId: evidence.readerId,
      antenna: evidence.antenna,
      layerId,
      roundsAnswered: evidence.roundsAnswered,
      roundsHealthy: coverage.get(layerId)?.roundsHealthy ?? 0,
      strongestDbm: evidence.strongestDbm,
      lastAtMs: evidence.lastAtMs,
    });
    byEpc.set(evidence.epc, heard);
  }
  return byEpc;
}

/** Every box with its place now and the places it left since the count began. */
async function countedBoxes(tx: Tx, layout: Layout, row: StocktakeRow): Promise<CountedBox[]> {
  const rows = await tx
    .select({ box: boxes, epc: tags.epc, holderName: people.name })
    .from(boxes)
    .leftJoin(tags, and(eq(tags.boxId, boxes.id), isNull(tags.unboundAtMs)))
    .leftJoin(people, eq(people.id, boxes.holderId))
    .where(isNull(boxes.withdrawnAtMs));
  const changes = await tx
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
  const earlier = new Map<string, { layerId: string; revision: number }[]>();
  const changedRevision = new Map<string, number>();
  const layerOfSlot = (slotId: string | null | undefined) =>
    slotId ? (layout.slotById.get(slotId)?.layerId ?? null) : null;
  for (const { revision, body } of changes) {
    const { boxId, from } = body as { boxId: string; from?: { slotId: string | null } };
    const layerId = layerOfSlot(from?.slotId);
    if (layerId) earlier.set(boxId, [...(earlier.get(boxId) ?? []), { layerId, revision }]);
    changedRevision.set(boxId, revision);
  }
  return rows.map(({ box, epc, holderName }) => ({
    boxId: box.id,
    barcode: box.barcode,
    epc,
    place: box.place,
    layerId: layerOfSlot(box.currentSlotId),
    locationCode: box.currentSlotId ? (layout.slotById.get(box.currentSlotId)?.locationCode ?? null) : null,
    sinceMs: box.sinceMs,
    holderName,
    earlier: earlier.get(box.id) ?? [],
    changedRevision: changedRevision.get(box.id) ?? null,
  }));
}

/** A lent box belongs to the count of the layer it left during the count; one lent before, to counts of its home's room only by list. */
function isInScope(box: CountedBox, layerIds: ReadonlySet<string>, listed: ReadonlySet<string> | null): boolean {
  if (listed) return listed.has(box.barcode);
  if (box.layerId) return layerIds.has(box.layerId);
  return box.earlier.some((one) => layerIds.has(one.layerId));
}

async function storeLines(tx: Tx, layout: Layout, stocktakeId: string, lines: readonly JudgedLine[]): Promise<void> {
  const order = new Map(
    ["missing", "misplaced", "unexpected", "notCovered", "onLoan", "found"].map((name, i) => [name, i]),
  );
  const sorted = [...lines].sort(
    (a, b) =>
      (order.get(a.class) ?? 9) - (order.get(b.class) ?? 9) ||
      (a.box?.locationCode ?? "").localeCompare(b.box?.locationCode ?? ""),
  );
  for (let from = 0; from < sorted.length; from += 1000) {
    await tx.insert(stocktakeLines).values(
      sorted.slice(from, from + 1000).map((line, i) => {
        const seen = line.seenLayerId ? layout.layerById.get(line.seenLayerId) : undefined;
        const seenCode = seen ? formatLayerCode(layout.site, { ...seen, room: seen.roomId, area: seen.areaId }) : null;
        const { code, ...detail } = line.explanation;
        return {
          stocktakeId,
          no: from + i + 1,
          class: line.class,
          certainty: line.certainty,
          boxId: line.box?.boxId ?? null,
          barcode: line.box?.barcode ?? null,
          epc: line.epc,
          expectedCode: line.box?.locationCode ?? null,
          expectedLayerId: line.box?.layerId ?? null,
          seenLayerId: line.seenLayerId,
          seenCode,
          explanation: { ...line.explanation, ...explain(code, { ...detail, seen: seenCode }) },
          evidence: line.evidence.slice(0, 12),
        };
      }),
    );
  }
}

/** What was covered comes first: "complete, 0 of 412 layers read" must be visible as such. */
function summaryOf(
  lines: readonly JudgedLine[],
  coverage: ReadonlyMap<string, LayerCoverage>,
): Record<string, unknown> {
  const classes = Object.fromEntries(
    stocktakeClasses.map((name) => [name, lines.filter((line) => line.class === name).length]),
  );
  const suspected = lines.filter((line) => line.certainty === "suspected").length;
  const uncovered = [...coverage.values()].filter((one) => one.why !== null);
  return {
    ...classes,
    suspected,
    layersTotal: coverage.size,
    layersCovered: coverage.size - uncovered.length,
    notCoveredLayers: uncovered.map((one) => ({ layerId: one.layerId, why: one.why })).slice(0, 500),
  };
}
