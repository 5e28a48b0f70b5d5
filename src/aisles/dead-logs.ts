/** Logs of motions that have died go as soon as all they hold is stored: neither their folder nor their rows grow with deaths. */
import type { ToStore } from "./store-facts.ts";

export interface DeadLogs {
  /** Nobody writes it any more; `lastId` is its last fact. */
  died(logId: string, lastId: number): void;
  /** In the database, or kept aside. */
  stored(facts: readonly ToStore[]): void;
}

export function deadLogs(forget: (logId: string) => void): DeadLogs {
  const dead = new Map<string, number>();
  /** How far each is stored; of the one that is written, too. */
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
