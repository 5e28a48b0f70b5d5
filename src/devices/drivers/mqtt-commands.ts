/** Sends commands to a shelf controller on MQTT and waits until its event or state shows the outcome. */
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { ShelfPort } from "../../contract/ports.ts";
import type { MqttDevice } from "./mqtt-device.ts";

export interface MqttCommands {
  send: ShelfPort["send"];
  settle(wireId: number, result: string, reason: string | null): void;
  /** The epoch of the last command. */
  readonly epoch: number;
}

/** Added to the command's own time to live for both ways through the broker. */
const answerMarginMs = 500;

export function mqttCommands(device: MqttDevice, deviceId: string, clock: Clock): MqttCommands {
  /** Commands that are not yet accepted, by wire id. */
  const waiting = new Map<number, (reason: string | null) => void>();
  let epoch = 0;

  return {
    get epoch() {
      return epoch;
    },
    settle(wireId, result, reason) {
      if (result === "none") return;
      waiting.get(wireId)?.(result === "refused" ? (reason ?? "refused") : null);
    },
    send(command) {
      const { wireId, verb, aisle, ttlMs, expectedOpenAisle } = command;
      epoch = command.epoch;
      const fields = {
        ...device.expiringEnvelope(ttlMs),
        commandId: device.newId("cmd"),
        wireId,
        epoch,
        ttlMs,
        expectedOpenAisle,
      };
      const payload = verb === "open" ? { ...fields, verb, aisle } : { ...fields, verb, aisle: 0 as const };
      return new Promise((resolve, reject) => {
        const end = (error: unknown) => {
          cancel();
          waiting.delete(wireId);
          if (error) reject(error);
          else resolve();
        };
        const timeout = () => end(new Refusal("device-timeout", { device: deviceId }));
        const cancel = clock.after(ttlMs + answerMarginMs, timeout);
        waiting.set(wireId, (reason) =>
          end(reason === null ? null : new Refusal("device-refused", { device: deviceId, detail: reason })),
        );
        // The broker's acknowledgement says nothing about the controller: only its event or state does.
        device.say("shelf-cmd", payload).catch(end);
      });
    },
  };
}
