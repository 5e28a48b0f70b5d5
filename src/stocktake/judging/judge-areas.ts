/**
 * Asks the judge of src/sensing about a stocktake: a belief for each area, kept between looks so that only changes are judged.
 */

import { type Calibration, defaultCalibration } from "../../sensing/calibration.ts";
import { type Evidence, gatherEvidence } from "../../sensing/evidence.ts";
import { type Belief, type JudgedArea, judge, type KnownBox } from "../../sensing/judge.ts";
import type { PlacePrior } from "../../sensing/place-likelihood.ts";
import { type SensedArea, senseArea } from "../../sensing/sensed-area.ts";
import { defaultRules } from "../../sensing/verdict.ts";
import type { Area, Layout } from "../../site/layout.ts";
import type { JudgedBox } from "./lines-from-beliefs.ts";
import type { StocktakeFacts } from "./read-facts.ts";

export type Beliefs = ReadonlyMap<string, Belief>;

export interface JudgeOptions {
  presentMax: number;
  /** By area key; an area without an entry uses the shipped calibration. */
  calibrations: ReadonlyMap<string, Calibration>;
  /** Default: the prior for any box at any time. */
  prior?: PlacePrior;
  /** Beliefs of the look before. */
  before?: Beliefs;
}

const unfolded = new WeakMap<Area, SensedArea>();

/** An area is converted once: beliefs are compared by its identity. */
export function sensedAreaOf(area: Area): SensedArea {
  const known = unfolded.get(area) ?? senseArea(area);
  unfolded.set(area, known);
  return known;
}

/** Beliefs for every area with a layer in the scope, by area key. */
export function judgeAreas(...asked: Parameters<typeof judgeEachArea>): Beliefs {
  return new Map(judgeEachArea(...asked));
}

/** One area after the other: a caller that drops each belief needs a fifth of the memory in a hall of five areas. */
export function* judgeEachArea(
  layout: Layout,
  layerIds: ReadonlySet<string>,
  facts: StocktakeFacts,
  options: JudgeOptions,
): Generator<[string, Belief]> {
  for (const area of layout.areas) {
    if (!area.layers.some((layer) => layerIds.has(layer.id))) continue;
    const key = `${area.roomId}.${area.id}`;
    const before = options.before?.get(key);
    const evidence = gatherEvidence({
      antennas: facts.antennas,
      heard: facts.heard.filter(({ readerId, antenna }) => isOf(area, layout, readerId, antenna)),
    });
    const question: JudgedArea = {
      area: sensedAreaOf(area),
      calibration: sameOr(before?.question.calibration, options.calibrations.get(key) ?? defaultCalibration),
      boxes: knownBoxes(
        facts.boxes.filter((box) => hasSay(area, layout, box, evidence)),
        before,
      ),
      ...(options.prior ? { prior: options.prior } : {}),
      rules: before?.question.rules ?? { ...defaultRules, presentMax: options.presentMax },
    };
    yield [key, judge(question, evidence, before)];
  }
}

/** Boxes that belong to the area or were read there. Otherwise each of five areas would keep all boxes of the hall. */
function hasSay(area: Area, layout: Layout, { epc, layerId }: JudgedBox, { heardByEpc }: Evidence): boolean {
  const layer = layerId === null ? undefined : layout.layerById.get(layerId);
  if (layer?.areaId === area.id && layer.roomId === area.roomId) return true;
  return epc !== null && heardByEpc.has(epc.toUpperCase());
}

/** Calibrations are compared by version here, while the judge compares them by identity. */
function sameOr(before: Calibration | undefined, now: Calibration): Calibration {
  return before?.version === now.version ? before : now;
}

function isOf(area: Area, layout: Layout, readerId: string, antenna: number): boolean {
  const layer = layout.layerByAntenna.get(`${readerId}:${antenna}`);
  return layer?.areaId === area.id && layer.roomId === area.roomId;
}

/** An unchanged box is the same object as in the look before: the judge compares by identity. */
function knownBoxes(boxes: readonly JudgedBox[], before: Belief | undefined): KnownBox[] {
  const known = new Map(before?.question.boxes.map((box) => [box.epc, box]));
  return boxes.flatMap(({ epc, layerId, middleMm, thicknessMm, history }): KnownBox[] => {
    if (!epc) return [];
    const old = known.get(epc);
    const isSame = old?.layerId === layerId && old.middleMm === middleMm && old.thicknessMm === thicknessMm;
    return [old && isSame ? old : { epc, layerId, middleMm, thicknessMm, history }];
  });
}
