/** What is counted over seeds, and the figures made of it. */

export interface Tally {
  /** Boxes present whose tag is not nearly dead. */
  readable: number;
  /** Of them: said to be present; named in the layer where they stand. */
  found: number;
  layerRight: number;
  /** Of those heard at all: named in the layer where they stand. */
  heard: number;
  heardRight: number;
  misplaced: number;
  misplacedFound: number;
  /** Misplaced that are at least not said to be at home for certain. */
  misplacedFlagged: number;
  missing: number;
  /** Missing boxes said to be most probably gone; called lost within the bound. */
  missingFound: number;
  lostRight: number;
  /** Missing boxes of which nothing is claimed: unreadable tag, or home layer not covered. */
  missingOpen: number;
  /** Missing boxes said to be most probably present. */
  falsePresent: number;
  /** Present boxes called lost (naive: not heard), nearly dead ones included. */
  falseLost: number;
  /** Boxes called lost. */
  lost: number;
  /** Boxes present in their place and said for certain to be elsewhere. */
  falseMoved: number;
  nearlyDead: number;
  /** Of the nearly dead that nobody heard: listed as unreadable. */
  deadSilent: number;
  unreadableListed: number;
  rounds: number;
  boxes: number;
}

export const emptyTally = (): Tally => ({
  ...{ readable: 0, found: 0, layerRight: 0, heard: 0, heardRight: 0, misplaced: 0, misplacedFound: 0 },
  ...{
    misplacedFlagged: 0,
    missing: 0,
    missingFound: 0,
    missingOpen: 0,
    lostRight: 0,
    falsePresent: 0,
    falseLost: 0,
    lost: 0,
  },
  ...{ falseMoved: 0, nearlyDead: 0, deadSilent: 0, unreadableListed: 0, rounds: 0, boxes: 0 },
});

export function addTally(sum: Tally, one: Tally): Tally {
  const added = { ...sum };
  for (const name of Object.keys(sum) as (keyof Tally)[]) added[name] += one[name];
  return added;
}

/** Stated probabilities against what came true. */
export interface Reliability {
  /** Lower edges of the bins. */
  edges: readonly number[];
  said: number[];
  right: number[];
  sum: number[];
}

const edges = [0, 0.3, 0.5, 0.7, 0.9, 0.97, 0.99, 0.999, 0.9999];

export const emptyReliability = (): Reliability => ({
  edges,
  said: edges.map(() => 0),
  right: edges.map(() => 0),
  sum: edges.map(() => 0),
});

export function addSaid(to: Reliability, probability: number, isRight: boolean): void {
  const bin = to.edges.findLastIndex((edge) => probability >= edge);
  to.said[bin]!++;
  to.sum[bin]! += probability;
  if (isRight) to.right[bin]!++;
}

export function addReliability(sum: Reliability, one: Reliability): Reliability {
  const add = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value + b[i]!);
  return { edges, said: add(sum.said, one.said), right: add(sum.right, one.right), sum: add(sum.sum, one.sum) };
}

/** Mean distance between what was said and what came true, weighted by how often it was said. */
export function calibrationError({ said, right, sum }: Reliability): number {
  const all = said.reduce((total, count) => total + count, 0);
  return said.reduce((total, count, i) => total + (count ? Math.abs(sum[i]! - right[i]!) : 0), 0) / all;
}
