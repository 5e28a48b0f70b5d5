/** Chooses the driver of a device in the site file by its kind, its registerMap and its bus. */
import { inputRegisterMaps } from "../../firmware-protocols/digital-inputs/index.ts";
import { registerMaps } from "../../firmware-protocols/register-maps/index.ts";
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { ClimatePort, DeviceHealth, InputPort, ReaderPort, ShelfPort } from "../contract/ports.ts";
import { channelsOf, occupancyInputs } from "../site/input-channels.ts";
import { type Area, antennaKey, type Layout } from "../site/layout.ts";
import type { DeviceSpec } from "../site/schema.ts";
import type { HealthListener } from "./drivers/health.ts";
import { climateRegisterMap, modbusClimate } from "./drivers/modbus-climate.ts";
import { modbusInput } from "./drivers/modbus-input.ts";
import { modbusShelf } from "./drivers/modbus-shelf.ts";
import { mqttClimate } from "./drivers/mqtt-climate.ts";
import { mqttInput } from "./drivers/mqtt-input.ts";
import { mqttReader } from "./drivers/mqtt-reader.ts";
import { mqttShelf } from "./drivers/mqtt-shelf.ts";
import { r2000Reader } from "./drivers/r2000/r2000-reader.ts";
import { streamReader } from "./drivers/stream-reader.ts";
import type { DeviceLines } from "./open-lines.ts";

/** What every driver offers beside its port. */
export interface OpenedDevice {
  health(): DeviceHealth;
  close(): void;
}

export interface DriverOpening {
  layout: Layout;
  clock: Clock;
  lines: DeviceLines;
  onHealth: HealthListener;
}

export function openShelf(opening: DriverOpening, device: DeviceSpec, area: Area): ShelfPort & OpenedDevice {
  const { clock, onHealth, lines } = opening;
  if (lines.isOnMqtt(device)) {
    if (device.protocol !== "archive-mqtt") throw new Refusal("device-protocol-unknown", { protocol: device.protocol });
    return mqttShelf({ deviceId: device.id, room: lines.mqttRoomOf(device), clock, onHealth });
  }
  const registerMap = registerMaps[device.protocol];
  if (!registerMap) throw new Refusal("device-protocol-unknown", { protocol: device.protocol });
  const shape = { columns: area.columns.map((column) => column.no), aisles: area.aisles.length };
  const unit = device.address ?? 1;
  return modbusShelf({
    deviceId: device.id,
    unit,
    line: lines.modbusLineOf(device),
    registerMap,
    shape,
    clock,
    onHealth,
  });
}

export function openReader(opening: DriverOpening, device: DeviceSpec): ReaderPort & OpenedDevice {
  const { layout, clock, onHealth, lines } = opening;
  if (lines.isOnMqtt(device)) return openMqttReader(opening, device);
  const bus = lines.busOf(device);
  if (device.protocol !== "r2000" || bus?.protocol !== "r2000") {
    throw new Refusal("device-protocol-unknown", { protocol: device.protocol });
  }
  return r2000Reader({
    readerId: device.id,
    address: device.address ?? 1,
    antennaCount: device.ports ?? 4,
    powerDbm: device.powerDbm ?? null,
    bus: bus.bus,
    isShared: layout.site.devices.filter((other) => other.bus === device.bus).length > 1,
    clock,
    onHealth,
  });
}

function openMqttReader(opening: DriverOpening, device: DeviceSpec): ReaderPort & OpenedDevice {
  const { layout, clock, onHealth, lines } = opening;
  const shared = {
    readerId: device.id,
    antennaCount: device.ports ?? 4,
    room: lines.mqttRoomOf(device),
    clock,
    onHealth,
  };
  const isUsed = (port: number) => layout.layerByAntenna.has(antennaKey(device.id, port));
  if (device.protocol === "archive-mqtt") return mqttReader({ ...shared, isUsed, powerDbm: device.powerDbm ?? null });
  return streamReader({ ...shared, protocol: device.protocol });
}

export function openClimate(opening: DriverOpening, device: DeviceSpec): ClimatePort & OpenedDevice {
  const { clock, onHealth, lines } = opening;
  if (lines.isOnMqtt(device))
    return mqttClimate({ deviceId: device.id, room: lines.mqttRoomOf(device), clock, onHealth });
  const registerMap = climateRegisterMap(device.protocol);
  if (!registerMap) throw new Refusal("device-protocol-unknown", { protocol: device.protocol });
  const unit = device.address ?? 1;
  return modbusClimate({ deviceId: device.id, unit, line: lines.modbusLineOf(device), registerMap, clock, onHealth });
}

export function openInput(opening: DriverOpening, device: DeviceSpec): InputPort & OpenedDevice {
  const { layout, clock, onHealth, lines } = opening;
  const eyes = layout.areas.flatMap(({ spec }) => occupancyInputs(spec)).filter((input) => input.device === device.id);
  const channels = channelsOf(device).map((one) => ({
    ...one,
    seesPeople: eyes.some(({ channel }) => channel === one.no),
  }));
  const shared = { deviceId: device.id, channels, clock, onHealth };
  if (lines.isOnMqtt(device)) return mqttInput({ ...shared, room: lines.mqttRoomOf(device) });
  const registerMap = inputRegisterMaps[device.protocol];
  if (!registerMap) throw new Refusal("device-protocol-unknown", { protocol: device.protocol });
  return modbusInput({
    ...shared,
    unit: device.address ?? 1,
    line: lines.modbusLineOf(device),
    registerMap,
    firstAddress: device.firstAddress ?? 0,
    closedReads: (device.closedReads ?? 1) === 1,
  });
}
