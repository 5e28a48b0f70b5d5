/** The cost of every other place of each box, compared with the chosen matching, including making room there. */
import type { MatchState } from "./match-state.ts";
import { goneLayer } from "./place-likelihood.ts";

/** Costs closer than this are equal. */
const epsilon = 1e-9;
/** Sweeps over the full layers; chains longer than this free no slot. */
const sweepsMax = 100;

/** By box and candidate, nats ≥ 0. Swaps with boxes of its own layer are counted one by one, as that many ways to be wrong. */
export function marginsOf(state: MatchState): number[][] {
  const toRoom = costsToRoom(state);
  return state.boxes.map(({ candidates, width }, box) => {
    const own = state.placeOf(box);
    return candidates.map(({ layer, log }, to) => {
      if (to === state.chosen[box]) return 0;
      const cost = own.log - log;
      const full = state.fullFor(layer, width);
      if (full === null) return Math.max(0, cost);
      let weight = Math.exp(-(toRoom.get(layer)?.[full] ?? Number.POSITIVE_INFINITY));
      for (const other of state.in(layer)) {
        if (state.boxes[other]!.width < full) continue;
        const back = state.boxes[other]!.candidates.find((one) => one.layer === own.layer);
        if (back) weight += Math.exp(back.log - state.placeOf(other).log);
      }
      return Math.max(0, cost - Math.log(Math.max(weight, 1e-300)));
    });
  });
}

/** By layer and full kind: the cheapest chain that frees one such slot (value iteration to its fixed point). */
function costsToRoom(state: MatchState): Map<number, number[]> {
  const costs = new Map<number, number[]>();
  for (const layer of state.layers)
    costs.set(
      layer,
      state.roomOf(layer).map(() => Number.POSITIVE_INFINITY),
    );
  for (let sweep = 0, changed = true; changed && sweep < sweepsMax; sweep++) {
    changed = false;
    for (const [layer, levels] of costs) {
      for (const box of state.in(layer)) {
        const { candidates, width } = state.boxes[box]!;
        const here = state.placeOf(box).log;
        for (const { layer: next, log } of candidates) {
          if (next === layer) continue;
          const full = next === goneLayer ? null : state.fullFor(next, width);
          const onward = full === null ? 0 : (costs.get(next)?.[full] ?? Number.POSITIVE_INFINITY);
          const cost = here - log + onward;
          for (let g = 0; g <= width && g < levels.length; g++) {
            if (cost >= levels[g]! - epsilon) continue;
            levels[g] = cost;
            changed = true;
          }
        }
      }
    }
  }
  return costs;
}
