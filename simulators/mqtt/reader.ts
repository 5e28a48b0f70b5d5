/** A networked reader on MQTT (archive/v1): inventories on command, in air time, answered in parts. */
import { type Payload, readPayload } from "../../firmware-protocols/archive-mqtt/index.ts";
import { carryOut, type Heard, type Order, type RoundsBody } from "./reader-rounds.ts";
import { type DevicePlace, offlineWill, speaker } from "./speaker.ts";
import type { MqttDevice, MqttWire } from "./wire.ts";

export interface MqttReaderBody extends RoundsBody {
  ports: number;
  isPowered(): boolean;
  isMute(): boolean;
  missingPorts: ReadonlySet<number>;
  bootId(): number;
}

const ordersMax = 16;
const antennasPerPart = 4;
const stateEveryMs = 5000;

export function mqttReader(body: MqttReaderBody, place: DevicePlace): MqttDevice {
  return {
    will: offlineWill(place, "reader-state"),
    connect: (wire) => connectReader(body, place, wire),
  };
}

function connectReader(body: MqttReaderBody, place: DevicePlace, wire: MqttWire): () => void {
  const { clock, chance } = body;
  const { say, topic } = speaker(wire, place, clock, body.bootId);
  const waiting: Order[] = [];
  let running: Order | null = null;
  let isOn = true;
  let cancelState: () => void = () => {};
  const isUp = () => isOn && body.isPowered() && !body.isMute();

  function faultOf(port: number): string | null {
    if (port > body.ports) return "antenna-out-of-range";
    return body.missingPorts.has(port) || !body.layerOf(port) ? "antenna-missing" : null;
  }

  function sayState(): void {
    cancelState();
    if (!isOn) return;
    cancelState = clock.after(stateEveryMs, sayState);
    if (!isUp()) return;
    const antennas = Array.from({ length: body.ports }, (_, i) => {
      const fault = faultOf(i + 1);
      return { antenna: i + 1, healthy: fault === null, fault };
    });
    say("reader-state", { state: "online", fault: null, temperatureC: 30 + chance.below(5), antennas });
  }

  function startNext(): void {
    const order = waiting.shift() ?? null;
    running = order;
    if (!order) return;
    const isOver = () => running !== order || !isUp();
    carryOut(body, order, { isOver, faultOf }, (results) => {
      answer(order.requestId, "done", null, results);
      startNext();
    });
  }

  function answer(requestId: string, result: string, reason: string | null, antennas: readonly Heard[]): void {
    if (!isUp()) return;
    const parts = Math.max(1, Math.ceil(antennas.length / antennasPerPart));
    for (let part = 1; part <= parts; part++) {
      const mine = antennas.slice((part - 1) * antennasPerPart, part * antennasPerPart);
      say("reader-inventory", { requestId, result, reason, part, parts, antennas: mine });
    }
  }

  function order(command: Payload<"reader-cmd">, isRetained: boolean): void {
    if (isRetained || clock.nowMs() > Date.parse(command.expiresAt)) {
      answer(command.requestId, "refused", "stale", []);
    } else if (command.verb === "abort") {
      const at = waiting.findIndex((other) => other.requestId === command.requestId);
      if (at >= 0) waiting.splice(at, 1);
      else if (running?.requestId !== command.requestId) return;
      answer(command.requestId, "aborted", null, []);
      if (running?.requestId === command.requestId) startNext();
    } else if ([running, ...waiting].some((other) => other?.requestId === command.requestId)) {
      // Delivered twice by QoS 1: it is the same order.
    } else if (waiting.length >= ordersMax) {
      answer(command.requestId, "refused", "busy", []);
    } else {
      waiting.push(command);
      if (!running) startNext();
    }
  }

  wire.onMessage((message) => {
    if (!isUp() || message.topic !== topic("reader-cmd")) return;
    const read = readPayload("reader-cmd", message.payload);
    if (read.ok) order(read.value, message.isRetained);
  });
  wire.onConnect(() => {
    if (!isOn) return;
    wire.subscribe([topic("reader-cmd")]);
    sayState();
  });
  return () => {
    isOn = false;
    cancelState();
  };
}
