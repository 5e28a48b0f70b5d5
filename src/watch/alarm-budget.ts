/** How many alarms a minute are accepted from one device, each rank on its own, so that none uses up another's share. Pure. */
import { holdsRoom, type RoomAlarm } from "../contract/ports.ts";

/** In order of urgency. fire: what holds a room's areas (S21). */
export const alarmRanks = ["fire", "danger", "warning", "notice"] as const;
export type AlarmRank = (typeof alarmRanks)[number];

export const alarmsPerMinuteMax = 20;
/** Normally the devices of the site file; the limit guards against senders that are not in it. */
const sourcesMax = 5_000;

export function rankOf(alarm: Pick<RoomAlarm, "level" | "kind">): AlarmRank {
  return holdsRoom(alarm) ? "fire" : alarm.level;
}

/** Less urgent than. */
export function isBelow(rank: AlarmRank, other: AlarmRank): boolean {
  return alarmRanks.indexOf(rank) > alarmRanks.indexOf(other);
}

export interface AlarmBudget {
  /** Whether this device may send one more alarm of this rank now; counts it. */
  take(source: string, rank: AlarmRank, atMs: number): boolean;
}

export function makeAlarmBudget(): AlarmBudget {
  const left = new Map<string, { alarms: number; atMs: number }>();
  return {
    take(source, rank, atMs) {
      const key = `${rank} ${source}`;
      const known = left.get(key) ?? { alarms: alarmsPerMinuteMax, atMs };
      // Setting the clock back does not reduce the budget.
      const passedMs = Math.max(0, atMs - known.atMs);
      const alarms = Math.min(alarmsPerMinuteMax, known.alarms + (passedMs / 60_000) * alarmsPerMinuteMax);
      left.delete(key);
      left.set(key, { alarms: alarms >= 1 ? alarms - 1 : alarms, atMs });
      const oldest = left.size > sourcesMax * alarmRanks.length ? left.keys().next() : null;
      if (oldest && !oldest.done) left.delete(oldest.value);
      return alarms >= 1;
    },
  };
}
