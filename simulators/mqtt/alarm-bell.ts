/** Alarms that a room's electronics report beside the controller's registers: smoke at the ceiling, water on the floor. */

export const alarmLevels = ["notice", "warning", "danger"] as const;

export interface BellAlarm {
  /** The same from raising to clearing. */
  alarmId: string;
  /** A code, e.g. "smoke". */
  kind: string;
  level: (typeof alarmLevels)[number];
  isCleared: boolean;
  /** The way of a device of the old form or a faulty one; left out: correctly. */
  as?: Misbehaviour;
}

/** unsigned: on the old topic, without its sender · {under}: on another device's topic · {naming}: another as the source. */
export type Misbehaviour = "unsigned" | { under: string } | { naming: string };

export interface AlarmBell {
  ring(kind: string, level: BellAlarm["level"], isCleared: boolean, as?: Misbehaviour): void;
  /** Sends this many different alarms at once, like a faulty device. */
  flood(kind: string, level: BellAlarm["level"], count: number): void;
  /** Returns a function that ends the listening. */
  onRing(fn: (alarm: BellAlarm) => void): () => void;
}

export function newAlarmBell(): AlarmBell {
  const fns = new Set<(alarm: BellAlarm) => void>();
  const raised = new Map<string, string>();
  let count = 0;
  return {
    ring(kind, level, isCleared, as) {
      const alarmId = raised.get(kind) ?? `${kind}-${++count}`;
      if (isCleared) raised.delete(kind);
      else raised.set(kind, alarmId);
      for (const fn of fns) fn({ alarmId, kind, level, isCleared, ...(as === undefined ? {} : { as }) });
    },
    flood(kind, level, times) {
      for (let i = 0; i < times; i++)
        for (const fn of fns) fn({ alarmId: `${kind}-flood-${++count}`, kind, level, isCleared: false });
    },
    onRing(fn) {
      fns.add(fn);
      return () => fns.delete(fn);
    },
  };
}
