/**
 * Fire and smoke that motion heard by itself, taken from its facts and passed on in order, even if they come before a listener.
 */
import type { RoomAlarm } from "../contract/ports.ts";
import type { Fact } from "../motion/messages.ts";

const earlyMax = 500;

export interface EarlyFires {
  heard(facts: readonly Fact[]): void;
  onFire(listener: (alarm: RoomAlarm) => void): void;
}

export function earlyFires(): EarlyFires {
  const listeners: ((alarm: RoomAlarm) => void)[] = [];
  const early: RoomAlarm[] = [];
  return {
    heard(facts) {
      for (const { body } of facts) {
        if (body.kind !== "alarm") continue;
        if (listeners.length === 0 && early.length < earlyMax) early.push(body.alarm);
        for (const listener of listeners) listener(body.alarm);
      }
    },
    onFire(listener) {
      listeners.push(listener);
      for (const alarm of early.splice(0)) listener(alarm);
    },
  };
}
