/** A reader on MQTT (archive/v1): asked antenna by antenna, answers in parts; it also sends reads unasked. */
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { InventoryRequest } from "../../contract/ports.ts";
import type { AntennaCoverage, Sighting } from "../../contract/sighting.ts";
import { type AskedAntenna, coverageOf } from "./antenna-coverage.ts";
import { type HealthListener, healthBook } from "./health.ts";
import { type Answer, coverageOfParts, faultOf } from "./mqtt-answers.ts";
import { type MqttDevice, type MqttRoom, moment, mqttDevice } from "./mqtt-device.ts";
import type { DriverReader } from "./r2000/r2000-reader.ts";

export interface MqttReaderOptions {
  readerId: string;
  antennaCount: number;
  /** Whether the site file uses the port: a port without a cable is no fault. */
  isUsed(antenna: number): boolean;
  powerDbm: number | null;
  room: MqttRoom;
  clock: Clock;
  onHealth: HealthListener;
}

const roundsMax = 100;
const answerMs = 2000;
const roundMsMax = 600;
const partsPerAnswerMax = 1000;

export function mqttReader(options: MqttReaderOptions): DriverReader {
  const { readerId, room, clock } = options;
  const device = mqttDevice(room, readerId);
  const health = healthBook(readerId, "reader", clock, options.onHealth);
  const listeners: ((sighting: Sighting) => void)[] = [];
  const ask = asking(options, device);
  let turn: Promise<unknown> = Promise.resolve();

  function listen(sighting: Sighting): void {
    for (const listener of listeners) listener(sighting);
  }

  device.hear("reader-tag", (payload, isRetained) => {
    if (isRetained) return;
    const nowMs = clock.nowMs();
    for (const { epc, antenna, rssiDbm, agoMs, count } of payload.reads) {
      listen({ epc, readerId, antenna, signalDbm: rssiDbm, atMs: nowMs - agoMs, count: count ?? 1 });
    }
  });
  device.hear("reader-state", (payload) => {
    if (payload.state === "offline") return health.down(new Refusal("device-timeout", { device: readerId }));
    if (payload.state === "fault") {
      return health.degraded(new Refusal("device-refused", { device: readerId, detail: payload.fault ?? "fault" }));
    }
    const bad = payload.antennas.find(({ antenna, healthy }) => !healthy && options.isUsed(antenna));
    if (bad) health.degraded(new Refusal("device-antenna-missing", { device: readerId, antenna: bad.antenna }));
    else health.up(payload.temperatureC === null ? null : `${payload.temperatureC} °C`);
  });
  room.link.onState((state) => {
    if (!state.up) health.down(state.reason ?? new Refusal("broker-offline", { address: "", detail: "closed" }));
  });

  async function askAntenna(asked: AskedAntenna): Promise<AntennaCoverage> {
    try {
      const parts = await ask(asked);
      if (health.current.state === "down") health.up();
      const coverage = coverageOfParts(asked, parts, clock.nowMs());
      for (const sighting of coverage.sightings) listen(sighting);
      return coverage;
    } catch (error) {
      if (error instanceof Refusal && error.code === "device-timeout") health.down(error);
      return coverageOf(asked, faultOf(error));
    }
  }

  return {
    readerId,
    antennaCount: options.antennaCount,
    async *inventory(request: InventoryRequest) {
      const rounds = Math.max(1, Math.min(roundsMax, request.roundsEach));
      for (const antenna of request.antennas) {
        const mine = turn.then(() => askAntenna({ readerId, antenna, rounds }));
        turn = mine;
        yield await mine;
      }
    },
    onSighting: (listener) => void listeners.push(listener),
    health: () => health.current,
    close() {},
  };
}

/** Collects all parts of one answer; parts may come twice (QoS 1) and in any order. */
function asking(
  { readerId, powerDbm, clock }: MqttReaderOptions,
  device: MqttDevice,
): (asked: AskedAntenna) => Promise<Answer[]> {
  /** Requests that wait for parts, by request id. */
  const waiting = new Map<string, (part: Answer) => void>();
  device.hear("reader-inventory", (payload, isRetained) => {
    if (!isRetained) waiting.get(payload.requestId)?.(payload);
  });

  return ({ antenna, rounds }) => {
    const requestId = device.newId("inv");
    const limitMs = answerMs + rounds * roundMsMax;
    return new Promise((resolve, reject) => {
      const parts = new Map<number, Answer>();
      const end = (error: unknown) => {
        cancel();
        waiting.delete(requestId);
        if (error) reject(error);
        else resolve([...parts.values()]);
      };
      const cancel = clock.after(limitMs, () => end(new Refusal("device-timeout", { device: readerId })));
      waiting.set(requestId, (part) => {
        parts.set(part.part, part);
        if (part.result !== "done") {
          end(new Refusal("device-refused", { device: readerId, detail: part.reason ?? part.result }));
        } else if (parts.size >= Math.min(part.parts, partsPerAnswerMax)) {
          end(null);
        }
      });
      const nowMs = clock.nowMs();
      const power = powerDbm === null ? {} : { powerDbm };
      const times = { sentAt: moment(nowMs), expiresAt: moment(nowMs + answerMs) };
      device
        .say("reader-cmd", { requestId, verb: "inventory", antennas: [antenna], rounds, ...power, ...times })
        .catch(end);
    });
  };
}
