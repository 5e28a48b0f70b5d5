/**
 * Learns the share of missing boxes of an area from the present stocktake: rooms differ tenfold, and one figure for all would
 * make absences too uncertain where many boxes are missing. The prior weighs as much as this many boxes.
 */
const boxesBefore = 400;
/** An antenna that is deaf and reports itself healthy must not make everything missing. */
const timesMax = 3;
const sweeps = 4;

/**
 * `before`: the prior share; `unheard`: for every silent box the probability of that silence if it is present; `boxes`: all boxes
 * that were asked, including those read. Fixed point of the mean over the boxes' posteriors (empirical Bayes).
 */
export function goneShare(before: number, unheard: readonly number[], boxes: number): number {
  let gone = before;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let absent = 0;
    for (const chance of unheard) absent += gone / (gone + (1 - gone) * chance);
    gone = Math.min(timesMax * before, (before * boxesBefore + absent) / (boxesBefore + boxes));
  }
  return gone;
}
