import { eq, sql } from "drizzle-orm";
import { type Actor, roomChain } from "../contract/journal.ts";
import { stocktakeClasses } from "../contract/stocktake.ts";
import type { House } from "../house.ts";
import { change } from "../journal/change.ts";
import type { Verdict } from "../sensing/verdict.ts";
import type { Layout } from "../site/layout.ts";
import { formatLayerCode } from "../site/location-code.ts";
import type { Tx } from "../storage/db.ts";
import { chainHeads } from "../storage/schema/journal.ts";
import { stocktakeLines, stocktakes } from "../storage/schema/stocktake.ts";
import { countInput, coverageOf, type StocktakeRow } from "./count-facts.ts";
import type { CountInput, CountJudge } from "./count-judge.ts";
import { keepFindings } from "./delta/keep-findings.ts";
import { explain } from "./explain.ts";
import type { JudgedLine, LayerCoverage } from "./judge-count.ts";

/**
 * Judges a count whose antennas are all read, and keeps the result by value: lines and summary never change afterwards. The
 * facts are of one moment; what happens while they are judged is after the count.
 */
export async function finishStocktake(house: House, judge: CountJudge, actor: Actor, row: StocktakeRow): Promise<void> {
  const { id, roomId } = row;
  const { input, revision } = await house.db.transaction(async (tx) => {
    const [head] = await tx
      .select()
      .from(chainHeads)
      .where(eq(chainHeads.chain, roomChain(roomId)));
    return { input: await countInput(tx, house.layout, row), revision: head?.revision ?? 0 };
  });
  const { lines, profiles } = await judge.lines(input);
  const coverage = coverageOf(house.layout, new Set(input.layerIds), input.facts);
  const summary = { ...summaryOf(lines, coverage), ...boundOf(input, profiles) };
  await change(house, async (tx, recorder) => {
    const [now] = await tx.select().from(stocktakes).where(eq(stocktakes.id, id)).for("update");
    if (now?.state !== "running") return;
    await storeLines(tx, house.layout, id, lines);
    await learnTags(tx, lines);
    const delta = await keepFindings(tx, house, row, coverage, recorder.atMs);
    await tx
      .update(stocktakes)
      .set({
        state: "done",
        endedAtMs: recorder.atMs,
        endRevision: revision,
        summary: { ...summary, ...delta, layerIds: input.layerIds },
      })
      .where(eq(stocktakes.id, id));
    recorder.note({
      chain: roomChain(roomId),
      actor,
      kind: "stocktake.ended",
      subject: `stocktake:${id}`,
      body: { stocktakeId: id, state: "done", kind: row.kind, ...summary, ...delta },
    });
  });
}

/** What tags that stand where they should did at their own antenna: the next count knows them better. */
async function learnTags(tx: Tx, lines: readonly JudgedLine[]): Promise<void> {
  const rows = lines.flatMap((line) => {
    if (line.class !== "found" || line.certainty !== "confirmed") return [];
    const own = line.verdict?.evidence.find((one) => one.layerId === line.box?.layerId);
    return own ? [{ epc: line.epc, offered: own.roundsOffered, answered: own.roundsAnswered }] : [];
  });
  await tx.execute(sql`
    INSERT INTO tag_history (epc, rounds_offered, rounds_answered)
    SELECT r.epc, r.offered, r.answered FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(epc text, offered int, answered int)
    ON CONFLICT (epc) DO UPDATE SET rounds_offered = tag_history.rounds_offered + EXCLUDED.rounds_offered,
      rounds_answered = tag_history.rounds_answered + EXCLUDED.rounds_answered`);
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
        const seenCode = codeOf(layout, line.seenLayerId);
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
          ...shown(layout, line.verdict),
          proposals: line.proposals,
        };
      }),
    );
  }
}

function codeOf(layout: Layout, layerId: string | null): string | null {
  const layer = layerId === null ? undefined : layout.layerById.get(layerId);
  return layer ? formatLayerCode(layout.site, { ...layer, room: layer.roomId, area: layer.areaId }) : null;
}

/** The proof that is kept with a line. */
function shown(layout: Layout, verdict: Verdict | null) {
  if (!verdict) return { probability: null, alternatives: [], evidence: [] };
  return {
    probability: verdict.probability,
    alternatives: verdict.alternatives.map((one) => ({ ...one, code: codeOf(layout, one.layerId) })),
    evidence: verdict.evidence.map(({ roundsOffered, ...one }) => ({
      ...one,
      code: codeOf(layout, one.layerId),
      roundsHealthy: roundsOffered,
    })),
  };
}

/** By whom it was covered, and how sure the silence is. */
function boundOf({ facts, presentMax }: CountInput, profiles: Record<string, number>): Record<string, unknown> {
  const read = facts.antennas.filter((one) => one.roundsHealthy > 0);
  const readers = [...new Set(read.map((one) => one.readerId))].sort();
  return { presentMax, readers, rounds: read.reduce((sum, one) => sum + one.roundsHealthy, 0), profiles };
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
  const unreadable = lines.filter((line) => line.proposals.includes("replaceTag")).length;
  const uncovered = [...coverage.values()].filter((one) => one.why !== null);
  return {
    ...classes,
    suspected,
    unreadable,
    layersTotal: coverage.size,
    layersCovered: coverage.size - uncovered.length,
    notCoveredLayers: uncovered.map((one) => ({ layerId: one.layerId, why: one.why })).slice(0, 500),
  };
}
