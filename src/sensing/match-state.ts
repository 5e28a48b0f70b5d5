/** Who stands where while boxes are matched to layers, with how many of each kind a layer holds. */
import { type Candidate, goneLayer } from "./place-likelihood.ts";

export interface MatchBox {
  candidates: readonly Candidate[];
  /** Index of the narrowest kind of slot that takes the box: 0 = any. */
  width: number;
}

/** Slots of a layer that are at least as wide as kind g: `room[g]`, never growing with g. */
export type LayerRoom = readonly number[];

export class MatchState {
  readonly boxes: readonly MatchBox[];
  readonly roomOf: (layer: number) => LayerRoom;
  /** By box: index into its candidates. */
  readonly chosen: number[];
  private readonly members = new Map<number, Set<number>>();
  private readonly loads = new Map<number, number[]>();

  /** Every box at its best place, whether there is room or not. */
  constructor(boxes: readonly MatchBox[], roomOf: (layer: number) => LayerRoom) {
    this.boxes = boxes;
    this.roomOf = roomOf;
    this.chosen = boxes.map(({ candidates }) => bestOf(candidates));
    boxes.forEach((_, box) => {
      this.count(box, 1);
    });
  }

  get layers(): number[] {
    return [...this.members.keys()].filter((layer) => layer !== goneLayer).sort((a, b) => a - b);
  }

  in(layer: number): Iterable<number> {
    return this.members.get(layer) ?? [];
  }

  placeOf(box: number): Candidate {
    return this.boxes[box]!.candidates[this.chosen[box]!]!;
  }

  move(box: number, to: number): void {
    this.count(box, -1);
    this.chosen[box] = to;
    this.count(box, 1);
  }

  /** The widest kind of which the layer holds too many; null when all fit. */
  overfull(layer: number): number | null {
    const [room, load] = [this.roomOf(layer), this.loads.get(layer)];
    for (let g = room.length - 1; load && g >= 0; g--) if (load[g]! > room[g]!) return g;
    return null;
  }

  /** The widest full kind that stands in the way of one more box of `width`; null when it fits at once. */
  fullFor(layer: number, width: number): number | null {
    if (layer === goneLayer) return null;
    const [room, load] = [this.roomOf(layer), this.loads.get(layer)];
    for (let g = Math.min(width, room.length - 1); g >= 0; g--) if ((load?.[g] ?? 0) >= room[g]!) return g;
    return null;
  }

  /** As if one box of at least kind `level` had left (−1), or as it is again (1): what a chain that begins here may count on. */
  lend(layer: number, level: number, by: 1 | -1): void {
    const load = this.loads.get(layer);
    for (let g = 0; load && g <= level; g++) load[g]! += by;
  }

  private count(box: number, by: 1 | -1): void {
    const { layer } = this.placeOf(box);
    const set = this.members.get(layer) ?? new Set<number>();
    this.members.set(layer, set);
    if (by > 0) set.add(box);
    else set.delete(box);
    if (layer === goneLayer) return;
    const load = this.loads.get(layer) ?? this.roomOf(layer).map(() => 0);
    this.loads.set(layer, load);
    for (let g = 0; g <= this.boxes[box]!.width && g < load.length; g++) load[g]! += by;
  }
}

function bestOf(candidates: readonly Candidate[]): number {
  let best = 0;
  for (let i = 1; i < candidates.length; i++) if (candidates[i]!.log > candidates[best]!.log) best = i;
  return best;
}
