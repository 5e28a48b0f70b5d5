/**
 * How well each place explains the reads of a tag. Antennas that read it count by strength (Student, the tag's free offset
 * integrated out) and by how often; antennas that asked and did not read it count as well (METHOD.md, the model).
 */
import { type AntennaChances, antennaChances } from "./antenna-chances.ts";
import type { HeardTable } from "./calibration.ts";
import type { Evidence, HeardEvidence } from "./evidence.ts";
import { OwnAnswers, type ReadChance } from "./read-chance.ts";
import { farRelation, type SensedArea, thirds } from "./sensed-area.ts";
import { logSum, Strength } from "./strength.ts";

/** Prior probabilities of a box's place. */
export interface PlacePrior {
  home: number;
  /** Shared by the layers above, below and beside it. */
  neighbours: number;
  /** Shared by all other layers. */
  rest: number;
  /** Share of all boxes that should stand in the area and are gone from it. */
  gone: number;
  /** Probability that a box at home stands in its slot's third of the layer. */
  ownThird: number;
}

export const defaultPrior: PlacePrior = { home: 0.97, neighbours: 0.02, rest: 0.01, gone: 0.005, ownThird: 0.9 };

/** Not in any layer of the area. */
export const goneLayer = -1;

export interface Candidate {
  /** Layer index or `goneLayer`. */
  layer: number;
  /** log of prior × likelihood, up to a constant of the tag. */
  log: number;
}

export interface TagQuestion {
  /** The layer where it should stand; null for a tag without a box, or of another area. */
  homeLayer: number | null;
  homeThird: number | null;
  chance: ReadChance;
  heard: readonly HeardEvidence[];
}

/** Places less likely than this, compared with the best, are dropped (nats): 6e-6. */
const farBehind = 12;
/** No calibration claims a smaller spread of strengths than this; see calibrate.ts. */
const sdLeastDb = 2;

export interface PlaceLikelihood {
  /** Healthy rounds of a layer's own antenna; 0 = not covered. */
  ownRounds(layer: number): number;
  /** Weighs the layers whose antenna read it, those around the loudest one, home and its neighbours; returns the candidates. */
  score(question: TagQuestion): Scored;
}

export interface Scored {
  /** In order of layer, gone first. */
  candidates: Candidate[];
  /** All layers that were weighed, candidates or not. */
  layers: number[];
}

/** `prior` shapes the question; `evidence` is fixed. Sums over silent antennas are cached, so a tag costs only its readers. */
export function placeLikelihood(
  area: SensedArea,
  table: HeardTable,
  evidence: Evidence,
  prior: PlacePrior = defaultPrior,
): PlaceLikelihood {
  const rounds = area.antennas.map(({ key }) => evidence.antennas.get(key)?.roundsOffered ?? 0);
  const weighing = { area, table, prior, rounds, ...antennaChances(area, table, rounds) };
  return { ownRounds: weighing.ownRounds, score: (question) => score(weighing, question) };
}

/** Everything that is fixed while the tags of a stocktake are weighed. */
interface Weighing extends AntennaChances {
  area: SensedArea;
  table: HeardTable;
  prior: PlacePrior;
  rounds: readonly number[];
}

function score(weighing: Weighing, question: TagQuestion): Scored {
  const { area, prior, ownRounds } = weighing;
  const { homeLayer, chance } = question;
  if (homeLayer !== null && question.heard.length === 0 && ownRounds(homeLayer) === 0) {
    return unasked(weighing, homeLayer);
  }
  const { heardBy, layers } = heardWhere(weighing, question);
  const loudest = loudestOf(heardBy);
  for (const layer of loudest ? area.likelyLayers[loudest.antenna]! : []) layers.add(layer);
  const own = new OwnAnswers(chance);
  const near = homeLayer === null ? [] : area.neighbours[homeLayer]!;
  for (const layer of near) layers.add(layer);
  const candidates: Candidate[] = [{ layer: goneLayer, log: gone(weighing, heardBy) }];
  let best = candidates[0]!.log;
  const signals = heardBy.reduce((count, { signalDbm }) => count + (signalDbm === null ? 0 : 1), 0);
  for (const layer of layers) {
    const logPrior = Math.log((1 - prior.gone) * shareOf(weighing, homeLayer, layer));
    const isOwnHeard = heardBy.some(({ antenna }) => area.antennas[antenna]!.layer === layer);
    const silent = isOwnHeard ? 0 : own.log(0, ownRounds(layer));
    // It would be dropped even if all reads fitted perfectly: most places of a tag in its right place end here.
    if (logPrior + silent - signals * Math.log(sdLeastDb) < best - farBehind) continue;
    const logs = inLayer(weighing, layer, own, heardBy);
    const thirdKnown = layer === homeLayer ? question.homeThird : null;
    for (let third = 0; third < thirds; third++) {
      const known = third === thirdKnown ? prior.ownThird : (1 - prior.ownThird) / (thirds - 1);
      logs[third]! += Math.log(thirdKnown === null ? 1 / thirds : known);
    }
    const log = logPrior + logSum(logs);
    best = Math.max(best, log);
    candidates.push({ layer, log });
  }
  const left = candidates.filter(({ log }) => log >= best - farBehind).sort((a, b) => a.layer - b.layer);
  return { candidates: left, layers: [...layers] };
}

/** The antennas' reads of the tag, and the layers of these antennas, its home first. */
function heardWhere(
  { area, rounds }: Weighing,
  { homeLayer, heard }: TagQuestion,
): { heardBy: HeardBy[]; layers: Set<number> } {
  const heardBy: HeardBy[] = [];
  const layers = new Set<number>(homeLayer === null ? [] : [homeLayer]);
  for (const { key, roundsAnswered, signalDbm } of heard) {
    const antenna = area.antennaIndex.get(key);
    if (antenna === undefined || rounds[antenna] === 0) continue;
    const offered = rounds[antenna]!;
    heardBy.push({ antenna, answered: Math.min(roundsAnswered, offered), offered, signalDbm });
    layers.add(area.antennas[antenna]!.layer);
  }
  return { heardBy, layers };
}

/** Prior share of the layer, given that the box is in the area. */
function shareOf({ area, prior }: Weighing, homeLayer: number | null, layer: number): number {
  if (homeLayer === null) return 1 / area.layers.length;
  if (layer === homeLayer) return prior.home;
  const near = area.neighbours[homeLayer]!;
  if (near.includes(layer)) return prior.neighbours / near.length;
  return prior.rest / Math.max(1, area.layers.length - 1 - near.length);
}

/** log likelihood of each third of a layer; `own`: the probability of the answers of the layer's own antenna. */
function inLayer(weighing: Weighing, layer: number, own: OwnAnswers, heardBy: readonly HeardBy[]): number[] {
  const { area, table, logHear, ownRounds } = weighing;
  const layerAntennas = heardBy.map(({ antenna }) => area.layerAntennaAt[layer * area.antennas.length + antenna]);
  let answeredOwn = 0;
  for (let i = 0; i < heardBy.length; i++) {
    if (layerAntennas[i]?.isOwn) answeredOwn = heardBy[i]!.answered;
  }
  const { healthy, dead } = own.parts(answeredOwn, ownRounds(layer));
  const logs: number[] = [];
  for (let third = 0; third < thirds; third++) {
    let log = healthy + weighing.silentOf(layer)[third]!;
    let logDead = dead;
    const strength = new Strength(table.calibration.tagSdDb);
    for (let i = 0; i < heardBy.length; i++) {
      const { antenna, answered, offered, signalDbm } = heardBy[i]!;
      const layerAntenna = layerAntennas[i];
      const relation = layerAntenna ? layerAntenna.relations[third]! : farRelation;
      if (!layerAntenna?.isOwn) {
        const logHeard = logHear(antenna, relation, answered, offered);
        log += logHeard;
        // A tag that is nearly dead at its own antenna is no better at others, so they cannot be reading this tag each time.
        logDead += Math.min(logHeard, own.parts(answered, offered).dead - own.parts(0, 0).dead);
        if (layerAntenna && table.listens(antenna, relation)) log -= logHear(antenna, relation, 0, offered);
      }
      if (signalDbm === null) continue;
      const { meanDbm, sdDb } = table.at(antenna, relation);
      strength.add(signalDbm - meanDbm, sdDb);
    }
    logs.push(logSum([log, logDead]) + strength.log());
  }
  return logs;
}

function gone({ table, prior, logHear }: Weighing, heardBy: readonly HeardBy[]): number {
  let log = Math.log(prior.gone);
  const strength = new Strength(table.calibration.tagSdDb);
  for (const { antenna, answered, offered, signalDbm } of heardBy) {
    log += logHear(antenna, farRelation, answered, offered);
    const { meanDbm, sdDb } = table.at(antenna, farRelation);
    if (signalDbm !== null) strength.add(signalDbm - meanDbm, sdDb);
  }
  return log + strength.log();
}

/** A silent box whose antennas were not asked is either in its place or gone: other places need not be weighed. */
function unasked({ prior, silentOf }: Weighing, home: number): Scored {
  const away = { layer: goneLayer, log: Math.log(prior.gone + (1 - prior.gone) * (1 - prior.home)) };
  const log = Math.log((1 - prior.gone) * prior.home) + logSum(Array.from(silentOf(home))) - Math.log(thirds);
  return { candidates: [away, { layer: home, log }], layers: [home] };
}

/** One antenna's reads of the present tag. */
interface HeardBy {
  antenna: number;
  answered: number;
  offered: number;
  signalDbm: number | null;
}

/** A tag is searched around the antenna that reads it best. */
function loudestOf(heardBy: readonly HeardBy[]): HeardBy | undefined {
  let loudest: HeardBy | undefined;
  for (const one of heardBy) if (!loudest || isLouder(one, loudest)) loudest = one;
  return loudest;
}

function isLouder(a: HeardBy, b: HeardBy): boolean {
  const dbm = (a.signalDbm ?? Number.NEGATIVE_INFINITY) - (b.signalDbm ?? Number.NEGATIVE_INFINITY);
  if (dbm > 0 || dbm < 0) return dbm > 0;
  return a.answered > b.answered || (a.answered === b.answered && a.antenna < b.antenna);
}
