/**
 * A shelf controller on Modbus, by its registerMap (room-1, fatek-njust): polls the status, sends commands, keeps the heartbeat.
 */
import {
  encodeBeat,
  encodeCommand,
  encodeLight,
  encodeStop,
  type RegisterMap,
  type ShelfShape,
} from "../../../firmware-protocols/register-maps/index.ts";
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { ShelfPort, StatusListener } from "../../contract/ports.ts";
import { safetyRuleId } from "../../contract/safety-rules.ts";
import type { ShelfStatus } from "../../contract/shelf.ts";
import type { Priority } from "../bus/transaction.ts";
import { type HealthListener, healthBook } from "./health.ts";
import { keepBeat } from "./keep-beat.ts";
import { linkListeners } from "./link-listeners.ts";
import { mergeStops } from "./merge-stops.ts";
import { type ModbusLine, type ModbusUnit, modbusUnit } from "./modbus-unit.ts";
import { persistStop } from "./persist-stop.ts";
import { pictureReader } from "./read-picture.ts";
import { walkSteps } from "./walk-steps.ts";

export interface ModbusShelfOptions {
  deviceId: string;
  unit: number;
  line: ModbusLine;
  registerMap: RegisterMap;
  shape: ShelfShape;
  clock: Clock;
  onHealth: HealthListener;
}

export interface DriverShelf extends ShelfPort {
  health(): ReturnType<typeof healthBook>["current"];
  close(): void;
}

const pollMs = 200;
/** A heartbeat that waited longer in the queue is not sent. */
const beatQueuedMsMax = 90;
/** After this many polls without a picture the link counts as lost. */
const failedPollsMax = 3;

export function modbusShelf(options: ModbusShelfOptions): DriverShelf {
  const { deviceId, registerMap, clock, line } = options;
  const unit = modbusUnit(line, options.unit, deviceId);
  const health = healthBook(deviceId, "shelf", clock, options.onHealth);
  const statusListeners: StatusListener[] = [];
  const link = linkListeners(clock);
  const readPicture = pictureReader({ ...options, unit });
  let isClosed = false;
  let failedPolls = 0;
  let cancelPoll = () => {};
  let stops = 0;
  const walking = { deviceId, unit, registerMap, clock, stops: () => stops };
  const beats = commandBeats(registerMap, unit);
  const beat = keepBeat(clock, beats.send);

  async function readStatus(priority: Priority): Promise<ShelfStatus> {
    const { status, atMs, askedAtMs } = await readPicture(priority);
    failedPolls = 0;
    link.set(true);
    health.up();
    for (const listener of statusListeners) listener(status, atMs, askedAtMs);
    return status;
  }

  function poll(): void {
    const startMs = clock.monoMs();
    void readStatus("status")
      .catch((error: unknown) => {
        failedPolls++;
        const isPreempted = error instanceof Refusal && error.code === "bus-preempted";
        if (isPreempted || (failedPolls < failedPollsMax && line.bus.link.state.up)) return;
        link.set(false);
        health.down(error);
      })
      .then(() => {
        if (!isClosed) cancelPoll = clock.after(Math.max(20, startMs + pollMs - clock.monoMs()), poll);
      });
  }

  const stopOnce = mergeStops(() => persistStop(clock, () => walkSteps(walking, encodeStop(registerMap), "stop")));

  line.bus.link.onState((state) => {
    if (state.up || isClosed) return;
    link.set(false);
    health.down(state.reason ?? new Refusal("link-lost", { address: line.bus.link.name, detail: "closed" }));
  });
  cancelPoll = clock.after(0, poll);

  return {
    deviceId,
    cannotKeep: registerMap.cannotKeep.map(({ rule }) => safetyRuleId(rule)),
    onStatus: (listener) => void statusListeners.push(listener),
    onLink: link.onLink,
    async send(command, mayGoOn) {
      const untilMs = clock.monoMs() + command.ttlMs;
      const steps = encodeCommand(registerMap, command, beats.next());
      const detail = `no "${command.verb}" in ${registerMap.name}`;
      if (!steps) throw new Refusal("device-refused", { device: deviceId, detail });
      const life = () => (mayGoOn?.() === false ? 0 : untilMs - clock.monoMs());
      await walkSteps(walking, steps, "motion", life);
    },
    stop() {
      stops++;
      return stopOnce();
    },
    heartbeat: beat.heartbeat,
    async light(target) {
      const request = encodeLight(registerMap, target);
      if (!request) return null;
      await unit.ask(request, "status", { retries: 1 });
      return (await readStatus("status")).light;
    },
    health: () => health.current,
    close() {
      isClosed = true;
      cancelPoll();
      beat.close();
    },
  };
}

/** Heartbeats share one numbering with commands; one at a time is under way. */
function commandBeats(registerMap: RegisterMap, unit: ModbusUnit): { next(): number; send(): void } {
  let no = 0;
  let isOut = false;

  return {
    next: () => no++ & 0xffff,
    send() {
      const request = encodeBeat(registerMap, no);
      if (!request || isOut) return;
      no = (no + 1) & 0xffff;
      isOut = true;
      void unit
        .ask(request, "motion", { queuedMsMax: beatQueuedMsMax })
        .catch(() => {})
        .then(() => {
          isOut = false;
        });
    },
  };
}
