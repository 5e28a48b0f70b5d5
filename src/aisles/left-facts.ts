/** What a motion kept that died and that nobody took: its log may be long, so it is gone through a page at a time. */
import type { Clock } from "../clock/clock.ts";
import type { Fact } from "../motion/messages.ts";

/** Read at a time. */
export const factsPerPage = 500;
/** Between two pages, so that a long log holds nothing up. */
export const breathMs = 1;

export interface LeftPage {
  /** Perhaps none: what was taken before is passed over. */
  facts: Fact[];
  isLast: boolean;
}

/** Of a log that cannot be read any more it throws: the rest is for the next start. */
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
  /** Its last fact; null: not all of it could be read. */
  done(lastId: number | null): void;
  isOver(): boolean;
  onFailure(error: unknown): void;
}

/** One page at once, so that a short log is heard in the very turn of the death. */
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
