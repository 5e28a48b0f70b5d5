/**
 * What a controller receives over MQTT: heartbeats, commands, lights. Late, retained and repeated ones are refused or ignored.
 */
import { judgeDelivery, type Payload, readPayload } from "../../firmware-protocols/archive-mqtt/index.ts";
import type { Clock } from "../../src/clock/clock.ts";
import type { Rig } from "../shelf/rig.ts";
import type { MqttMessage } from "./wire.ts";

export interface ShelfOrders {
  beat(message: MqttMessage): void;
  command(message: MqttMessage): void;
  light(message: MqttMessage): void;
  /** Only the last command's own id is known; the end of an older job is shown by the state. */
  commandIdOf(wireId: number): string;
}

export function shelfOrders(rig: Rig, clock: Clock): ShelfOrders {
  let commandId = "none";
  let wireId = 0;
  let lastBeat = "";

  return {
    beat(message) {
      const beat = readPayload("shelf-beat", message.payload);
      if (!beat.ok || message.isRetained || beat.value.epoch < rig.state().retained.epochHighest) return;
      const number = `${beat.value.bootId}/${beat.value.seq}`;
      if (number === lastBeat) return;
      lastBeat = number;
      rig.beat();
    },
    command(message) {
      const read = readPayload("shelf-cmd", message.payload);
      if (!read.ok) return;
      const command = read.value as Payload<"shelf-cmd">;
      const late = judgeDelivery(command, { ...message, receivedAtMs: clock.nowMs() });
      commandId = command.commandId;
      wireId = command.wireId;
      const { verb, aisle, ttlMs, epoch, expectedOpenAisle } = command;
      rig.command({ verb, aisle, ttlMs, isFresh: late === null, fence: { wireId, epoch, expectedOpenAisle } });
    },
    light(message) {
      const read = readPayload("light-cmd", message.payload);
      if (!read.ok || judgeDelivery(read.value, { ...message, receivedAtMs: clock.nowMs() }) !== null) return;
      rig.light(read.value.target);
    },
    commandIdOf: (answered) => (answered === wireId ? commandId : `wire-${answered}`),
  };
}
