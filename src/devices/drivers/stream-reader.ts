/**
 * A reader that streams JSON over MQTT by itself (Impinj R700, Zebra IoT Connector). It cannot be asked for rounds, so a round is
 * a window of `roundMs`, and a tag answered those rounds in whose windows it was read. Its topic is configured on the reader.
 */
import type { ReaderReport } from "../../../firmware-protocols/epc/tag-read.ts";
import { decodeReport as decodeImpinj } from "../../../firmware-protocols/impinj-r700/index.ts";
import { decodeReport as decodeZebra } from "../../../firmware-protocols/zebra-iotc/index.ts";
import { type Clock, sleep } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { InventoryRequest } from "../../contract/ports.ts";
import type { AntennaCoverage, Sighting } from "../../contract/sighting.ts";
import { type AskedAntenna, coverageOf } from "./antenna-coverage.ts";
import { type HealthListener, healthBook } from "./health.ts";
import type { MqttRoom } from "./mqtt-device.ts";
import type { DriverReader } from "./r2000/r2000-reader.ts";

export interface StreamReaderOptions {
  readerId: string;
  protocol: string;
  antennaCount: number;
  room: MqttRoom;
  clock: Clock;
  onHealth: HealthListener;
}

export const streamProtocols: Readonly<Record<string, (json: unknown) => ReaderReport>> = {
  "impinj-r700": (json) => decodeImpinj(json, "unset"),
  "zebra-iotc": decodeZebra,
};

export const roundMs = 500;
const roundsMax = 100;
/** A stream silent for this long may be broken, so missing tags prove nothing. */
const silentMsMax = 60_000;
const messageBytesMax = 256 * 1024;
/** A reader's clock may be wrong; its reads are never taken to be older than this. */
const agoMsMax = 10_000;

interface Window {
  /** Monotonic. */
  fromMs: number;
  /** Key: antenna and EPC. */
  heard: Map<string, { antenna: number; epc: string; rounds: Set<number>; bestDbm: number | null }>;
}

/** `archive/v1/{site}/{room}/reader/{id}/native`: the data topic to enter on the reader. */
export function nativeTopic(site: string, room: string, readerId: string): string {
  return `archive/v1/${site}/${room}/reader/${readerId}/native`;
}

export function streamReader(options: StreamReaderOptions): DriverReader {
  const { readerId, room, clock } = options;
  const decode = streamProtocols[options.protocol];
  if (!decode) throw new Refusal("device-protocol-unknown", { protocol: options.protocol });
  const health = healthBook(readerId, "reader", clock, options.onHealth);
  const listeners: ((sighting: Sighting) => void)[] = [];
  const windows = new Set<Window>();
  const disconnected = new Set<number>();
  /** Monotonic. */
  let heardAtMs = Number.NEGATIVE_INFINITY;

  room.link.subscribe(nativeTopic(room.site, room.room, readerId), ({ payload, isRetained }) => {
    if (isRetained || payload.length > messageBytesMax) return;
    const report = decode(parse(payload));
    const nowMs = clock.nowMs();
    if (report.problems.length > 0 && report.reads.length === 0) {
      const detail = `${report.problems[0]?.path ?? ""} ${report.problems[0]?.why ?? ""}`.trim();
      health.degraded(new Refusal("device-wrong-answer", { device: readerId, detail }));
      return;
    }
    heardAtMs = clock.monoMs();
    for (const hint of report.hints) {
      if (hint.connected) disconnected.delete(hint.antenna);
      else disconnected.add(hint.antenna);
    }
    const [bad] = disconnected;
    if (bad === undefined) health.up();
    else health.degraded(new Refusal("device-antenna-missing", { device: readerId, antenna: bad }));
    for (const read of report.reads) {
      if (read.antenna === null) continue;
      const atMs = read.atMs === null || read.atMs > nowMs || read.atMs < nowMs - agoMsMax ? nowMs : read.atMs;
      const { epc, antenna, signalDbm, count } = read;
      for (const listener of listeners) listener({ epc, readerId, antenna, signalDbm, atMs, count });
      for (const window of windows) note(window, antenna, epc, signalDbm, heardAtMs);
    }
  });
  room.link.onState((state) => {
    if (!state.up) health.down(state.reason ?? new Refusal("broker-offline", { address: "", detail: "closed" }));
  });

  function coverageNow(asked: AskedAntenna, window: Window): AntennaCoverage {
    const isSilent = clock.monoMs() - heardAtMs > silentMsMax;
    const fault = !room.link.state.up
      ? "link-down"
      : isSilent
        ? "timeout"
        : disconnected.has(asked.antenna)
          ? "antenna-missing"
          : null;
    return coverageOf(asked, fault, fault === null ? sightingsIn(window, asked, clock.nowMs()) : []);
  }

  return {
    readerId,
    antennaCount: options.antennaCount,
    async *inventory(request: InventoryRequest) {
      const rounds = Math.max(1, Math.min(roundsMax, request.roundsEach));
      const window: Window = { fromMs: clock.monoMs(), heard: new Map() };
      windows.add(window);
      await sleep(clock, rounds * roundMs);
      windows.delete(window);
      if (clock.monoMs() - heardAtMs > silentMsMax) health.down(new Refusal("device-timeout", { device: readerId }));
      for (const antenna of request.antennas) yield coverageNow({ readerId, antenna, rounds }, window);
    },
    onSighting: (listener) => void listeners.push(listener),
    health: () => health.current,
    close() {},
  };
}

function note(window: Window, antenna: number, epc: string, signalDbm: number | null, monoMs: number): void {
  const key = `${antenna}/${epc}`;
  const known = window.heard.get(key) ?? { antenna, epc, rounds: new Set<number>(), bestDbm: null };
  window.heard.set(key, known);
  known.rounds.add(Math.floor((monoMs - window.fromMs) / roundMs));
  if (signalDbm !== null) known.bestDbm = Math.max(known.bestDbm ?? signalDbm, signalDbm);
}

function sightingsIn({ heard }: Window, { readerId, antenna, rounds }: AskedAntenna, atMs: number): Sighting[] {
  return [...heard.values()]
    .filter((one) => one.antenna === antenna)
    .map(({ epc, rounds: heardIn, bestDbm }) => {
      return { epc, readerId, antenna, signalDbm: bestDbm, atMs, count: Math.min(rounds, heardIn.size) };
    });
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(payload));
  } catch {
    return null;
  }
}
