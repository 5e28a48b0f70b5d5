/** A network that is late by the same time each time, each way apart; the order stays. */
import type { Clock } from "../../src/clock/clock.ts";
import type { MqttWire } from "./wire.ts";

export interface Lateness {
  sayLateMs: number;
  hearLateMs: number;
}

export function lateWire(wire: MqttWire, clock: Clock, late: Lateness): MqttWire {
  const say = inTurn(clock);
  const hear = inTurn(clock);
  return {
    ...wire,
    publish: (...message) => say(late.sayLateMs, () => wire.publish(...message)),
    onMessage: (fn) => wire.onMessage((message) => hear(late.hearLateMs, () => fn(message))),
  };
}

/** At once while nothing is late: a twin that is not told otherwise has no timers of this. */
function inTurn(clock: Clock) {
  let waiting = 0;
  let lastAtMs = Number.NEGATIVE_INFINITY;
  return (lateMs: number, pass: () => void) => {
    if (lateMs === 0 && waiting === 0) {
      pass();
      return;
    }
    const nowMs = clock.monoMs();
    lastAtMs = Math.max(lastAtMs, nowMs + lateMs);
    waiting++;
    clock.after(lastAtMs - nowMs, () => {
      waiting--;
      pass();
    });
  };
}
