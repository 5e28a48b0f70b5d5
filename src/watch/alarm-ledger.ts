/** Facts about alarms on their way into the database: the urgent first, kept and tried again until they are stored. */
import type { House } from "../house.ts";
import { change, type Recorder } from "../journal/change.ts";
import type { Tx } from "../storage/db.ts";
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

export function openAlarmLedger(house: House, onFailure: (error: unknown) => void): AlarmLedger {
  const waiting = new Map<AlarmRank, AlarmWork[]>(alarmRanks.map((rank) => [rank, []]));
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
        await change(house, async (tx, recorder) => {
          for (const work of works) await work(tx, recorder);
        });
      } catch (error) {
        onFailure(error);
        if (!isClosed) cancelAgain = house.clock.after(againAfterMs, start);
        return;
      }
      waiting.get(rank)?.splice(0, works.length);
    }
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
    },
  };
}
