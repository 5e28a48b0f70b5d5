/** The devices on the twin's lines: readers, contacts, controllers and sensors, each with the interface that its bus needs. */
import type { ModbusMode } from "../firmware-protocols/modbus/index.ts";
import { climateSensors, registerMaps } from "../firmware-protocols/register-maps/index.ts";
import type { Chance } from "../src/clock/chance.ts";
import type { Clock } from "../src/clock/clock.ts";
import { inputIdOf } from "../src/site/input-channels.ts";
import { antennaKey, type Layout } from "../src/site/layout.ts";
import type { DeviceSpec } from "../src/site/schema.ts";
import { climateBank } from "./climate/sensor.ts";
import { type InputModule, newInputModule } from "./input/input-module.ts";
import { inputUnit } from "./input/modbus-unit.ts";
import { type AlarmBell, newAlarmBell } from "./mqtt/alarm-bell.ts";
import { mqttClimate } from "./mqtt/climate.ts";
import { mqttInput } from "./mqtt/input.ts";
import { type MqttReaderBody, mqttReader } from "./mqtt/reader.ts";
import { mqttShelf } from "./mqtt/shelf.ts";
import type { MqttDevice } from "./mqtt/wire.ts";
import { r2000Node } from "./reader/r2000.ts";
import { newR2000, type R2000, restart } from "./reader/r2000-state.ts";
import { isSomebodySeen } from "./room/people.ts";
import type { Room, TwinArea } from "./room/room.ts";
import { modbusSkin } from "./shelf/modbus-skin.ts";
import { statusOf } from "./shelf/status.ts";
import type { Climate, TwinBus, TwinReader } from "./twin-bus.ts";
import type { LineNode } from "./wires/line.ts";
import { type ModbusUnit, modbusNode } from "./wires/modbus-node.ts";

/** Shared by the devices of one twin. */
export interface TwinBody {
  readonly layout: Layout;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly room: Room;
  readonly buses: ReadonlyMap<string, TwinBus>;
  readonly dead: ReadonlySet<string>;
  readonly readers: Map<string, TwinReader>;
  readonly serialReaders: Map<string, R2000>;
  readonly mqttReaders: Map<string, MqttReaderBody>;
  readonly inputs: Map<string, InputModule>;
  readonly bells: Map<string, AlarmBell>;
  areaOf(deviceId: string): TwinArea | null;
  isPowered(deviceId: string): boolean;
  climate(deviceId: string): Climate;
}

/** Speed behind a serial device server, and of a reader whose bus does not give one. */
const readerBaud = 115_200;

export function addDevices(body: TwinBody): void {
  const { layout, clock, chance, room, inputs } = body;
  for (const device of layout.site.devices) {
    const sees = (channel: number) => isSomebodySeen(room.areas.values(), inputIdOf(device.id, channel));
    if (device.kind === "input") inputs.set(device.id, newInputModule(device, clock, chance.fork(device.id), sees));
    if (device.kind === "reader") addReader(body, device);
  }
}

function addReader({ layout, clock, chance, room, ...body }: TwinBody, device: DeviceSpec): void {
  const link = body.buses.get(device.bus)?.spec.link;
  const outside = {
    id: device.id,
    ports: device.ports ?? 16,
    clock,
    chance: chance.fork(device.id),
    air: room.radio,
    layerOf: (port: number) => layout.layerByAntenna.get(antennaKey(device.id, port)) ?? null,
    isPowered: () => body.isPowered(device.id),
  };
  const powerDbm = device.powerDbm ?? 30;
  if (device.protocol === "r2000") {
    const baud = link?.kind === "serial" ? link.baud : readerBaud;
    const reader = newR2000(outside, { address: device.address ?? 1, powerDbm, baud });
    body.serialReaders.set(device.id, reader);
    body.readers.set(device.id, Object.assign(reader, { restart: () => restart(reader) }));
  } else if (device.protocol === "archive-mqtt") {
    let boots = 1;
    const reader = {
      ...outside,
      powerDbm,
      missingPorts: new Set<number>(),
      isMute: false,
      restart: () => void boots++,
    };
    body.mqttReaders.set(device.id, { ...reader, isMute: () => reader.isMute, bootId: () => boots });
    body.readers.set(device.id, reader);
  }
}

export function mqttSide(body: TwinBody, deviceId: string): MqttDevice | null {
  const { layout, clock, room, dead, mqttReaders, bells, inputs, areaOf, isPowered, climate } = body;
  const device = layout.deviceById.get(deviceId);
  if (device?.protocol !== "archive-mqtt") return null;
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

function unitOf(body: TwinBody, device: DeviceSpec): ModbusUnit | null {
  const { room, dead, inputs, areaOf, isPowered, climate } = body;
  const isAlive = () => isPowered(device.id) && !dead.has(device.id);
  const unit = device.address ?? 1;
  const input = inputs.get(device.id);
  if (input) return inputUnit(device, input, isAlive);
  const registerMap = registerMaps[device.protocol];
  const area = areaOf(device.id);
  if (registerMap && area) {
    return { unit, isAlive, bank: modbusSkin(registerMap, area.rig, () => statusOf(area.rig, room.airOf(area))) };
  }
  const name = device.protocol === "th-transmitter" ? "rs485-transmitter" : device.protocol;
  const sensor = Object.values(climateSensors).find((candidate) => candidate.name === name);
  return sensor ? { unit, isAlive, bank: climateBank(sensor, () => climate(device.id)) } : null;
}

export function nodesOf(body: TwinBody, bus: TwinBus): LineNode[] {
  const baud = baudOfBus(bus);
  const nodes: LineNode[] = [];
  const units = new Map<ModbusMode, ModbusUnit[]>();
  for (const device of bus.devices) {
    const reader = body.serialReaders.get(device.id);
    if (reader) nodes.push(r2000Node(reader));
    const unit = unitOf(body, device);
    if (unit) units.set(modeOf(bus, device), [...(units.get(modeOf(bus, device)) ?? []), unit]);
  }
  for (const [mode, list] of units)
    nodes.push(modbusNode(bus.spec.id, mode, mode === "tcp" ? null : baud, list, body.clock));
  return nodes.map((node) => ({
    ...node,
    baud: () => (node.baud() === null ? null : (bus.wrongBaud ?? node.baud())),
  }));
}

function modeOf(bus: TwinBus, device: DeviceSpec): ModbusMode {
  if (bus.spec.link.kind === "serial") return "rtu";
  return device.framing === "rtu" ? "rtu-over-tcp" : "tcp";
}

/** The usual speed of Modbus devices behind a serial server. */
const modbusServerBaud = 19_200;

export function baudOfBus(bus: TwinBus | undefined): number | null {
  if (!bus) return null;
  if (bus.spec.link.kind === "serial") return bus.spec.link.baud;
  if (bus.devices.some((device) => device.protocol === "r2000")) return readerBaud;
  return bus.devices.some((device) => device.framing === "rtu") ? modbusServerBaud : null;
}
