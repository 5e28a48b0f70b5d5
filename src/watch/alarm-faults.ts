/** Alarms that were not accepted, counted by device and reason since the start, and journalled in merged rows. */
import type { Clock } from "../clock/clock.ts";
import type { AlarmFaultCount } from "../contract/alarms.ts";
import type { AlarmFaultSeen, RoomAlarm } from "../contract/ports.ts";

/** Faults within this time after the first share one row. */
export const mergedMs = 15_000;

export interface FaultRow extends AlarmFaultCount {
  roomId: string;
  sinceMs: number;
}

export interface AlarmFaults {
  count(seen: AlarmFaultSeen, level?: RoomAlarm["level"]): void;
  all(): AlarmFaultCount[];
  /** Reports what was not reported yet. */
  flush(): void;
}

/** Sources are the site's devices and one for unnamed senders; reasons and levels are few, so the site bounds the counts. */
export function countAlarmFaults(clock: Clock, tell: (rows: FaultRow[]) => void): AlarmFaults {
  const total = new Map<string, FaultRow>();
  let untold = new Map<string, FaultRow>();
  let cancel: (() => void) | null = null;

  function flush(): void {
    cancel?.();
    cancel = null;
    if (untold.size === 0) return;
    const rows = [...untold.values()];
    untold = new Map();
    tell(rows);
  }

  return {
    count({ roomId, deviceId, fault, atMs, alarms = 1 }, level) {
      const key = `${roomId} ${deviceId ?? ""} ${fault} ${level ?? ""}`;
      for (const counts of [total, untold]) {
        const row = counts.get(key) ?? { roomId, deviceId, fault, level: level ?? null, count: 0, sinceMs: atMs };
        counts.set(key, { ...row, count: row.count + alarms });
      }
      cancel ??= clock.after(mergedMs, flush);
    },
    all: () => [...total.values()].map(({ deviceId, fault, level, count }) => ({ deviceId, fault, level, count })),
    flush,
  };
}
