/**
 * Assigns all boxes to layers together, so that no layer holds more than its slots. Exact: boxes are added one by one, and each
 * may push others on along the cheapest chain (min-cost flow by successive shortest paths; widths are nested, so a chain is a
 * path between layers).
 */
import { marginsOf } from "./match-margins.ts";
import { bestOf, type LayerRoom, type MatchBox, MatchState } from "./match-state.ts";

export interface Match {
  /** By box: index into its candidates. */
  chosen: readonly number[];
  /** By box and candidate: extra cost (nats) of the best matching that puts the box there, compared with the chosen one. */
  above: number[][];
  /** False when there is no place for every box; the surplus boxes are added to their best place regardless. */
  isWhole: boolean;
}

export function matchLayers(boxes: readonly MatchBox[], roomOf: (layer: number) => LayerRoom): Match {
  const state = new MatchState(boxes, roomOf);
  const tooMany: number[] = [];
  for (let box = 0; box < boxes.length; box++) {
    const { candidates, width } = boxes[box]!;
    const best = bestOf(candidates);
    // While the best place has room, nothing is cheaper.
    const hasRoom = state.fullFor(candidates[best]!.layer, width) === null;
    const chain = hasRoom ? [{ box, to: best }] : cheapestChain(state, box);
    if (!chain) tooMany.push(box);
    for (const step of chain ?? []) state.put(step.box, step.to);
  }
  for (const box of tooMany) state.put(box, bestOf(boxes[box]!.candidates));
  return { chosen: state.chosen, above: marginsOf(state), isWhole: tooMany.length === 0 };
}

interface Step {
  box: number;
  to: number;
}

/** Cheapest known way to a full kind of slot in a layer, and the step that led there. */
interface Label {
  cost: number;
  layer: number;
  level: number;
  step: Step;
  before: Label | null;
  isQueued: boolean;
}

/** Costs closer than this are equal, so that rounding cannot make a chain cyclic. */
const epsilon = 1e-9;
/** Limit of label corrections for one chain; an optimal matching has no negative cycle, so far fewer are needed. */
const correctionsMax = 100_000;

/** Shortest way from a box without a place to a free slot; the last step of the chain comes first. */
function cheapestChain(state: MatchState, newcomer: number): Step[] | null {
  const labels = new Map<string, Label>();
  const queue: Label[] = [];
  let end: { cost: number; step: Step; before: Label | null } | null = null;

  function leave(box: number, fromLog: number, sofar: number, before: Label | null): void {
    const { candidates, width } = state.boxes[box]!;
    for (let to = 0; to < candidates.length; to++) {
      if (to === state.chosen[box]) continue;
      const { layer, log } = candidates[to]!;
      const cost = sofar + fromLog - log;
      const step = { box, to };
      const full = state.fullFor(layer, width);
      if (full === null) {
        if (!end || cost < end.cost - epsilon) end = { cost, step, before };
        continue;
      }
      const key = `${layer}/${full}`;
      const known = labels.get(key);
      if (known && cost >= known.cost - epsilon) continue;
      const next = known ?? { cost, layer, level: full, step, before, isQueued: false };
      Object.assign(next, { cost, step, before });
      labels.set(key, next);
      if (!next.isQueued) queue.push(next);
      next.isQueued = true;
    }
  }

  leave(newcomer, 0, 0, null);
  for (let corrected = 0; corrected < correctionsMax; corrected++) {
    const label = queue.shift();
    if (!label) break;
    label.isQueued = false;
    for (const box of state.in(label.layer)) {
      if (state.boxes[box]!.width >= label.level) leave(box, state.placeOf(box).log, label.cost, label);
    }
  }
  const found = end as { step: Step; before: Label | null } | null;
  if (!found) return null;
  const steps = [found.step];
  for (let label = found.before; label; label = label.before) steps.push(label.step);
  return steps;
}
