/**
 * How often a tag answers in a round of its own antenna. The probability is a latent value of the tag, so misses are not
 * independent: it is a mixture of two betas, healthy tags as measured (METHOD.md: Beta(15.9, 0.67) a pass) and nearly dead ones.
 * Both are updated by the tag's earlier visits, and integrated over whenever silence is used as evidence.
 */
export interface Beta {
  alpha: number;
  beta: number;
}

/** How a tag answered its own antenna in earlier visits, while its place was known. */
export interface TagHistory {
  roundsOffered: number;
  roundsAnswered: number;
}

export interface ReadChance {
  healthy: Beta;
  /** Nearly dead: below one answer in five rounds. */
  dead: Beta;
  /** Weight of `dead`, 0 to 1. */
  deadShare: number;
}

export const noHistory: TagHistory = { roundsOffered: 0, roundsAnswered: 0 };

/** Measured on 915 real tags; 1 % nearly dead besides (METHOD.md). */
export const priorChance: ReadChance = {
  healthy: { alpha: 15.9, beta: 0.67 },
  dead: { alpha: 0.8, beta: 9 },
  deadShare: 0.01,
};

/** A tag is put back differently each time, so more history than this adds nothing for today. */
const historyRoundsMax = 40;

/** The tag's own probability. Old history fades: it weighs at most `historyRoundsMax` rounds. */
export function chanceOf(history: TagHistory, prior: ReadChance = priorChance): ReadChance {
  const { roundsOffered, roundsAnswered } = history;
  if (roundsOffered <= 0) return prior;
  const weight = Math.min(1, historyRoundsMax / roundsOffered);
  const hits = Math.min(roundsAnswered, roundsOffered) * weight;
  const misses = roundsOffered * weight - hits;
  const healthyLog = Math.log(1 - prior.deadShare) + logMeanPower(prior.healthy, hits, misses);
  const deadLog = Math.log(prior.deadShare) + logMeanPower(prior.dead, hits, misses);
  return {
    healthy: { alpha: prior.healthy.alpha + hits, beta: prior.healthy.beta + misses },
    dead: { alpha: prior.dead.alpha + hits, beta: prior.dead.beta + misses },
    deadShare: 1 / (1 + Math.exp(healthyLog - deadLog)),
  };
}

/** History after one more visit. */
export function addToHistory(history: TagHistory, offered: number, answered: number): TagHistory {
  return {
    roundsOffered: history.roundsOffered + offered,
    roundsAnswered: history.roundsAnswered + Math.min(offered, answered),
  };
}

/** Probability of no answer in `rounds` rounds, split into the parts of a healthy and of a nearly dead tag (they add up). */
export function silence(chance: ReadChance, rounds: number): { healthy: number; dead: number } {
  return {
    healthy: (1 - chance.deadShare) * Math.exp(logMeanPower(chance.healthy, 0, rounds)),
    dead: chance.deadShare * Math.exp(logMeanPower(chance.dead, 0, rounds)),
  };
}

/** log probability of one given order of answers, cached while one tag is weighed in many places; the orders cancel out. */
export class OwnAnswers {
  private readonly chance: ReadChance;
  private readonly kept = new Map<number, { healthy: number; dead: number }>();

  constructor(chance: ReadChance) {
    this.chance = chance;
  }

  /** For a tag of either kind. */
  log(answered: number, offered: number): number {
    const { healthy, dead } = this.parts(answered, offered);
    return Math.max(healthy, dead) + Math.log1p(Math.exp(-Math.abs(healthy - dead)));
  }

  /** log of "healthy and this many answers", and of "nearly dead and this many". */
  parts(answered: number, offered: number): { healthy: number; dead: number } {
    const key = answered * 65_536 + offered;
    let parts = this.kept.get(key);
    if (!parts) {
      const { healthy, dead, deadShare } = this.chance;
      parts = {
        healthy: Math.log(1 - deadShare) + logMeanPower(healthy, answered, offered - answered),
        dead: Math.log(Math.max(deadShare, deadShareLeast)) + logMeanPower(dead, answered, offered - answered),
      };
      this.kept.set(key, parts);
    }
    return parts;
  }
}

/** Keeps the logarithm finite for a tag that cannot be dead. */
const deadShareLeast = 1e-300;

/** Up to here a product neither underflows nor costs more than its logarithm. */
const fewRounds = 24;

/** log of the mean of p^hits (1 − p)^misses over a beta. */
export function logMeanPower({ alpha, beta }: Beta, hits: number, misses: number): number {
  const all = hits + misses;
  if (all > fewRounds || !Number.isInteger(hits) || !Number.isInteger(misses))
    return logBeta(alpha + hits, beta + misses) - logBeta(alpha, beta);
  // For few rounds a product is cheap; most of the judge's time went into gamma functions.
  let product = 1;
  for (let i = 0; i < all; i++) product *= (i < hits ? alpha + i : beta + i - hits) / (alpha + beta + i);
  return Math.log(product);
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Stirling's series after shifting the argument above 8; absolute error below 1e-11. */
export function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 8) {
    shift -= Math.log(z);
    z++;
  }
  const inverse = 1 / z;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
}
