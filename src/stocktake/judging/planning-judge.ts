/** Answers two questions about a stocktake: what to read next, and what the result is. Pure; kept beliefs only save work. */

import type { Calibration } from "../../sensing/calibration.ts";
import type { Belief } from "../../sensing/judge.ts";
import { planReading, type ReadingReach } from "../../sensing/plan-reading.ts";
import type { Verdict } from "../../sensing/verdict.ts";
import type { Layout } from "../../site/layout.ts";
import { deltaPrior } from "../delta/delta-prior.ts";
import { type Beliefs, judgeEachArea } from "./judge-areas.ts";
import { type JudgedBox, type JudgedLine, linesFromBeliefs } from "./lines-from-beliefs.ts";
import { coverageOf, type StocktakeFacts } from "./read-facts.ts";

/** Plain values, because the judge may run in another thread. */
export interface StocktakeHead {
  stocktakeId: string;
  kind: "full" | "delta";
  layerIds: string[];
  /** For a list or sample: only these boxes are judged. */
  barcodes: string[] | null;
  presentMax: number;
  calibrations: Map<string, Calibration>;
}

export interface StocktakeInput extends StocktakeHead {
  facts: StocktakeFacts;
}

export interface ReadingPlan {
  /** Empty: the error bound is reached, or further reading cannot help. */
  orders: { readerId: string; antenna: number; rounds: number }[];
  /** Expected reading time left, these orders included; and the expected number of further looks. */
  remainingMs: number;
  remainingLooks: number;
}

export interface PlanningJudge {
  /** `roundMs`: measured duration of each reader's round. */
  plan(input: StocktakeInput, roundMs: ReadonlyMap<string, number>): ReadingPlan;
  /** The lines, and the version of the calibration with which each area was judged. */
  lines(input: StocktakeInput): { lines: JudgedLine[]; calibrations: Record<string, number> };
  /** The stocktake is over: its beliefs are dropped. */
  forget(stocktakeId: string): void;
}

const roundMsDefault = 80;
/** Stocktakes whose beliefs are kept: one of a room and a few deltas run side by side. */
const keptMax = 3;
/** Nothing is kept of a larger stocktake: a hall's beliefs of two looks take half a gigabyte, judging anew only seconds. */
const boxesKeptMax = 30_000;

export function planningJudge(layout: Layout): PlanningJudge {
  /** Beliefs of the stocktakes asked about last, by id, newest last; with more of them at once, more is judged anew. */
  const kept = new Map<string, Beliefs>();
  const busOf = new Map(layout.site.devices.map((device) => [device.id, device.bus]));

  function* judged(input: StocktakeInput): Generator<[string, Belief]> {
    const before = kept.get(input.stocktakeId);
    const beliefs = new Map<string, Belief>();
    const asked = {
      ...input,
      ...(input.kind === "delta" ? { prior: deltaPrior } : {}),
      ...(before ? { before } : {}),
    };
    for (const [key, belief] of judgeEachArea(layout, new Set(input.layerIds), input.facts, asked)) {
      if (input.facts.boxes.length <= boxesKeptMax) beliefs.set(key, belief);
      yield [key, belief];
    }
    kept.delete(input.stocktakeId);
    if (beliefs.size > 0) kept.set(input.stocktakeId, beliefs);
    if (kept.size > keptMax) kept.delete([...kept.keys()][0] ?? "");
  }

  return {
    plan(input, roundMs) {
      const readable = new Set(
        input.facts.antennas.flatMap(({ readerId, antenna, fault }) =>
          fault === null ? [`${readerId}:${antenna}`] : [],
        ),
      );
      const reach: ReadingReach = {
        isReadable: (key) => readable.has(key),
        pairOf: (readerId) => busOf.get(readerId) ?? readerId,
        roundMs: (key) => roundMs.get(key.slice(0, key.lastIndexOf(":"))) ?? roundMsDefault,
      };
      const asked = epcsAsked(input);
      const plans: ReturnType<typeof planReading>[] = [];
      for (const [, belief] of judged(input)) plans.push(planReading(within(belief, asked), reach));
      return {
        orders: plans.flatMap((plan) =>
          plan.orders.map(({ readerId, antenna, rounds }) => ({ readerId, antenna, rounds })),
        ),
        remainingMs: Math.max(0, ...plans.map(({ remaining }) => remaining.expectedMs)),
        remainingLooks: Math.max(0, ...plans.map(({ remaining }) => remaining.expectedLooks)),
      };
    },
    lines(input) {
      const layerIds = new Set(input.layerIds);
      const { boxes } = input.facts;
      const listed = input.barcodes ? new Set(input.barcodes) : null;
      const inScope = boxes.filter((box) => isInScope(box, layerIds, listed));
      const asked = new Set(inScope.flatMap((box) => box.epc ?? []));
      // A list asks for its own boxes only: other tags that were read are no finding.
      const only = listed ? asked : null;
      const verdictsByEpc = new Map<string, Verdict[]>();
      const calibrations: Record<string, number> = {};
      for (const [key, { question, verdicts }] of judged(input)) {
        calibrations[key] = question.calibration.version;
        for (const [epc, verdict] of verdicts)
          if (!only || only.has(epc)) verdictsByEpc.set(epc, [...(verdictsByEpc.get(epc) ?? []), verdict]);
      }
      const outside = boxes.flatMap((box) => (box.epc && !asked.has(box.epc) ? [[box.epc, box] as const] : []));
      const lines = linesFromBeliefs({
        boxes: inScope,
        coverage: coverageOf(layout, layerIds, input.facts),
        verdictsByEpc,
        outsideByEpc: new Map(outside),
        lastHeardAtMs: lastHeardOf(layout, input.facts),
      });
      return { lines, calibrations };
    },
    forget: (stocktakeId) => void kept.delete(stocktakeId),
  };
}

/** Only boxes of the list keep a stocktake going. */
function within(belief: Belief, asked: ReadonlySet<string>): Belief {
  return { ...belief, verdicts: new Map([...belief.verdicts].filter(([epc]) => asked.has(epc))) };
}

function epcsAsked({ facts, layerIds, barcodes }: StocktakeInput): Set<string> {
  const layers = new Set(layerIds);
  const listed = barcodes ? new Set(barcodes) : null;
  return new Set(facts.boxes.flatMap((box) => (box.epc && isInScope(box, layers, listed) ? [box.epc] : [])));
}

function lastHeardOf(layout: Layout, { heard }: StocktakeFacts): (epc: string, layerId: string) => number {
  const byKey = new Map<string, number>();
  for (const { epc, readerId, antenna, lastAtMs } of heard) {
    const layer = layout.layerByAntenna.get(`${readerId}:${antenna}`);
    if (layer) byKey.set(`${epc}@${layer.id}`, lastAtMs);
  }
  return (epc, layerId) => byKey.get(`${epc}@${layerId}`) ?? 0;
}

/** A box lent during the stocktake belongs to the layer that it left; one lent earlier is in scope only if a list names it. */
function isInScope(box: JudgedBox, layerIds: ReadonlySet<string>, listed: ReadonlySet<string> | null): boolean {
  if (listed) return listed.has(box.barcode);
  if (box.layerId) return layerIds.has(box.layerId);
  return box.earlier.some((one) => layerIds.has(one.layerId));
}
