/** Remembers for a few seconds which person or system a session or token belongs to, and forgets them on request. */
import type { Clock } from "../clock/clock.ts";
import type { Asked, Entry, Known } from "./ask-credentials.ts";

const knownMax = 20_000;

export interface KnownBook {
  get(hash: string): Entry | undefined;
  /** True if the session ended only because the wall clock was set: it may still stop what moves, and nothing else. */
  isOverBySetting(entry: Entry): boolean;
  refresh(hash: string, ask: () => Promise<Entry | null>): Promise<Entry | null>;
  forgetWhere(matches: (who: Known) => boolean): void;
}

/** `onAsked` is called for every answer that still counts; null: the session or token has ended. */
export function knownBook(clock: Clock, onAsked: (hash: string, answer: Asked | null) => void): KnownBook {
  const known = new Map<string, Entry>();
  // An answer requested before somebody was forgotten must not be stored after it.
  let generation = 0;

  const isOverBySetting = ({ expiresAtMs, endsMonoMs }: Entry) =>
    expiresAtMs <= clock.nowMs() && clock.monoMs() < endsMonoMs;

  async function refresh(hash: string, ask: () => Promise<Entry | null>): Promise<Entry | null> {
    const asked = generation;
    const fresh = await ask();
    const before = known.get(hash);
    if (!fresh && before && isOverBySetting(before)) return null;
    known.delete(hash);
    // Somebody was forgotten meanwhile: only an answer that says "ended" still counts.
    if (asked === generation || !fresh) onAsked(hash, fresh);
    if (!fresh) return null;
    if (asked === generation) {
      known.set(hash, fresh);
      const oldest = known.size > knownMax ? known.keys().next() : null;
      if (oldest && !oldest.done) known.delete(oldest.value);
    }
    return fresh;
  }

  function forgetWhere(matches: (who: Known) => boolean): void {
    generation++;
    for (const [hash, entry] of known) if (matches(entry.who)) known.delete(hash);
  }

  return { get: (hash) => known.get(hash), isOverBySetting, refresh, forgetWhere };
}
