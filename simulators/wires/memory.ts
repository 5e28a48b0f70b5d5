/** A wire without delay: the other end receives at once what one end writes. */
import type { Wire } from "./line.ts";

export function wirePair(): [Wire, Wire] {
  const left: ((bytes: Uint8Array) => void)[] = [];
  const right: ((bytes: Uint8Array) => void)[] = [];
  const end = (mine: typeof left, other: typeof left): Wire => ({
    write: (bytes) => {
      for (const fn of other) fn(bytes);
    },
    onBytes: (fn) => void mine.push(fn),
  });
  return [end(left, right), end(right, left)];
}
