/** Facts of a dead motion that were not acknowledged. Its log may be long, so it is read one page at a time. */
import type { Clock } from "../clock/clock.ts";
import type { Fact } from "../motion/messages.ts";

/** Facts read at a time. */
export const factsPerPage = 500;
/** Pause between two pages, so that a long log blocks nothing. */
export const breathMs = 1;

export interface LeftPage {
  /** May be empty: facts that were taken before are skipped. */
  facts: Fact[];
  isLast: boolean;
}

/** Throws when the log can no longer be read; the rest is left to the next start. */
export function leftPages(left: Iterable<Fact>, afterId: number): () => LeftPage {
  const from = left[Symbol.iterator]();
  return () => {
    const facts: Fact[] = [];
    for (let read = 0; read < factsPerPage; read++) {
      const { value, done } = from.next();
      if (done) return { facts, isLast: true };
      if (value.id > afterId) facts.push(value);
    }
    return { facts, isLast: false };
  };
}

export interface HearLeft {
  clock: Pick<Clock, "after">;
  left: Iterable<Fact>;
  afterId: number;
  hear(page: readonly Fact[]): void;
  /** Called with the last fact's id; null: not all of it could be read. */
  done(lastId: number | null): void;
  isOver(): boolean;
  onFailure(error: unknown): void;
}

/** The first page is read at once, so that a short log is heard in the same turn in which motion died. */
export function hearLeft({ clock, left, afterId, hear, done, isOver, onFailure }: HearLeft): void {
  const next = leftPages(left, afterId);
  let lastId = afterId;
  function goOn(): void {
    if (isOver()) return;
    let page: LeftPage;
    try {
      page = next();
    } catch (error) {
      onFailure(error);
      done(null);
      return;
    }
    if (page.facts.length > 0) hear(page.facts);
    lastId = page.facts.at(-1)?.id ?? lastId;
    if (page.isLast) done(lastId);
    else clock.after(breathMs, goOn);
  }
  goOn();
}
