/** Alarms of a room's devices for listeners; alarms that come before the first listener are kept for it. */
import type { AlarmListener, RoomAlarm } from "../contract/ports.ts";

export interface EarlyAlarms extends AlarmListener {
  listen(listener: AlarmListener): void;
}

const earlyAlarmsMax = 500;

export function earlyAlarms(): EarlyAlarms {
  const listeners: AlarmListener[] = [];
  /** The broker has acknowledged the alarm, and nobody sends it again. */
  const early: RoomAlarm[] = [];

  return {
    onAlarm(alarm) {
      if (listeners.length === 0 && early.length < earlyAlarmsMax) early.push(alarm);
      for (const listener of listeners) listener.onAlarm(alarm);
    },
    onFault(seen) {
      for (const listener of listeners) listener.onFault(seen);
    },
    listen(listener) {
      listeners.push(listener);
      for (const alarm of early.splice(0)) listener.onAlarm(alarm);
    },
  };
}
