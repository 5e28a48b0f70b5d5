/**
 * How well each place explains what was heard of a tag. Antennas that heard it speak by strength (Student, a free offset of the
 * tag integrated out) and by how often; antennas that listened and did not hear it speak as well (3-radio "How to judge").
 */
import type { Evidence, HeardEvidence } from "./evidence.ts";
import type { HeardTable } from "./profile.ts";
import { logAnswers, logMeanPower, type ReadChance } from "./read-chance.ts";
import { farRelation, relationCount, type SensedArea, thirds } from "./sensed-area.ts";

/** What is believed before anything is heard. */
export interface PlacePrior {
  home: number;
  /** Shared by the layers above, below and beside it. */
  neighbours: number;
  /** Shared by all other layers. */
  rest: number;
  /** Of all boxes that should stand in the area: gone from it. */
  gone: number;
  /** A box at home stands in the third of its slot. */
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
  /** Where it should stand; null for a tag that belongs to no box or to another area. */
  homeLayer: number | null;
  homeThird: number | null;
  chance: ReadChance;
  heard: readonly HeardEvidence[];
}

/** Freedom of the Student: a strength that fits no place must not decide by itself. */
const studentFreedom = 10;

/** Places less likely than this against the best are dropped (nats): 6e-6. */
const farBehind = 12;
/** No profile is surer of a strength than this; see calibrate.ts. */
const sdLeastDb = 2;

/** Chances of so many rounds are kept; longer visits are rare. */
const keptRounds = 31;

export interface PlaceLikelihood {
  /** Healthy rounds of a layer's own antenna; 0 = not covered. */
  ownRounds(layer: number): number;
  /** Candidates in order of layer, gone first: layers whose antenna heard it, those around the loudest, home and its neighbours. */
  score(question: TagQuestion): Candidate[];
}

/** `prior` shapes the question; `evidence` is fixed. Sums over silent antennas are kept by layer, so a tag costs what it was heard by. */
export function placeLikelihood(
  area: SensedArea,
  table: HeardTable,
  evidence: Evidence,
  prior: PlacePrior = defaultPrior,
): PlaceLikelihood {
  const rounds = area.antennas.map(({ key }) => evidence.antennas.get(key)?.roundsOffered ?? 0);
  const kept = new Map<number, number>();
  const silentByLayer: (Float64Array | undefined)[] = [];

  /** log chance of one order of `answered` among `offered`, of an antenna that does not own the place. */
  function logHear(antenna: number, relation: number, answered: number, offered: number): number {
    const { hear } = table.at(antenna, relation);
    if (offered > keptRounds) return logMeanPower(hear, answered, offered - answered);
    const key = ((antenna * relationCount + relation) * 32 + answered) * 32 + offered;
    let value = kept.get(key);
    if (value === undefined) {
      value = logMeanPower(hear, answered, offered - answered);
      kept.set(key, value);
    }
    return value;
  }

  function silentOf(layer: number): Float64Array {
    let sums = silentByLayer[layer];
    if (!sums) {
      sums = new Float64Array(thirds);
      for (const ear of area.ears[layer]!) {
        const offered = rounds[ear.antenna]!;
        if (offered === 0 || ear.isOwn) continue;
        for (let third = 0; third < thirds; third++) {
          const relation = ear.relations[third]!;
          if (table.listens(ear.antenna, relation)) sums[third]! += logHear(ear.antenna, relation, 0, offered);
        }
      }
      silentByLayer[layer] = sums;
    }
    return sums;
  }

  const ownRounds = (layer: number) => {
    const own = area.ears[layer]![0];
    return own?.isOwn ? rounds[own.antenna]! : 0;
  };

  /** log likelihood of each third of a layer; `own` = what the tag's own chance says of the layer's antenna. */
  function inLayer(
    layer: number,
    own: (answered: number, offered: number) => number,
    heardBy: readonly HeardBy[],
  ): number[] {
    const ears = heardBy.map(({ antenna }) => area.earAt[layer * area.antennas.length + antenna]);
    let shared = 0;
    let isOwnHeard = false;
    heardBy.forEach(({ answered, offered }, i) => {
      if (!ears[i]?.isOwn) return;
      isOwnHeard = true;
      shared += own(answered, offered);
    });
    if (!isOwnHeard && ownRounds(layer) > 0) shared += own(0, ownRounds(layer));
    const logs: number[] = [];
    for (let third = 0; third < thirds; third++) {
      let log = shared + silentOf(layer)[third]!;
      const strength = new Strength(table.profile.tagSdDb);
      for (let i = 0; i < heardBy.length; i++) {
        const { antenna, answered, offered, signalDbm } = heardBy[i]!;
        const ear = ears[i];
        const relation = ear ? ear.relations[third]! : farRelation;
        if (!ear?.isOwn) {
          log += logHear(antenna, relation, answered, offered);
          if (ear && table.listens(antenna, relation)) log -= logHear(antenna, relation, 0, offered);
        }
        if (signalDbm === null) continue;
        const { meanDbm, sdDb } = table.at(antenna, relation);
        strength.add(signalDbm - meanDbm, sdDb);
      }
      logs.push(log + strength.log());
    }
    return logs;
  }

  function gone(heardBy: readonly HeardBy[]): number {
    let log = Math.log(prior.gone);
    const strength = new Strength(table.profile.tagSdDb);
    for (const { antenna, answered, offered, signalDbm } of heardBy) {
      log += logHear(antenna, farRelation, answered, offered);
      const { meanDbm, sdDb } = table.at(antenna, farRelation);
      if (signalDbm !== null) strength.add(signalDbm - meanDbm, sdDb);
    }
    return log + strength.log();
  }

  function score(question: TagQuestion): Candidate[] {
    const { homeLayer, homeThird, chance } = question;
    const heardBy: HeardBy[] = [];
    const layers = new Set<number>(homeLayer === null ? [] : [homeLayer]);
    for (const { key, roundsAnswered, signalDbm } of question.heard) {
      const antenna = area.antennaIndex.get(key);
      if (antenna === undefined || rounds[antenna] === 0) continue;
      const offered = rounds[antenna]!;
      heardBy.push({ antenna, answered: Math.min(roundsAnswered, offered), offered, signalDbm });
      layers.add(area.antennas[antenna]!.layer);
    }
    const loudest = loudestOf(heardBy);
    for (const layer of loudest ? area.likelyLayers[loudest.antenna]! : []) layers.add(layer);
    const answers = new Map<number, number>();
    const own = (answered: number, offered: number) => {
      const key = answered * 512 + offered;
      let log = answers.get(key);
      if (log === undefined) {
        log = logAnswers(chance, answered, offered);
        answers.set(key, log);
      }
      return log;
    };
    const near = homeLayer === null ? [] : area.neighbours[homeLayer]!;
    for (const layer of near) layers.add(layer);
    const others = Math.max(1, area.layers.length - 1 - near.length);
    const priorOf = (layer: number) => {
      if (homeLayer === null) return 1 / area.layers.length;
      if (layer === homeLayer) return prior.home;
      return near.includes(layer) ? prior.neighbours / near.length : prior.rest / others;
    };
    const candidates: Candidate[] = [{ layer: goneLayer, log: gone(heardBy) }];
    let best = candidates[0]!.log;
    const signals = heardBy.reduce((count, { signalDbm }) => count + (signalDbm === null ? 0 : 1), 0);
    for (const layer of layers) {
      const logPrior = Math.log((1 - prior.gone) * priorOf(layer));
      const isOwnHeard = heardBy.some(({ antenna }) => area.antennas[antenna]!.layer === layer);
      const silent = isOwnHeard ? 0 : own(0, ownRounds(layer));
      // Even if everything heard fitted perfectly it would be dropped: most places of a tag that stands right end here.
      if (logPrior + silent - signals * Math.log(sdLeastDb) < best - farBehind) continue;
      const isKnown = layer === homeLayer && homeThird !== null;
      const logs = inLayer(layer, own, heardBy).map((log, third) => {
        const share = !isKnown
          ? 1 / thirds
          : third === homeThird
            ? prior.ownThird
            : (1 - prior.ownThird) / (thirds - 1);
        return Math.log(share) + log;
      });
      const log = logPrior + logSum(logs);
      best = Math.max(best, log);
      candidates.push({ layer, log });
    }
    return candidates.filter(({ log }) => log >= best - farBehind).sort((a, b) => a.layer - b.layer);
  }

  return { ownRounds, score };
}

/** One antenna's word on the tag at hand. */
interface HeardBy {
  antenna: number;
  answered: number;
  offered: number;
  signalDbm: number | null;
}

/** Where a tag is looked for: around the antenna that hears it best. */
function loudestOf(heardBy: readonly HeardBy[]): HeardBy | undefined {
  const dbm = (one: HeardBy) => one.signalDbm ?? Number.NEGATIVE_INFINITY;
  return [...heardBy].sort((a, b) => dbm(b) - dbm(a) || b.answered - a.answered || a.antenna - b.antenna)[0];
}

/** Strengths against their expectation, the tag's own offset integrated out. */
class Strength {
  private count = 0;
  private weights = 0;
  private weighted = 0;
  private squares = 0;
  private logSds = 0;
  private readonly tagVariance: number;

  constructor(tagSdDb: number) {
    this.tagVariance = tagSdDb * tagSdDb;
  }

  add(differenceDb: number, sdDb: number): void {
    const weight = 1 / (sdDb * sdDb);
    this.count++;
    this.weights += weight;
    this.weighted += weight * differenceDb;
    this.squares += weight * differenceDb * differenceDb;
    this.logSds += Math.log(sdDb);
  }

  log(): number {
    if (this.count === 0) return 0;
    const misfit = this.squares - (this.weighted * this.weighted) / (1 / this.tagVariance + this.weights);
    const volume = this.logSds + 0.5 * Math.log(1 + this.tagVariance * this.weights);
    return -0.5 * (studentFreedom + this.count) * Math.log(1 + Math.max(0, misfit) / studentFreedom) - volume;
  }
}

/** log of a sum of exponentials. */
export function logSum(logs: readonly number[]): number {
  const top = Math.max(...logs);
  if (top === Number.NEGATIVE_INFINITY) return top;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - top);
  return top + Math.log(sum);
}
