/** A broker in memory between the twin's MQTT devices and the gateway: exact topics, messages a moment late, nothing retained. */
import type { MqttMessage as DeviceMessage, MqttDevice } from "../../simulators/mqtt/wire.ts";
import type { Clock } from "../../src/clock/clock.ts";

import type { InsideBroker, MqttLink } from "../../src/devices/mqtt-link.ts";

const hopMs = 2;

export function memoryBroker(clock: Clock, devices: readonly MqttDevice[]): InsideBroker {
  const listeners = new Map<string, ((payload: Uint8Array) => void)[]>();
  const listen = (topic: string, listener: (payload: Uint8Array) => void) =>
    void listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
  function pass(topic: string, payload: string): void {
    const bytes = new TextEncoder().encode(payload);
    clock.after(hopMs, () => {
      for (const listener of listeners.get(topic) ?? []) listener(bytes);
    });
  }

  function plug(device: MqttDevice): void {
    const messageFns: ((message: DeviceMessage) => void)[] = [];
    const connectFns: (() => void)[] = [];
    device.connect({
      publish: (topic, payload) => pass(topic, payload),
      onConnect: (fn) => void connectFns.push(fn),
      onMessage: (fn) => void messageFns.push(fn),
      subscribe(topics) {
        for (const topic of topics)
          listen(topic, (payload) => {
            for (const fn of messageFns) fn({ topic, payload, isRetained: false, isDuplicate: false });
          });
      },
    });
    for (const fn of connectFns) fn();
  }
  for (const device of devices) plug(device);

  function openInside(): MqttLink {
    return {
      state: { up: true, reason: null, sinceMonoMs: clock.monoMs() },
      async publish(topic, payload) {
        pass(topic, payload);
      },
      subscribe: (topic, listener) => listen(topic, (payload) => listener({ topic, payload, isRetained: false })),
      onState() {},
      start() {},
      stop: () => Promise.resolve(),
    };
  }
  return { openInside };
}
