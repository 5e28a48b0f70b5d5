/** Random numbers as a dependency: a seeded source, so that a failure prints its seed and can be replayed. Not for secrets. */
export interface Chance {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, n). */
  below(n: number): number;
  /** Normal with mean 0 and the given standard deviation. */
  normal(sd: number): number;
  pick<T>(from: readonly T[]): T;
  /** Returns an independent source: further numbers drawn from this one do not affect it. */
  fork(name: string): Chance;
}

/** mulberry32 over a string or number seed. */
export function seededChance(seed: string | number): Chance {
  let state = hashSeed(String(seed));
  let spare: number | null = null;

  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  function normal(sd: number): number {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value * sd;
    }
    // Box–Muller: 1 - next() keeps the logarithm finite.
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle) * sd;
  }

  return {
    next,
    normal,
    below: (n) => Math.floor(next() * n),
    pick(from) {
      if (from.length === 0) throw new RangeError("pick from an empty list");
      return from[Math.floor(next() * from.length)] as (typeof from)[number];
    },
    fork: (name) => seededChance(`${seed}/${name}`),
  };
}

/** FNV-1a, 32 bits. */
function hashSeed(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
