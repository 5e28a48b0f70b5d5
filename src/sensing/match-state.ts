/** The assignment of boxes to layers while matching, with the number of boxes of each kind in a layer. */
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
  /** By box: index into its candidates; -1 = not placed yet. */
  readonly chosen: number[];
  private readonly members = new Map<number, Set<number>>();
  private readonly loads = new Map<number, number[]>();

  constructor(boxes: readonly MatchBox[], roomOf: (layer: number) => LayerRoom) {
    this.boxes = boxes;
    this.roomOf = roomOf;
    this.chosen = boxes.map(() => -1);
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

  put(box: number, to: number): void {
    if (this.chosen[box] !== -1) this.count(box, -1);
    this.chosen[box] = to;
    this.count(box, 1);
  }

  /** The widest full kind that blocks one more box of `width`; null when it fits at once. */
  fullFor(layer: number, width: number): number | null {
    if (layer === goneLayer) return null;
    const [room, load] = [this.roomOf(layer), this.loads.get(layer)];
    for (let g = Math.min(width, room.length - 1); g >= 0; g--) if ((load?.[g] ?? 0) >= room[g]!) return g;
    return null;
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

export function bestOf(candidates: readonly Candidate[]): number {
  let best = 0;
  for (let i = 1; i < candidates.length; i++) if (candidates[i]!.log > candidates[best]!.log) best = i;
  return best;
}
