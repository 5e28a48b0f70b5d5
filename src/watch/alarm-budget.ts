/** How many alarms a minute are taken of one device, each rank for itself: what one spends is never another's share. Pure. */
import { holdsRoom, type RoomAlarm } from "../contract/ports.ts";

/** The order of the queue. fire: what holds a room's areas (S21). */
export const alarmRanks = ["fire", "danger", "warning", "notice"] as const;
export type AlarmRank = (typeof alarmRanks)[number];

export const alarmsPerMinuteMax = 20;
/** Devices are those of the site file; the limit is for what that forgot. */
const sourcesMax = 5_000;

export function rankOf(alarm: Pick<RoomAlarm, "level" | "kind">): AlarmRank {
  return holdsRoom(alarm) ? "fire" : alarm.level;
}

/** Less urgent than. */
export function isBelow(rank: AlarmRank, other: AlarmRank): boolean {
  return alarmRanks.indexOf(rank) > alarmRanks.indexOf(other);
}

export interface AlarmBudget {
  /** Whether this device may say one more of this rank now; counts it. */
  take(source: string, rank: AlarmRank, atMs: number): boolean;
}

export function makeAlarmBudget(): AlarmBudget {
  const left = new Map<string, { alarms: number; atMs: number }>();
  return {
    take(source, rank, atMs) {
      const key = `${rank} ${source}`;
      const known = left.get(key) ?? { alarms: alarmsPerMinuteMax, atMs };
      // A clock that was set back takes nothing away.
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
