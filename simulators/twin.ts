/**
 * The twin of a room: hardware that answers like the real one. In a test it runs under a virtual clock on wires in memory;
 * main.ts gives it ptys, sockets and MQTT. It is told tags, thicknesses and slots, never a catalogue.
 */
import type { ModbusMode } from "../firmware-protocols/modbus/index.ts";
import { climateSensors, shelfProfiles } from "../firmware-protocols/shelf-profiles/index.ts";
import { type Chance, seededChance } from "../src/clock/chance.ts";
import type { Clock } from "../src/clock/clock.ts";
import { inputIdOf, occupancyInputs } from "../src/site/input-channels.ts";
import { antennaKey, type Layout } from "../src/site/layout.ts";
import type { BusSpec, DeviceSpec } from "../src/site/schema.ts";
import { climateBank } from "./climate/sensor.ts";
import { type InputModule, newInputModule } from "./input/input-module.ts";
import { inputUnit } from "./input/modbus-unit.ts";
import { type AlarmBell, newAlarmBell } from "./mqtt/alarm-bell.ts";
import { mqttClimate } from "./mqtt/climate.ts";
import { mqttInput } from "./mqtt/input.ts";
import { type MqttReaderBody, mqttReader } from "./mqtt/reader.ts";
import { mqttShelf } from "./mqtt/shelf.ts";
import type { MqttDevice } from "./mqtt/wire.ts";
import { type AirRules, calmAir } from "./radio/parameters.ts";
import { r2000Node } from "./reader/r2000.ts";
import { newR2000, type R2000, restart } from "./reader/r2000-state.ts";
import type { StandingBox } from "./room/boxes.ts";
import { isSomebodySeen } from "./room/people.ts";
import { newRoom, type Room, type TwinArea } from "./room/room.ts";
import { type ScaledClock, scaledClock } from "./scaled-clock.ts";
import { modbusSkin } from "./shelf/modbus-skin.ts";
import type { ControllerRules } from "./shelf/state.ts";
import { statusOf } from "./shelf/status.ts";
import { type LineFaults, type LineNode, openLine, type Wire } from "./wires/line.ts";
import { type ModbusUnit, modbusNode } from "./wires/modbus-node.ts";

export interface TwinOptions {
  layout: Layout;
  standing: readonly StandingBox[];
  clock: Clock;
  seed: string | number;
  confirmedAtStart?: boolean;
  rules?: Partial<ControllerRules>;
  /** Over calmAir; give defaultAir for the full physics. */
  air?: Partial<AirRules>;
  bootIdBefore?: number;
}

/** What can be pulled out and plugged in again; wires that cannot leave it out. */
export interface Plug {
  unplug(): void | Promise<void>;
  replug(): void | Promise<void>;
}

export interface TwinBus {
  spec: BusSpec;
  devices: DeviceSpec[];
  faults: LineFaults;
  /** Fault: every device on it listens at this speed instead of its own. */
  wrongBaud: number | null;
  isPlugged: boolean;
  plug: Plug | null;
}

export interface ClimateFault {
  /** Same value for ever. */
  isStuck: boolean;
  /** The probe is broken: nonsense values. */
  isBroken: boolean;
}

export interface TwinReader {
  ports: number;
  /** Faults, 1-based. */
  missingPorts: Set<number>;
  isMute: boolean;
  restart(): void;
}

export interface Twin {
  room: Room;
  /** Time of the wires and the readers; the room's own may run faster. */
  clock: Clock;
  roomClock: ScaledClock;
  chance: Chance;
  buses: Map<string, TwinBus>;
  /** Readers of every protocol by device id. */
  readers: Map<string, TwinReader>;
  /** Devices that answer nobody. */
  dead: Set<string>;
  climateFaults: Map<string, ClimateFault>;
  /** Contacts and their modules by device id. */
  inputs: Map<string, InputModule>;
  /** What calls out over MQTT, by the id of the area's controller. */
  bells: Map<string, AlarmBell>;
  /** Puts a host's wire on a bus. Every connection gets ears of its own. Returns what takes it off again. */
  attach(busId: string, wire: Wire, hostBaud?: () => number | null): () => void;
  /** The MQTT side of a device, or null when it has none. */
  mqttDevice(deviceId: string): MqttDevice | null;
  /** Plugs of MQTT devices, each on a connection of its own. */
  mqttPlugs: Map<string, Plug>;
  /** Speed of a serial bus, or null for TCP without a serial line behind it. */
  baudOf(busId: string): number | null;
  /** The area a device works in, or null. */
  areaOf(deviceId: string): TwinArea | null;
  isPowered(deviceId: string): boolean;
  climate(deviceId: string): { temperatureC: number | null; humidityPct: number | null };
  /** Makes the room's time run faster; heartbeats and lines keep real time. */
  setTimeFactor(factor: number): void;
}

/** Speed behind a serial device server, and of a reader whose bus does not tell. */
const readerBaud = 115_200;

export function createTwin(options: TwinOptions): Twin {
  const { layout, clock } = options;
  const chance = seededChance(options.seed);
  const roomClock = scaledClock(clock);
  const room = newRoom({ ...options, clock: roomClock, chance, air: { ...calmAir, ...options.air } });
  const areaKeys = devicesByArea(layout);
  const dead = new Set<string>();
  const readers = new Map<string, TwinReader>();
  const serialReaders = new Map<string, R2000>();
  const mqttReaders = new Map<string, MqttReaderBody>();
  const climateFaults = new Map<string, ClimateFault>();
  const bells = new Map<string, AlarmBell>();
  const lastClimate = new Map<string, { temperatureC: number; humidityPct: number }>();
  const buses = new Map<string, TwinBus>();
  for (const spec of layout.site.buses) {
    const devices = layout.site.devices.filter((device) => device.bus === spec.id);
    const faults = { lossChance: 0, noiseChance: 0 };
    buses.set(spec.id, { spec, devices, faults, wrongBaud: null, isPlugged: true, plug: null });
  }

  const areaOf = (deviceId: string) => room.areas.get(areaKeys.get(deviceId) ?? "") ?? null;
  const isPowered = (deviceId: string) => areaOf(deviceId)?.rig.isPowered() ?? true;

  function climate(deviceId: string) {
    const area = areaOf(deviceId) ?? [...room.areas.values()][0];
    const fault = climateFaults.get(deviceId);
    if (fault?.isBroken || !area) return { temperatureC: null, humidityPct: null };
    const known = lastClimate.get(deviceId);
    if (fault?.isStuck && known) return known;
    const { temperatureC, humidityPct } = room.airOf(area);
    const now = { temperatureC, humidityPct };
    lastClimate.set(deviceId, now);
    return now;
  }

  const inputs = new Map<string, InputModule>();
  for (const device of layout.site.devices) {
    const sees = (channel: number) => isSomebodySeen(room.areas.values(), inputIdOf(device.id, channel));
    if (device.kind === "input") inputs.set(device.id, newInputModule(device, clock, chance.fork(device.id), sees));
    if (device.kind !== "reader") continue;
    const link = buses.get(device.bus)?.spec.link;
    const outside = {
      id: device.id,
      ports: device.ports ?? 16,
      clock,
      chance: chance.fork(device.id),
      air: room.radio,
      layerOf: (port: number) => layout.layerByAntenna.get(antennaKey(device.id, port)) ?? null,
      isPowered: () => isPowered(device.id),
    };
    const powerDbm = device.powerDbm ?? 30;
    if (device.profile === "r2000") {
      const baud = link?.kind === "serial" ? link.baud : readerBaud;
      const reader = newR2000(outside, { address: device.address ?? 1, powerDbm, baud });
      serialReaders.set(device.id, reader);
      readers.set(device.id, Object.assign(reader, { restart: () => restart(reader) }));
    } else if (device.profile === "archive-mqtt") {
      let boots = 1;
      const reader = {
        ...outside,
        powerDbm,
        missingPorts: new Set<number>(),
        isMute: false,
        restart: () => void boots++,
      };
      mqttReaders.set(device.id, { ...reader, isMute: () => reader.isMute, bootId: () => boots });
      readers.set(device.id, reader);
    }
  }

  function mqttDevice(deviceId: string): MqttDevice | null {
    const device = layout.deviceById.get(deviceId);
    if (device?.profile !== "archive-mqtt") return null;
    const area = areaOf(deviceId);
    const place = { site: layout.site.site, room: device.room ?? area?.area.roomId ?? "", id: deviceId };
    const reader = mqttReaders.get(deviceId);
    if (reader) return mqttReader(reader, place);
    if (device.kind === "shelf" && area) {
      const bell = bells.get(deviceId) ?? newAlarmBell();
      bells.set(deviceId, bell);
      return mqttShelf(area.rig, bell, () => statusOf(area.rig, room.airOf(area)), place, clock);
    }
    const isUp = () => isPowered(deviceId) && !dead.has(deviceId);
    const input = inputs.get(deviceId);
    if (input) return mqttInput(input, isUp, place, clock);
    return device.kind === "climate" ? mqttClimate(() => climate(deviceId), isUp, place, clock) : null;
  }

  function unitOf(device: DeviceSpec): ModbusUnit | null {
    const isAlive = () => isPowered(device.id) && !dead.has(device.id);
    const unit = device.address ?? 1;
    const input = inputs.get(device.id);
    if (input) return inputUnit(device, input, isAlive);
    const profile = shelfProfiles[device.profile];
    const area = areaOf(device.id);
    if (profile && area) {
      return { unit, isAlive, bank: modbusSkin(profile, area.rig, () => statusOf(area.rig, room.airOf(area))) };
    }
    const name = device.profile === "th-transmitter" ? "rs485-transmitter" : device.profile;
    const sensor = Object.values(climateSensors).find((candidate) => candidate.name === name);
    return sensor ? { unit, isAlive, bank: climateBank(sensor, () => climate(device.id)) } : null;
  }

  function nodesOf(bus: TwinBus): LineNode[] {
    const baud = baudOfBus(bus);
    const nodes: LineNode[] = [];
    const units = new Map<ModbusMode, ModbusUnit[]>();
    for (const device of bus.devices) {
      const reader = serialReaders.get(device.id);
      if (reader) nodes.push(r2000Node(reader));
      const unit = unitOf(device);
      if (unit) units.set(modeOf(bus, device), [...(units.get(modeOf(bus, device)) ?? []), unit]);
    }
    for (const [mode, list] of units)
      nodes.push(modbusNode(bus.spec.id, mode, mode === "tcp" ? null : baud, list, clock));
    return nodes.map((node) => ({
      ...node,
      baud: () => (node.baud() === null ? null : (bus.wrongBaud ?? node.baud())),
    }));
  }

  return {
    room,
    clock,
    roomClock,
    chance,
    buses,
    readers,
    dead,
    climateFaults,
    inputs,
    bells,
    areaOf,
    isPowered,
    climate,
    mqttDevice,
    mqttPlugs: new Map(),
    baudOf: (busId) => baudOfBus(buses.get(busId)),
    attach(busId, wire, hostBaud) {
      const bus = buses.get(busId);
      if (!bus) throw new Error(`the site has no bus ${busId}`);
      const line = openLine({
        clock,
        chance: chance.fork(`line/${busId}`),
        wire,
        nodes: nodesOf(bus),
        faults: bus.faults,
        ...(hostBaud ? { hostBaud } : {}),
      });
      return () => line.close();
    },
    setTimeFactor(factor) {
      for (const area of room.areas.values())
        area.rules.heartbeatStaleMs = (area.rules.heartbeatStaleMs / roomClock.factor()) * factor;
      roomClock.setFactor(factor);
    },
  };
}

function modeOf(bus: TwinBus, device: DeviceSpec): ModbusMode {
  if (bus.spec.link.kind === "serial") return "rtu";
  return device.framing === "rtu" ? "rtu-over-tcp" : "tcp";
}

/** A serial server's own line: what its Modbus devices usually run at. */
const modbusServerBaud = 19_200;

function baudOfBus(bus: TwinBus | undefined): number | null {
  if (!bus) return null;
  if (bus.spec.link.kind === "serial") return bus.spec.link.baud;
  if (bus.devices.some((device) => device.profile === "r2000")) return readerBaud;
  return bus.devices.some((device) => device.framing === "rtu") ? modbusServerBaud : null;
}

/** Which area each device hangs in: controllers, lights and sensors by name, readers by what their antennas cover. */
function devicesByArea(layout: Layout): Map<string, string> {
  const keys = new Map<string, string>();
  for (const { id, roomId, spec } of layout.areas) {
    const key = `${roomId}.${id}`;
    keys.set(spec.controller, key);
    if (spec.lights) keys.set(spec.lights, key);
    for (const sensor of spec.climate ?? []) keys.set(sensor, key);
    for (const coverage of spec.antennas) keys.set(coverage.reader, key);
    const keyed = [...(spec.resetInputs ?? []), ...(spec.confirmInputs ?? []), ...occupancyInputs(spec)];
    for (const input of keyed) keys.set(input.device, keys.get(input.device) ?? key);
  }
  return keys;
}
