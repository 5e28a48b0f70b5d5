/** Logs of dead motions are deleted as soon as they are fully stored, so that neither folder nor rows grow with each death. */
import type { ToStore } from "./store-facts.ts";

export interface DeadLogs {
  /** The log is finished; `lastId` is its last fact. */
  died(logId: string, lastId: number): void;
  /** These facts are in the database, or set aside. */
  stored(facts: readonly ToStore[]): void;
}

export function deadLogs(forget: (logId: string) => void): DeadLogs {
  const dead = new Map<string, number>();
  /** The last stored fact of each log, including the one still being written. */
  const storedIds = new Map<string, number>();

  function look(): void {
    for (const [logId, lastId] of dead) {
      if ((storedIds.get(logId) ?? 0) < lastId) continue;
      dead.delete(logId);
      storedIds.delete(logId);
      forget(logId);
    }
  }

  return {
    died(logId, lastId) {
      dead.set(logId, lastId);
      look();
    },
    stored(facts) {
      for (const { log } of facts) if (log) storedIds.set(log.id, Math.max(log.factId, storedIds.get(log.id) ?? 0));
      look();
    },
  };
}
