/** Facts that an earlier process decided and nobody stored, before anything is read of what they may change. */
import { type Clock, sleep } from "../clock/clock.ts";
import type { Motion } from "../motion/messages.ts";
import { type AlarmTeller, tellNotHeld, withoutLostLocks } from "./locks-not-held.ts";
import type { FactStore } from "./store-facts.ts";

export interface LeftOverDeps {
  motion: Pick<Motion, "leftOver">;
  facts: Pick<FactStore, "store" | "stored" | "isAnothers">;
  clock: Clock;
  leadEpoch: number | null;
  forget(logId: string): Promise<unknown>;
  onAlarm: AlarmTeller;
}

const storeMsMax = 5_000;
const againMs = 100;

export async function storeLeftOver({ motion, facts, clock, leadEpoch, forget, onAlarm }: LeftOverDeps): Promise<void> {
  for (const { logId, facts: left } of await motion.leftOver()) {
    const now = withoutLostLocks(logId, left, leadEpoch);
    facts.store(now);
    while (!(await facts.stored(storeMsMax))) {
      if (facts.isAnothers()) throw new Error("what motion decided cannot be stored: another gateway has the lead");
      await sleep(clock, againMs);
    }
    for (const { areaKey, body } of now)
      if (body.kind === "lock-lost")
        tellNotHeld({ areaKey, atMs: clock.nowMs(), locks: [{ ...body.lock, isKept: false }] }, onAlarm);
    await forget(logId);
  }
}
