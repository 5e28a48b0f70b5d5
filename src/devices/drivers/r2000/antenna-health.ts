/** One bad antenna makes its reader degraded until that antenna answers well again. */
import type { Refusal } from "../../../contract/errors.ts";
import type { HealthBook } from "../health.ts";

export interface AntennaHealth {
  /** The reader restarted: earlier antenna faults are forgotten until they show again. */
  ready(version: string): void;
  /** `reason` null: the antenna answered well. */
  judge(antenna: number, reason: Refusal | null): void;
}

export function antennaHealth(health: HealthBook): AntennaHealth {
  const faulty = new Map<number, Refusal>();
  let version: string | null = null;

  return {
    ready(now) {
      version = now;
      faulty.clear();
      health.up(version);
    },
    judge(antenna, reason) {
      if (reason) faulty.set(antenna, reason);
      else faulty.delete(antenna);
      const [first] = faulty.values();
      if (first) health.degraded(first);
      else health.up(version);
    },
  };
}
