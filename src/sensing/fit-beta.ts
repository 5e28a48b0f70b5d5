/** The beta distribution that best explains how often pairs of one kind answered: maximum likelihood over the stocktakes. */
import { betaOf } from "./calibration.ts";
import { type Beta, logMeanPower } from "./read-chance.ts";

export interface Answers {
  offered: number;
  answered: number;
}

const weights = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6];
const meanFactors = [0.5, 0.7, 0.85, 1, 1.2, 1.5, 2];
/** Half an answer more than was read: what was never read is rare, not impossible. */
const halfAnswer = 0.5;

export function fitBeta(answers: readonly Answers[]): Beta {
  const counts = new Map<string, Answers & { pairs: number }>();
  let offered = 0;
  let answered = 0;
  for (const one of answers) {
    const key = `${one.offered}/${one.answered}`;
    const count = counts.get(key) ?? { ...one, pairs: 0 };
    count.pairs++;
    counts.set(key, count);
    offered += one.offered;
    answered += one.answered;
  }
  const middle = (answered + halfAnswer) / (offered + 2 * halfAnswer);
  let best: Beta = betaOf(middle, 1);
  let bestLog = Number.NEGATIVE_INFINITY;
  for (const weight of weights) {
    for (const factor of meanFactors) {
      const beta = betaOf(Math.min(0.999, middle * factor), weight);
      let log = 0;
      for (const one of counts.values())
        log += one.pairs * logMeanPower(beta, one.answered, one.offered - one.answered);
      if (log <= bestLog) continue;
      bestLog = log;
      best = beta;
    }
  }
  return best;
}
