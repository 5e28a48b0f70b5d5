/** What a motion kept that died and that nobody took: its log may be long, so it is gone through a page at a time. */
import type { Clock } from "../clock/clock.ts";
import type { Fact } from "../motion/messages.ts";

/** In memory at a time. */
export const factsPerPage = 500;
/** Between two pages, so that a long log holds nothing up. */
const breathMs = 1;

export function* newerThan(facts: Iterable<Fact>, factId: number): Generator<Fact> {
  for (const fact of facts) if (fact.id > factId) yield fact;
}

/** Empty at the end. */
export function nextPage<T>(from: Iterator<T>): T[] {
  const page: T[] = [];
  while (page.length < factsPerPage) {
    const { value, done } = from.next();
    if (done) break;
    page.push(value);
  }
  return page;
}

export interface HearLeft {
  clock: Pick<Clock, "after">;
  left: Iterable<Fact>;
  hear(page: readonly Fact[]): void;
  /** Null: there was none. */
  done(lastId: number | null): void;
  isOver(): boolean;
}

/** One page at once, so that a short log is heard in the very turn of the death; what cannot be read is told as an error. */
export function hearLeft({ clock, left, hear, done, isOver }: HearLeft): void {
  const from = left[Symbol.iterator]();
  let lastId: number | null = null;
  function goOn(): void {
    if (isOver()) return;
    const page = nextPage(from);
    if (page.length > 0) hear(page);
    lastId = page.at(-1)?.id ?? lastId;
    if (page.length < factsPerPage) done(lastId);
    else clock.after(breathMs, goOn);
  }
  goOn();
}
