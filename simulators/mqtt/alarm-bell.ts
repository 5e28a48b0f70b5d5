/** Alarms that a room's electronics tell beside the controller's registers: smoke in the ceiling, water on the floor. */

export const alarmLevels = ["notice", "warning", "danger"] as const;

export interface BellAlarm {
  /** The same from raising to clearing. */
  alarmId: string;
  /** A code, e.g. "smoke". */
  kind: string;
  level: (typeof alarmLevels)[number];
  isCleared: boolean;
}

export interface AlarmBell {
  ring(kind: string, level: BellAlarm["level"], isCleared: boolean): void;
  /** Returns what ends the listening. */
  onRing(fn: (alarm: BellAlarm) => void): () => void;
}

export function newAlarmBell(): AlarmBell {
  const fns = new Set<(alarm: BellAlarm) => void>();
  const raised = new Map<string, string>();
  let count = 0;
  return {
    ring(kind, level, isCleared) {
      const alarmId = raised.get(kind) ?? `${kind}-${++count}`;
      if (isCleared) raised.delete(kind);
      else raised.set(kind, alarmId);
      for (const fn of fns) fn({ alarmId, kind, level, isCleared });
    },
    onRing(fn) {
      fns.add(fn);
      return () => fns.delete(fn);
    },
  };
}
