/**
 * Random values that belong to a thing instead of a moment: the same salt and number give the same value, in any order of asking.
 */
import type { Chance } from "../../src/clock/chance.ts";

/** A salt of 32 bits, drawn from the given source. */
export function saltOf(chance: Chance): number {
  return Math.floor(chance.next() * 4294967296) >>> 0;
}

/** FNV-1a of a name over a salt. */
export function saltFor(salt: number, name: string): number {
  let hash = (0x811c9dc5 ^ salt) >>> 0;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** Uniform in (0, 1). */
export function uniformAt(salt: number, no: number): number {
  return (mix(salt ^ Math.imul(no + 1, 0x9e3779b1)) + 0.5) / 4294967296;
}

/** Normal with mean 0 and deviation 1. */
export function normalAt(salt: number, no: number): number {
  const radius = Math.sqrt(-2 * Math.log(uniformAt(salt, 2 * no)));
  return radius * Math.cos(2 * Math.PI * uniformAt(salt, 2 * no + 1));
}

/** murmur3's finisher: every bit of the input moves every bit of the output. */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
