/** Finds repeated keys among millions: 96 bits of each and no text, in memory of a size that is known beforehand. */
import { hash } from "node:crypto";

export interface KeyTable {
  /** The place of a key, from 0; equal keys get the same place. */
  placeOf(key: string): { place: number; isNew: boolean };
  /** All places are below this. */
  readonly places: number;
}

/** In a fuller table the search for a free place takes long. */
const fullMax = 0.7;

/** 96 bits: two different keys of a file are confused in fewer than one of 10^15 files of two million rows. */
export function keyTable(keysMax: number): KeyTable {
  const places = Math.ceil(keysMax / fullMax) + 1;
  // Three words for each key; all zero: free. Allocated at the first key, because most files use few columns.
  let words: Uint32Array | null = null;
  let used = 0;
  return {
    places,
    placeOf(key) {
      words ??= new Uint32Array(places * 3);
      const [a, b, c] = wordsOf(key);
      for (let place = a % places; ; place = place + 1 === places ? 0 : place + 1) {
        const at = place * 3;
        if (words[at] === a && words[at + 1] === b && words[at + 2] === c) return { place, isNew: false };
        if (words[at] !== 0 || words[at + 1] !== 0 || words[at + 2] !== 0) continue;
        if (++used > keysMax) throw new RangeError(`more than ${keysMax} keys`);
        words[at] = a;
        words[at + 1] = b;
        words[at + 2] = c;
        return { place, isNew: true };
      }
    },
  };
}

export function wordsOf(text: string): [number, number, number] {
  const bytes = hash("sha1", text, "buffer");
  // Never all zero, which means a free place.
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(4), (bytes.readUInt32LE(8) | 1) >>> 0];
}
