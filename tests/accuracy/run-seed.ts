/** One seed: calibration sessions, then the scored session by every method. Nothing of the scored session reaches the calibration. */
import { calibrate } from "../../src/sensing/calibrate.ts";
import { type Calibration, defaultCalibration } from "../../src/sensing/calibration.ts";
import { type Evidence, gatherEvidence, noEvidence } from "../../src/sensing/evidence.ts";
import { type Belief, type JudgedArea, judge, type KnownBox } from "../../src/sensing/judge.ts";
import type { KnownSession } from "../../src/sensing/learned-pairs.ts";
import { planReading, type ReadingPlan, type ReadingReach } from "../../src/sensing/plan-reading.ts";
import { addToHistory, noHistory, type TagHistory } from "../../src/sensing/read-chance.ts";
import { senseArea } from "../../src/sensing/sensed-area.ts";
import type { Layer } from "../../src/site/layout.ts";
import { type HeardAfter, type HeardStep, heardAfter, readableHeard } from "./heard-after.ts";
import {
  area,
  newRoomDay,
  type RoomDay,
  type RoomShape,
  type RoundHeard,
  rowsOf,
  usualShape,
  type VisitRows,
} from "./room-day.ts";
import { checkStated, saidBy, saidNaively, score } from "./score.ts";
import { emptyReliability, type Reliability, type Tally } from "./tally.ts";

export interface SeedOptions {
  metalDb: number;
  visitSdDb?: number;
  shape?: RoomShape;
  /** Fixed passes that are scored. */
  passes: readonly number[];
  isCalibrated?: boolean;
  /** False: the first stocktake of all, no tag was ever heard before. */
  hasHistory?: boolean;
  /** Antennas that are dead, and a reader that is away in part of the session. */
  faults?: boolean;
}

export interface SeedResult {
  /** By method: "strongest/2", "last/2", "ours/2", "active". */
  tallies: Map<string, Tally>;
  layer: Reliability;
  absence: Reliability;
  judgeMs: number;
  /** By active reading. */
  heardAfter: HeardAfter;
}

const sensed = senseArea(area);
const layers = area.layers.filter((layer) => layer.antenna);
const layerByKey = new Map(sensed.antennas.map(({ key, layer }) => [key, area.layers[layer]!]));
const sessionsBefore = 2;
const roundsBefore = 4;
/** Orders of the plan that one count may carry out: a plan that never ends must not hang the run. */
const stepsMax = 60;

/** The scored session of a seed before anything is read, and what the judge is asked. */
export function preparedDay(seed: number, options: SeedOptions): { day: RoomDay; question: JudgedArea } {
  const { metalDb } = options;
  const rules = { layerMetalDb: metalDb, ...(options.visitSdDb === undefined ? {} : { visitSdDb: options.visitSdDb }) };
  const day = newRoomDay(`accuracy/${seed}/${metalDb}`, rules, options.shape ?? usualShape);
  const { calibration, histories } = learn(day, options.isCalibrated ?? true);
  day.disturb();
  day.putAllBack();
  const boxes = [...day.homes].map(([epc, { slot, thicknessMm }]): KnownBox => {
    const middleMm = slot.offsetMm + slot.widthMm / 2;
    const history = (options.hasHistory ?? true) ? histories.get(epc) : undefined;
    return { epc, layerId: slot.layerId, middleMm, thicknessMm, history: history ?? noHistory };
  });
  return { day, question: { area: sensed, calibration, boxes } };
}

export function runSeed(seed: number, options: SeedOptions): SeedResult {
  const { day, question } = preparedDay(seed, options);
  const faultOf = options.faults ? faultsOf(seed) : () => null;
  const [layer, absence] = [emptyReliability(), emptyReliability()];
  const result: SeedResult = { tallies: new Map(), layer, absence, judgeMs: 0, heardAfter: [] };

  const heard: RoundHeard[] = [];
  let evidence = noEvidence;
  const last = Math.max(...options.passes);
  for (let pass = 1; pass <= last; pass++) {
    const rows: VisitRows[] = [];
    for (const layer of layers) {
      const round = day.round(layer);
      const fault = faultOf(layer, pass);
      rows.push(rowsOf(round, fault));
      if (fault === null) heard.push(round);
    }
    evidence = gathered(rows, evidence);
    if (!options.passes.includes(pass)) continue;
    const startMs = performance.now();
    const belief = judge(question, evidence);
    result.judgeMs = Math.max(result.judgeMs, performance.now() - startMs);
    const rounds = pass * layers.length;
    result.tallies.set(`ours/${pass}`, score(day, saidBy(belief), rounds));
    for (const rule of ["strongest", "last"] as const)
      result.tallies.set(`${rule}/${pass}`, score(day, saidNaively(rule, heard), rounds));
    checkStated(day, belief, result.layer, result.absence);
  }
  const active = readActively(day, question, faultOf);
  checkStated(day, active.belief, result.layer, result.absence);
  result.tallies.set("active", score(day, saidBy(active.belief), active.rounds));
  result.heardAfter = heardAfter(active.steps);
  return result;
}

function gathered(rows: readonly VisitRows[], before: Evidence = noEvidence): Evidence {
  const all = { antennas: rows.flatMap((row) => row.antennas), heard: rows.flatMap((row) => row.heard) };
  return gatherEvidence(all, before);
}

/** Sessions before the scored one, every box put back anew: a calibration, and what each tag did at its own antenna. */
function learn(day: RoomDay, isCalibrated: boolean): { calibration: Calibration; histories: Map<string, TagHistory> } {
  const sessions: KnownSession[] = [];
  const histories = new Map<string, TagHistory>();
  const boxes = [...day.homes].map(([epc, { slot, thicknessMm }]): KnownBox => {
    return { epc, layerId: slot.layerId, middleMm: slot.offsetMm + slot.widthMm / 2, thicknessMm };
  });
  for (let session = 0; session < sessionsBefore; session++) {
    day.putAllBack();
    const rows = Array.from({ length: roundsBefore }, () => layers.map((layer) => rowsOf(day.round(layer)))).flat();
    const evidence = gathered(rows);
    sessions.push({ evidence, boxes });
    for (const { epc, layerId } of boxes) {
      const own = sensed.layerAntennas[sensed.layerIndex.get(layerId!)!]![0];
      if (!own?.isOwn) continue;
      const { key } = sensed.antennas[own.antenna]!;
      const answered = evidence.heardByEpc.get(epc)?.find((one) => one.key === key)?.roundsAnswered ?? 0;
      histories.set(epc, addToHistory(histories.get(epc) ?? noHistory, roundsBefore, answered));
    }
  }
  return { calibration: isCalibrated ? calibrate(sensed, sessions) : defaultCalibration, histories };
}

/** Reads as the plan says until it says stop. */
export function readActively(
  day: RoomDay,
  question: JudgedArea,
  faultOf: (layer: Layer, pass: number) => string | null,
  onLook?: (plan: ReadingPlan) => void,
): { belief: Belief; rounds: number; steps: HeardStep[] } {
  const unhealthy = new Set<string>();
  const reach: ReadingReach = {
    isReadable: (key) => !unhealthy.has(key),
    pairOf: (readerId) => readerId,
    roundMs: () => 60,
  };
  let belief = judge(question, noEvidence);
  let rounds = 0;
  const steps: HeardStep[] = [];
  for (let step = 1; step <= stepsMax; step++) {
    const plan = planReading(belief, reach);
    onLook?.(plan);
    if (plan.isDone) break;
    const rows: VisitRows[] = [];
    for (const order of plan.orders) {
      const key = `${order.readerId}:${order.antenna}`;
      const layer = layerByKey.get(key)!;
      for (let i = 0; i < order.rounds; i++) {
        const fault = faultOf(layer, step);
        rows.push(rowsOf(day.round(layer), fault));
        rounds++;
        if (fault === "antenna-missing") unhealthy.add(key);
      }
    }
    belief = judge(question, gathered(rows, belief.evidence), belief);
    const { heardByEpc } = belief.evidence;
    steps.push({ rounds, heard: readableHeard(day, (epc) => heardByEpc.has(epc)) });
  }
  return { belief, rounds, steps };
}

/** One antenna dead all the time; one reader restarts and misses the second pass. */
function faultsOf(seed: number): (layer: Layer, pass: number) => string | null {
  const dead = layers[(seed * 37) % layers.length]!;
  const restarting = layers[(seed * 53 + 11) % layers.length]!.antenna!.readerId;
  return (layer, pass) => {
    if (layer.id === dead.id) return "antenna-missing";
    return layer.antenna!.readerId === restarting && pass === 2 ? "timeout" : null;
  };
}
