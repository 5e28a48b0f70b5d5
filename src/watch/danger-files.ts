/**
 * Where dangers wait for the database beside memory: logs like motion's own, in its folder, so that the next start stores them as
 * it stores those (src/aisles/store-left-over.ts), once and before anything moves.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../clock/clock.ts";
import { asideLog, type FactLog, fileFactLog, forgetFactLog } from "../motion/fact-log.ts";
import type { Fact } from "../motion/messages.ts";

export interface DangerFiles {
  open(name: string): FactLog;
  /** Keeps what the database refuses for the next start; false where it cannot. */
  setAside(fact: Omit<Fact, "id">): boolean;
  /** All of it is stored. */
  forget(logId: string, dropRow: () => Promise<void>): Promise<void>;
}

export function dangerFiles(folder: string, clock: Clock, onFailure: (error: unknown) => void): DangerFiles {
  /** Sorted by name is sorted by time, among motion's as well. */
  const newId = (name: string) =>
    `${String(Math.floor(clock.nowMs())).padStart(14, "0")}-${name}-${randomUUID().slice(0, 8)}`;
  return {
    open: (name) => fileFactLog(folder, newId(name), onFailure),
    setAside: asideLog(folder, () => newId("refused")),
    forget: (logId, dropRow) => forgetFactLog(folder, logId, dropRow),
  };
}
