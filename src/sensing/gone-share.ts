/**
 * How many boxes of an area are gone, learned from the stocktake at hand: rooms differ tenfold, and one figure for all of them states
 * absences too timidly where many are missing. What was believed before weighs as much as so many boxes.
 */
const boxesBefore = 400;
/** An antenna that is deaf and says it is well must not make everybody missing. */
const timesMax = 3;
const sweeps = 4;

/**
 * `before`: share believed before; `unheard`: of every silent box, the chance of that silence if it is present; `boxes`: all that
 * were asked, heard ones included. Fixed point of "the mean of what is believed of each" (empirical Bayes).
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
