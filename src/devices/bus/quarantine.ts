/**
 * Each unanswered request costs all other slaves its timeout, so a silent slave is left alone for growing pauses, one probe each.
 */

export interface QuarantineLimits {
  /** Timeouts in a row before the first pause. */
  failuresMax: number;
  pauseMsMin: number;
  pauseMsMax: number;
}

export const quarantineDefaults: QuarantineLimits = { failuresMax: 3, pauseMsMin: 1000, pauseMsMax: 30_000 };

export interface Quarantine {
  /** "probe": the pause is over; only this one request may try. */
  admit(slave: number, nowMs: number): "free" | "probe" | "blocked";
  waitMs(slave: number, nowMs: number): number;
  answered(slave: number): void;
  /** Returns true when this failure begins a quarantine. */
  failed(slave: number, nowMs: number): boolean;
  clear(): void;
}

interface Record {
  failures: number;
  pauses: number;
  untilMs: number;
}

export function createQuarantine(limits: QuarantineLimits = quarantineDefaults): Quarantine {
  const records = new Map<number, Record>();

  return {
    admit(slave, nowMs) {
      const record = records.get(slave);
      if (!record || record.pauses === 0) return "free";
      if (nowMs < record.untilMs) return "blocked";
      // The next probe waits a whole pause even while this one is still in the queue.
      record.untilMs = nowMs + pauseOf(limits, record.pauses);
      return "probe";
    },
    waitMs: (slave, nowMs) => Math.max(0, (records.get(slave)?.untilMs ?? 0) - nowMs),
    answered(slave) {
      records.delete(slave);
    },
    failed(slave, nowMs) {
      const record = records.get(slave) ?? { failures: 0, pauses: 0, untilMs: 0 };
      records.set(slave, record);
      record.failures++;
      if (record.pauses === 0 && record.failures < limits.failuresMax) return false;
      record.untilMs = nowMs + pauseOf(limits, record.pauses);
      record.pauses++;
      return true;
    },
    clear() {
      records.clear();
    },
  };
}

function pauseOf(limits: QuarantineLimits, pauses: number): number {
  return Math.min(limits.pauseMsMax, limits.pauseMsMin * 2 ** Math.min(pauses, 20));
}
