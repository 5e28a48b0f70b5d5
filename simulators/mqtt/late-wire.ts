/** A network that delays each message by the same time, separately for each direction; the order stays. */
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

/** Without a delay messages go at once, so that a twin does not use timers for this by default. */
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
