/**
 * Boxes into layers, together: no layer takes more than its slots hold. Exact: starts from every box at its best place and
 * moves boxes along cheapest chains (min-cost flow by successive shortest paths; widths are nested, so the flow stays whole).
 */
import { marginsOf } from "./match-margins.ts";
import { type LayerRoom, type MatchBox, MatchState } from "./match-state.ts";

export interface Match {
  /** By box: index into its candidates. */
  chosen: readonly number[];
  /** By box and candidate: cost above the chosen matching (nats) of the best one that puts the box there. */
  above: number[][];
  /** False when there is no place for every box; those too many stay where they fit best. */
  isWhole: boolean;
}

export function matchLayers(boxes: readonly MatchBox[], roomOf: (layer: number) => LayerRoom): Match {
  const state = new MatchState(boxes, roomOf);
  let isWhole = true;
  for (const layer of state.layers) {
    // Each chain takes one box out, so there are never more chains than boxes.
    let chains = 0;
    for (let level = state.overfull(layer); level !== null; level = state.overfull(layer)) {
      state.lend(layer, level, -1);
      const chain = ++chains > boxes.length ? null : cheapestChain(state, layer, level);
      state.lend(layer, level, 1);
      if (!chain) {
        isWhole = false;
        break;
      }
      for (const { box, to } of chain) state.move(box, to);
    }
  }
  return { chosen: state.chosen, above: marginsOf(state), isWhole };
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
  step: Step | null;
  before: Label | null;
  isQueued: boolean;
}

/** Costs closer than this are equal: a chain must not turn in circles over rounding. */
const epsilon = 1e-9;
/** Labels corrected for one chain; a sound matching needs far fewer. */
const correctionsMax = 100_000;

/** Shortest way to get one box of at least kind `level` out of `from`: label-correcting; no cycle is negative at an optimum. */
function cheapestChain(state: MatchState, from: number, level: number): Step[] | null {
  const start: Label = { cost: 0, layer: from, level, step: null, before: null, isQueued: true };
  const labels = new Map<string, Label>([[`${from}/${level}`, start]]);
  const queue = [start];
  let end: { cost: number; step: Step; before: Label } | null = null;
  for (let corrected = 0; corrected < correctionsMax; corrected++) {
    const label = queue.shift();
    if (!label) break;
    label.isQueued = false;
    for (const box of state.in(label.layer)) {
      const { candidates, width } = state.boxes[box]!;
      if (width < label.level) continue;
      const here = state.placeOf(box).log;
      for (let to = 0; to < candidates.length; to++) {
        if (to === state.chosen[box]) continue;
        const { layer, log } = candidates[to]!;
        const cost = label.cost + here - log;
        const full = state.fullFor(layer, width);
        if (full === null) {
          if (!end || cost < end.cost - epsilon) end = { cost, step: { box, to }, before: label };
          continue;
        }
        const key = `${layer}/${full}`;
        const known = labels.get(key);
        if (known && cost >= known.cost - epsilon) continue;
        const next = known ?? { cost, layer, level: full, step: null, before: null, isQueued: false };
        Object.assign(next, { cost, step: { box, to }, before: label });
        labels.set(key, next);
        if (!next.isQueued) queue.push(next);
        next.isQueued = true;
      }
    }
  }
  if (!end) return null;
  const steps = [end.step];
  for (let label: Label | null = end.before; label; label = label.before) if (label.step) steps.push(label.step);
  return steps;
}
