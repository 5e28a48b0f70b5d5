/** One Gen2 inventory round: slotted ALOHA under the Q algorithm, with capture, in air time (simulators/README.md, the air). */
import type { Chance } from "../../src/clock/chance.ts";
import type { AirRules } from "./parameters.ts";

export interface Answering {
  /** Strength at the reader, which decides which tag is heard when two answer at once. */
  dbm: number;
}

export interface InventoryRound<T> {
  /** In the order they were singulated. */
  reads: T[];
  ms: number;
  slots: number;
}

/** Every tag in `answering` has power and the right flag. Ends with an empty frame of one slot: no tag is left. */
export function inventoryRound<T extends Answering>(
  answering: readonly T[],
  chance: Chance,
  rules: AirRules,
): InventoryRound<T> {
  const reads: T[] = [];
  let waiting = [...answering];
  let qFine = rules.qStart;
  let slots = 0;
  let ms = rules.roundFixedMs;
  while (slots < rules.roundSlotsMax) {
    const q = Math.round(qFine);
    const frame = drawSlots(waiting.length, 1 << q, chance);
    const isRead = new Set<T>();
    let isOver = false;
    // QueryAdjust: as soon as Q changes, the frame is broken off and all remaining tags draw again.
    for (let slot = 0; slot < 1 << q && slots < rules.roundSlotsMax && Math.round(qFine) === q; slot++) {
      slots++;
      const first = frame.firstIn[slot] as number;
      if (first < 0) {
        ms += rules.slotEmptyMs;
        qFine = Math.max(0, qFine - rules.qStep);
        isOver = q === 0;
        continue;
      }
      const heard = heardOf(waiting, frame, first, chance, rules);
      if (heard) {
        ms += rules.slotReadMs;
        reads.push(heard);
        isRead.add(heard);
      } else {
        ms += rules.slotCollidedMs;
        qFine = Math.min(15, qFine + rules.qStep);
      }
    }
    if (isOver) break;
    if (isRead.size > 0) waiting = waiting.filter((one) => !isRead.has(one));
  }
  return { reads, ms, slots };
}

interface Frame {
  /** The first tag that answers in a slot, −1 = none. */
  firstIn: Int32Array;
  /** The next one in the same slot, −1 = none. */
  nextOf: Int32Array;
}

function drawSlots(tags: number, slots: number, chance: Chance): Frame {
  const firstIn = new Int32Array(slots).fill(-1);
  const nextOf = new Int32Array(tags);
  for (let i = 0; i < tags; i++) {
    const slot = chance.below(slots);
    nextOf[i] = firstIn[slot] as number;
    firstIn[slot] = i;
  }
  return { firstIn, nextOf };
}

/** The tag that is decoded in a slot: the only one, or with luck the loudest by far. */
function heardOf<T extends Answering>(
  waiting: readonly T[],
  frame: Frame,
  first: number,
  chance: Chance,
  rules: AirRules,
): T | null {
  let best = waiting[first] as T;
  let next = frame.nextOf[first] as number;
  if (next < 0) return best;
  let secondDbm = -Infinity;
  for (; next >= 0; next = frame.nextOf[next] as number) {
    const one = waiting[next] as T;
    secondDbm = Math.max(secondDbm, Math.min(one.dbm, best.dbm));
    if (one.dbm > best.dbm) best = one;
  }
  return best.dbm - secondDbm >= rules.captureDb && chance.next() < rules.captureChance ? best : null;
}
