/** Facts about alarms on their way into the database: the urgent first, kept and tried again until they are stored. */
import { and, eq, like, notLike } from "drizzle-orm";
import type { House } from "../house.ts";
import { change, type Recorder } from "../journal/change.ts";
import type { Tx } from "../storage/db.ts";
import { motionLogs } from "../storage/schema/aisles.ts";
import { type AlarmRank, alarmRanks } from "./alarm-budget.ts";

/** Of each rank; a database that is away so long loses the newest, and that is counted. */
export const rowsWaitingMax = 500;
const rowsPerCommitMax = 50;
const againAfterMs = 1_000;

export type AlarmWork = (tx: Tx, recorder: Recorder) => Promise<void>;

export interface AlarmLedger {
  /** False when its rank's queue is full: nothing was taken. */
  write(rank: AlarmRank, work: AlarmWork): boolean;
  /** Tries everything taken until now; false when some of it is still not stored. */
  written(): Promise<boolean>;
  close(): Promise<void>;
}

export function openAlarmLedger(house: House, onFailure: (error: unknown) => void, name = "alarms"): AlarmLedger {
  const waiting = new Map<AlarmRank, AlarmWork[]>(alarmRanks.map((rank) => [rank, []]));
  /** Of each rank, in the order taken: how many the database has, as far as it has answered. */
  const stored = new Map<AlarmRank, number>();
  const ledgerId = `${name}-${house.newId()}`;
  let pumping: Promise<void> | null = null;
  let cancelAgain = () => {};
  let isClosed = false;

  function nextBatch(): { rank: AlarmRank; works: AlarmWork[] } | null {
    for (const [rank, works] of waiting) if (works.length > 0) return { rank, works: works.slice(0, rowsPerCommitMax) };
    return null;
  }

  async function pump(): Promise<void> {
    for (let batch = nextBatch(); batch; batch = nextBatch()) {
      const { rank, works } = batch;
      try {
        await change(house, (tx, recorder) => once(tx, recorder, rank, works));
      } catch (error) {
        onFailure(error);
        if (!isClosed) cancelAgain = house.clock.after(againAfterMs, start);
        return;
      }
      waiting.get(rank)?.splice(0, works.length);
      stored.set(rank, (stored.get(rank) ?? 0) + works.length);
    }
  }

  /** A commit whose answer was lost is done: what is tried again begins behind it. */
  async function once(tx: Tx, recorder: Recorder, rank: AlarmRank, works: readonly AlarmWork[]): Promise<void> {
    const logId = `${ledgerId}-${rank}`;
    // What earlier gateways that did not end in order left.
    const isEarlier = and(like(motionLogs.logId, `${name}-%`), notLike(motionLogs.logId, `${ledgerId}-%`));
    if (stored.size === 0) await tx.delete(motionLogs).where(isEarlier);
    const before = stored.get(rank) ?? 0;
    const [row] = await tx.select().from(motionLogs).where(eq(motionLogs.logId, logId)).for("update");
    const isThere = (row?.lastFact ?? 0) - before;
    for (const work of works.slice(Math.max(0, isThere))) await work(tx, recorder);
    const lastFact = before + Math.max(works.length, isThere);
    const target = motionLogs.logId;
    await tx.insert(motionLogs).values({ logId, lastFact }).onConflictDoUpdate({ target, set: { lastFact } });
  }

  function start(): void {
    cancelAgain();
    pumping ??= pump().finally(() => {
      pumping = null;
    });
  }

  return {
    write(rank, work) {
      const works = waiting.get(rank);
      if (!works || works.length >= rowsWaitingMax) return false;
      works.push(work);
      start();
      return true;
    },
    async written() {
      start();
      await pumping;
      return nextBatch() === null;
    },
    async close() {
      isClosed = true;
      cancelAgain();
      start();
      await pumping;
      cancelAgain();
      if (stored.size > 0 && nextBatch() === null)
        await house.db
          .delete(motionLogs)
          .where(like(motionLogs.logId, `${ledgerId}-%`))
          .catch(onFailure);
    },
  };
}
