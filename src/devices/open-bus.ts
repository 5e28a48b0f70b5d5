/** Opens a bus of the site file: keeps its link up and chooses the parser by the devices on it. */

import type { StreamParser } from "../../firmware-protocols/framing/stream-parser.ts";
import { silenceMs } from "../../firmware-protocols/framing/stream-parser.ts";
import {
  createResponseParser,
  type ModbusAdu,
  type ModbusMode,
  rtuSilenceMs,
} from "../../firmware-protocols/modbus/index.ts";
import { createR2000Parser, type R2000Frame } from "../../firmware-protocols/r2000/index.ts";
import type { Chance } from "../clock/chance.ts";
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { BusSpec, DeviceSpec, LinkSpec } from "../site/schema.ts";
import { type Bus, createBus } from "./bus/bus.ts";
import type { ModbusLine } from "./drivers/modbus-unit.ts";
import type { ByteLink } from "./links/byte-link.ts";
import { type KeptLink, keepLinkUp } from "./links/keep-link-up.ts";
import { serialLink } from "./links/serial.ts";
import { tcpLink } from "./links/tcp.ts";

/** A link as written in the site file, or an existing one (simulation, tests). */
export type LinkOverride = LinkSpec | ByteLink;

export interface OpenBusOptions {
  spec: BusSpec;
  override: LinkOverride | undefined;
  /** The devices on this bus. */
  devices: readonly DeviceSpec[];
  clock: Clock;
  chance: Chance;
}

export type OpenedBus =
  | { protocol: "r2000"; link: KeptLink; bus: Bus<R2000Frame> }
  | { protocol: "modbus"; link: KeptLink; line: ModbusLine };

/** Readers answer within a byte's time of the request; this only keeps a slow transceiver from cutting off our last bit. */
const readerGapMs = 1;

/** The usual rate of Modbus devices behind a serial server; the site file does not give it. */
const serialServerBaud = 19_200;

export function openBus(options: OpenBusOptions): OpenedBus {
  const { spec, clock, devices } = options;
  const wanted = options.override ?? spec.link;
  const baud = ("kind" in wanted ? baudOf(wanted) : null) ?? baudOf(spec.link);
  const link = keepLinkUp(byteLinkOf(wanted, spec.id), clock, options.chance.fork(spec.id));
  const isReaders = devices.every((device) => device.protocol === "r2000");
  if (!isReaders && devices.some((device) => device.protocol === "r2000")) {
    throw new Refusal("bad-input", { detail: `bus ${spec.id} carries R2000 readers and other devices` });
  }
  const nameByAddress = new Map(devices.map((device) => [device.address ?? 1, device.id]));
  const shared = {
    id: spec.id,
    link,
    clock,
    deviceName: (slave: number) => nameByAddress.get(slave) ?? `${spec.id}/${slave}`,
  };
  if (isReaders) {
    const parser: StreamParser<R2000Frame> = createR2000Parser();
    return { protocol: "r2000", link, bus: createBus({ ...shared, parser, silenceMs, gapMs: baud ? readerGapMs : 0 }) };
  }
  const mode = modeOf(options, wanted);
  const bus = createBus<ModbusAdu>({
    ...shared,
    parser: createResponseParser(mode),
    silenceMs,
    gapMs: baud ? rtuSilenceMs(baud) : 0,
    noiseBreaksLink: mode === "tcp",
  });
  const lineBaud = mode === "tcp" ? null : (baud ?? serialServerBaud);
  return { protocol: "modbus", link, line: { bus, mode, baud: lineBaud, nextTransactionId: 1 } };
}

function baudOf(link: LinkSpec): number | null {
  return link.kind === "serial" ? link.baud : null;
}

function byteLinkOf(wanted: LinkOverride, busId: string): ByteLink {
  if (!("kind" in wanted)) return wanted;
  if (wanted.kind === "serial") return serialLink(wanted);
  if (wanted.kind === "tcp") return tcpLink(wanted);
  throw new Refusal("bad-input", { detail: `bus ${busId} is MQTT, but a device on it speaks bytes` });
}

/** RTU on wires; on TCP what the devices specify, MBAP by default. */
function modeOf(options: OpenBusOptions, wanted: LinkOverride): ModbusMode {
  const framings = new Set(options.devices.map((device) => device.framing ?? "tcp"));
  if (options.spec.link.kind === "serial" || ("kind" in wanted && wanted.kind === "serial")) {
    return "kind" in wanted && wanted.kind === "tcp" ? "rtu-over-tcp" : "rtu";
  }
  if (framings.size > 1) throw new Refusal("bad-input", { detail: `bus ${options.spec.id} mixes Modbus framings` });
  return framings.has("tcp") ? "tcp" : "rtu-over-tcp";
}
