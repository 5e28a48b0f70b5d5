/** How well signal strengths fit a place, and sums of probabilities on a logarithmic scale. */

/** Degrees of freedom of the Student distribution: a strength that fits no place must not decide alone. */
const studentFreedom = 10;

/** Compares strengths with their expectation, with the tag's own offset integrated out. */
export class Strength {
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
