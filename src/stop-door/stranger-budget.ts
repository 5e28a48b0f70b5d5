/** Limits how many requests of unknown callers are answered; known callers are not limited. Pure. */

export const strangerLimits = {
  perSecond: 10,
  atOnce: 30,
  /** Limit for all sources together. */
  allPerSecond: 200,
  allAtOnce: 400,
  sourcesMax: 4_096,
} as const;

interface Bucket {
  left: number;
  atMs: number;
}

export interface StrangerBudget {
  /** Returns false over the budget of this source, or of all. */
  take(source: string, nowMs: number): boolean;
}

export function strangerBudget(limits: typeof strangerLimits = strangerLimits): StrangerBudget {
  const sources = new Map<string, Bucket>();
  const all: Bucket = { left: limits.allAtOnce, atMs: Number.NEGATIVE_INFINITY };

  function filled(bucket: Bucket, perSecond: number, most: number, nowMs: number): Bucket {
    const passedMs = Math.max(0, nowMs - bucket.atMs);
    bucket.left = Math.min(most, bucket.left + (passedMs * perSecond) / 1_000);
    bucket.atMs = nowMs;
    return bucket;
  }

  return {
    take(source, nowMs) {
      const bucket = sources.get(source) ?? { left: limits.atOnce, atMs: nowMs };
      // Most recently used last, so that the source silent for longest is forgotten first.
      sources.delete(source);
      sources.set(source, bucket);
      const oldest = sources.size > limits.sourcesMax ? sources.keys().next() : null;
      if (oldest && !oldest.done) sources.delete(oldest.value);
      if (filled(bucket, limits.perSecond, limits.atOnce, nowMs).left < 1) return false;
      if (filled(all, limits.allPerSecond, limits.allAtOnce, nowMs).left < 1) return false;
      bucket.left--;
      all.left--;
      return true;
    },
  };
}
