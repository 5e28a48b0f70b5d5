/** At the start: stores facts that an earlier motion decided and nobody stored, before anything is read that they may change. */
import { type Clock, sleep } from "../clock/clock.ts";
import type { Motion } from "../motion/messages.ts";
import { factsPerPage } from "./left-facts.ts";
import { type AlarmTeller, tellNotHeld, withoutLostLocks } from "./locks-not-held.ts";
import type { FactStore, ToStore } from "./store-facts.ts";

export interface LeftOverDeps {
  clock: Clock;
  motion: Pick<Motion, "leftOver">;
  facts: Pick<FactStore, "store" | "stored" | "isAnothers">;
  /** Epoch of this gateway's lead; null where the folder's lock is the lead. */
  leadEpoch: number | null;
  /** Deletes a log that is stored completely. */
  forget(logId: string): Promise<unknown>;
  /** Called at intervals for a log that takes a while. */
  onProgress(logId: string, factsStored: number): void;
  /** For a lock that other gateways, which led since, did not know. */
  onAlarm: AlarmTeller;
}

const storedMsMax = 5_000;
const againMs = 100;
const tellEveryMs = 2_000;

export async function storeLeftOver(deps: LeftOverDeps): Promise<void> {
  const { clock, motion, facts, leadEpoch, forget, onProgress, onAlarm } = deps;
  async function storePage(page: readonly ToStore[]): Promise<void> {
    facts.store(page);
    while (!(await facts.stored(storedMsMax))) {
      if (facts.isAnothers()) throw new Error("what motion decided cannot be stored: another gateway has the lead");
      await sleep(clock, againMs);
    }
    for (const { areaKey, body } of page)
      if (body.kind === "lock-lost")
        tellNotHeld({ areaKey, atMs: clock.nowMs(), locks: [{ ...body.lock, isKept: false }] }, onAlarm);
  }

  for (const { logId, facts: left } of await motion.leftOver()) {
    let page: ToStore[] = [];
    let factsStored = 0;
    let toldMs = clock.monoMs();
    for (const fact of left) {
      page.push(...withoutLostLocks(logId, [fact], leadEpoch));
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
