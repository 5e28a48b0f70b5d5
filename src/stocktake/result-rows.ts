/** Turns judged lines into the rows and the summary that are stored for a stocktake. Pure. */
import { stocktakeClasses } from "../contract/kinds/stocktake-lines.ts";
import type { Verdict } from "../sensing/verdict.ts";
import type { Layout } from "../site/layout.ts";
import { formatLayerCode } from "../site/location-code.ts";
import type { stocktakeLines } from "../storage/schema/stocktake.ts";
import { explain } from "./explain.ts";
import type { JudgedLine, LayerCoverage } from "./judging/lines-from-beliefs.ts";
import type { StocktakeInput } from "./judging/planning-judge.ts";

export type ResultRow = typeof stocktakeLines.$inferSelect;

const classRank = new Map(stocktakeClasses.map((name, i) => [name, i]));
/** One collator for all comparisons: localeCompare makes one at each call. */
const { compare } = new Intl.Collator();

export function inOrder(lines: readonly JudgedLine[]): JudgedLine[] {
  return [...lines].sort(
    (a, b) =>
      (classRank.get(a.class) ?? 9) - (classRank.get(b.class) ?? 9) ||
      compare(a.box?.locationCode ?? "", b.box?.locationCode ?? ""),
  );
}

/** Rows of ordered lines, from number `from` on. */
export function resultRows(
  layout: Layout,
  stocktakeId: string,
  lines: readonly JudgedLine[],
  from: number,
  rowsMax: number,
): ResultRow[] {
  return lines.slice(from, from + rowsMax).map((line, i) => {
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
  });
}

function codeOf(layout: Layout, layerId: string | null): string | null {
  const layer = layerId === null ? undefined : layout.layerById.get(layerId);
  return layer ? formatLayerCode(layout.site, { ...layer, room: layer.roomId, area: layer.areaId }) : null;
}

/** The evidence that is stored with a line. */
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

/**
 * Coverage comes first, so that "complete, 0 of 412 layers read" is visible as such; then who did it, and how certain silence is.
 */
export function summaryOf(
  { facts, presentMax }: StocktakeInput,
  lines: readonly JudgedLine[],
  coverage: ReadonlyMap<string, LayerCoverage>,
  calibrations: Record<string, number>,
): Record<string, unknown> {
  const classes = Object.fromEntries(
    stocktakeClasses.map((name) => [name, lines.filter((line) => line.class === name).length]),
  );
  const suspected = lines.filter((line) => line.certainty === "suspected").length;
  const unreadable = lines.filter((line) => line.proposals.includes("replaceTag")).length;
  const uncovered = [...coverage.values()].filter((one) => one.why !== null);
  const read = facts.antennas.filter((one) => one.roundsHealthy > 0);
  return {
    ...classes,
    suspected,
    unreadable,
    layersTotal: coverage.size,
    layersCovered: coverage.size - uncovered.length,
    notCoveredLayers: uncovered.map((one) => ({ layerId: one.layerId, why: one.why })).slice(0, 500),
    presentMax,
    readers: [...new Set(read.map((one) => one.readerId))].sort(),
    rounds: read.reduce((sum, one) => sum + one.roundsHealthy, 0),
    // Counted once: in a hall the database needs a third of a second for it, for each stocktake of a list.
    tagsHeard: new Set(facts.heard.map(({ epc }) => epc)).size,
    calibrations,
  };
}
