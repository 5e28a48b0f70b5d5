/** At the start: facts that an earlier motion decided and nobody stored, before anything is read of what they may change. */
import { type Clock, sleep } from "../clock/clock.ts";
import type { Motion } from "../motion/messages.ts";
import type { FactStore, ToStore } from "./store-facts.ts";

export interface LeftOverDeps {
  clock: Clock;
  motion: Pick<Motion, "leftOver">;
  facts: Pick<FactStore, "store" | "stored" | "isAnothers">;
  /** All of it is stored. */
  forget(logId: string): Promise<void>;
  /** Now and then, of a log that takes a while. */
  onProgress(logId: string, factsStored: number): void;
}

/** In memory at a time. */
export const factsPerPage = 500;
const storedMsMax = 5_000;
const againMs = 100;
const tellEveryMs = 2_000;

export async function storeLeftOver({ clock, motion, facts, forget, onProgress }: LeftOverDeps): Promise<void> {
  async function storePage(page: readonly ToStore[]): Promise<void> {
    facts.store(page);
    while (!(await facts.stored(storedMsMax))) {
      if (facts.isAnothers()) throw new Error("what motion decided cannot be stored: another gateway has the lead");
      await sleep(clock, againMs);
    }
  }

  for (const { logId, facts: left } of await motion.leftOver()) {
    let page: ToStore[] = [];
    let factsStored = 0;
    let toldMs = clock.monoMs();
    for (const fact of left) {
      page.push({ ...fact, log: { id: logId, factId: fact.id } });
      if (page.length < factsPerPage) continue;
      await storePage(page);
      factsStored += page.length;
      page = [];
      if (clock.monoMs() - toldMs < tellEveryMs) continue;
      toldMs = clock.monoMs();
      onProgress(logId, factsStored);
    }
    await storePage(page);
    await forget(logId);
  }
}
