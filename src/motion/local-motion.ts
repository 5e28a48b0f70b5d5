/**
 * Motion in the gateway's own process, for simulation and tests that hold, delay and kill either side. Production and demo run it
 * as a process of its own (start-motion.ts); both exchange the same messages.
 */
import type { Clock } from "../clock/clock.ts";
import type { DevicePorts } from "../contract/ports.ts";
import { type LeadKeeper, leadOfFolder } from "../lead/keep-lead.ts";
import { memoryFactLog } from "./fact-log.ts";
import { memoryLogs } from "./memory-logs.ts";
import type { AreaStart, Fact, FromMotion, Motion, MotionEnd, StopWish, ToMotion } from "./messages.ts";
import { type MotionCore, openMotionCore } from "./motion-core.ts";

export interface LocalMotion extends Motion {
  /** Messages to a held side wait until it is released; a held motion receives none, but its devices still send to it. */
  hold(side: "gateway" | "motion", isHeld: boolean): void;
  /** Like kill -9 of the motion process. */
  kill(): void;
  /** STOP through its own door, past the gateway; returns the number of areas, or null: no such area, or no motion runs. */
  stop(wish: StopWish): number | null;
}

export interface LocalMotionOptions {
  clock: Clock;
  shelves: DevicePorts["shelves"];
  inputs?: DevicePorts["inputs"];
  /** Alarms that motion hears by itself. */
  alarms?: DevicePorts["onAlarm"];
  onFailure(error: unknown): void;
  /** Returns log names, each different from all before, also across restarts. */
  nextLogId(): string;
  /** Logs by name, kept across restarts as a folder would. */
  logs?: Map<string, Fact[]>;
  /** Makes a keeper for each motion that starts, on a clock that ends with it; left out: the lead is always held. */
  lead?(clock: Clock): LeadKeeper;
}

export function localMotion({
  clock,
  shelves,
  inputs,
  alarms,
  onFailure,
  nextLogId,
  logs = new Map(),
  lead = () => leadOfFolder,
}: LocalMotionOptions): LocalMotion {
  const held = { gateway: false, motion: false };
  const queues = { gateway: [] as FromMotion[], motion: [] as ToMotion[] };
  let running: { core: MotionCore; hear(message: FromMotion): void; ended(why: string): void; isGone: boolean } | null =
    null;

  function deliver(): void {
    const to = running;
    if (!to || to.isGone) return;
    while (!held.motion && queues.motion.length > 0) to.core.receive(queues.motion.shift() as ToMotion);
    while (!held.gateway && queues.gateway.length > 0) to.hear(queues.gateway.shift() as FromMotion);
  }

  /** Delivered after the sender's own turn, as over a pipe. STOP is delivered at once, because nothing may delay it. */
  function post<Side extends "gateway" | "motion">(side: Side, message: (typeof queues)[Side][number]): void {
    (queues[side] as unknown[]).push(message);
    const isStop = message.kind === "order" && message.order.kind === "stop";
    if (isStop) deliver();
    else queueMicrotask(deliver);
  }

  function kill(): void {
    const killed = running;
    if (!killed || killed.isGone) return;
    killed.isGone = true;
    held.motion = false;
    queues.gateway.length = 0;
    queues.motion.length = 0;
    for (const port of shelves.values()) port.heartbeat(false);
    killed.ended("killed");
  }

  return {
    kill,
    stop: (wish) => (running && !running.isGone && !held.motion ? running.core.stop(wish) : null),
    hold(side, isHeld) {
      held[side] = isHeld;
      deliver();
    },
    ...memoryLogs(logs, nextLogId),
    async start(areas: readonly AreaStart[]): Promise<MotionEnd> {
      const logId = nextLogId();
      const kept: Fact[] = [];
      logs.set(logId, kept);
      const listeners: ((message: FromMotion) => void)[] = [];
      const endings: ((why: string, left: Iterable<Fact>) => void)[] = [];
      /** Messages sent before anybody listens, e.g. the STOP of a start. */
      const early: FromMotion[] = [];
      const mine = {
        core: null as unknown as MotionCore,
        isGone: false,
        hear: (message: FromMotion) => {
          if (listeners.length === 0) early.push(message);
          for (const listener of listeners) listener(message);
        },
        ended: (why: string) => {
          for (const listener of endings) listener(why, [...kept]);
        },
      };
      const mortal: Clock = { ...clock, after: (delayMs, fn) => clock.after(delayMs, () => mine.isGone || fn()) };
      const keeper = lead(mortal);
      mine.core = openMotionCore({
        clock: mortal,
        areas,
        shelves: portsOf(shelves, () => mine.isGone),
        ...(inputs ? { inputs: aliveInputs(inputs, () => mine.isGone) } : {}),
        ...(alarms ? { alarms: aliveAlarms(alarms, () => mine.isGone) } : {}),
        health: () => [],
        lead: { ...keeper, onStanding: (listener) => keeper.onStanding((now) => void (mine.isGone || listener(now))) },
        log: memoryFactLog(logId, kept),
        send: (message) => void (mine.isGone || post("gateway", message)),
        onFailure,
      });
      running = mine;
      keeper.onStanding((standing) => {
        if (standing !== "lost" || mine.isGone) return;
        void mine.core.end().then(() => {
          if (mine.isGone) return;
          deliver();
          mine.isGone = true;
          mine.ended("the lead is lost");
        });
      });
      return {
        logId,
        cannotKeep: mine.core.cannotKeep,
        send: (message) => void (mine.isGone || post("motion", message)),
        onMessage(listener) {
          listeners.push(listener);
          for (const message of early.splice(0)) listener(message);
        },
        onEnd: (listener) => void endings.push(listener),
        kill,
        async close() {
          const ending = mine.core.end();
          deliver();
          await ending;
          await keeper.close();
          mine.isGone = true;
          if (kept.length === 0) logs.delete(logId);
        },
      };
    },
  };
}

/** The ports stay open while motion dies and restarts: a dead motion sends and receives nothing, and no answer reaches it. */
function portsOf(shelves: DevicePorts["shelves"], isGone: () => boolean): DevicePorts["shelves"] {
  const never = new Promise<never>(() => {});
  const alive = <T>(work: () => Promise<T>): Promise<T> => {
    if (isGone()) return never;
    return work().then(
      (value) => (isGone() ? never : value),
      (error: unknown) => (isGone() ? never : Promise.reject(error)),
    );
  };
  return new Map(
    [...shelves].map(([areaKey, port]) => [
      areaKey,
      {
        deviceId: port.deviceId,
        cannotKeep: port.cannotKeep,
        onStatus: (listener) => port.onStatus((...heard) => void (isGone() || listener(...heard))),
        onLink: (listener) => port.onLink((up, atMs) => void (isGone() || listener(up, atMs))),
        send: (command, mayGoOn) => alive(() => port.send(command, mayGoOn)),
        stop: () => alive(() => port.stop()),
        heartbeat: (on) => void (isGone() || port.heartbeat(on)),
        light: (target) => alive(() => port.light(target)),
      } satisfies typeof port,
    ]),
  );
}

function aliveAlarms(alarms: DevicePorts["onAlarm"], isGone: () => boolean): DevicePorts["onAlarm"] {
  return (listener) =>
    alarms({
      onAlarm: (alarm) => void (isGone() || listener.onAlarm(alarm)),
      onFault: (seen) => void (isGone() || listener.onFault(seen)),
    });
}

function aliveInputs(inputs: DevicePorts["inputs"], isGone: () => boolean): DevicePorts["inputs"] {
  return new Map(
    [...inputs].map(([id, port]) => [
      id,
      {
        ...port,
        onPress: (listener) => port.onPress((press) => void (isGone() || listener(press))),
        onReading: (listener) => port.onReading((reading) => void (isGone() || listener(reading))),
      } satisfies typeof port,
    ]),
  );
}
