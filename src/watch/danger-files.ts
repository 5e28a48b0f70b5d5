/**
 * Keeps dangers for the database on disk as well: logs like motion's own, in its folder. The next start stores them like those
 * (src/aisles/store-left-over.ts), once and before anything moves.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../clock/clock.ts";
import { asideLog, type FactLog, fileFactLog, forgetFactLog } from "../motion/fact-log.ts";
import type { Fact } from "../motion/messages.ts";

export interface DangerFiles {
  open(name: string): FactLog;
  /** Keeps what the database refuses until the next start; false if it cannot. */
  setAside(fact: Omit<Fact, "id">): boolean;
  /** Deletes a log that is stored completely. */
  forget(logId: string, dropRow: () => Promise<void>): Promise<void>;
}

export function dangerFiles(folder: string, clock: Clock, onFailure: (error: unknown) => void): DangerFiles {
  /** Names sort by time, together with motion's. */
  const newId = (name: string) =>
    `${String(Math.floor(clock.nowMs())).padStart(14, "0")}-${name}-${randomUUID().slice(0, 8)}`;
  return {
    open: (name) => fileFactLog(folder, newId(name), onFailure),
    setAside: asideLog(folder, () => newId("refused")),
    forget: (logId, dropRow) => forgetFactLog(folder, logId, dropRow),
  };
}
