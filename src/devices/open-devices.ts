/** Opens every device of a site. Returns at once: what is not plugged in yet comes up later, and `health()` says so. */
import { shelfProfiles } from "../../firmware-protocols/shelf-profiles/index.ts";
import type { Chance } from "../clock/chance.ts";
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { ClimatePort, DeviceHealth, DevicePorts, ReaderPort, ShelfPort } from "../contract/ports.ts";
import type { Area, Layout } from "../site/layout.ts";
import type { DeviceSpec } from "../site/schema.ts";
import { climateProfile, modbusClimate } from "./drivers/modbus-climate.ts";
import { modbusShelf } from "./drivers/modbus-shelf.ts";
import { r2000Reader } from "./drivers/r2000-reader.ts";
import { type LinkOverride, type OpenedBus, openBus } from "./open-bus.ts";

export interface OpenDevicesOptions {
  layout: Layout;
  clock: Clock;
  chance: Chance;
  /** By bus id: the twin's ports in place of the site file's. */
  links?: Readonly<Record<string, LinkOverride>>;
  /** Where devices on `kind: mqtt` buses are found; without it they stay down. */
  mqtt?: MqttAccess;
}

export interface MqttAccess {
  url: string;
  username: string;
  password: string;
  /** PEM of the authority that signed the broker's certificate (mqtts://). */
  ca?: string;
}

/** What every driver has beside its port. */
export interface OpenedDevice {
  health(): DeviceHealth;
  close(): void;
}

export function areaKey(area: Pick<Area, "roomId" | "id">): string {
  return `${area.roomId}.${area.id}`;
}

export function openDevices(options: OpenDevicesOptions): DevicePorts {
  const { layout, clock } = options;
  const opened: OpenedDevice[] = [];
  const healthListeners: ((health: DeviceHealth) => void)[] = [];
  const onHealth = (health: DeviceHealth) => {
    for (const listener of healthListeners) listener(health);
  };
  const shelves = new Map<string, ShelfPort>();
  const readers = new Map<string, ReaderPort>();
  const climates = new Map<string, ClimatePort>();

  const buses = new Map<string, OpenedBus>();
  for (const spec of layout.site.buses) {
    const devices = layout.site.devices.filter((device) => device.bus === spec.id);
    const override = options.links?.[spec.id];
    const isMqtt = !override && spec.link.kind === "mqtt";
    if (!isMqtt && devices.length > 0) {
      buses.set(spec.id, openBus({ spec, override, devices, clock, chance: options.chance }));
    }
  }

  function modbusLineOf(device: DeviceSpec) {
    const bus = buses.get(device.bus);
    if (bus?.protocol === "modbus") return bus.line;
    throw new Refusal("bad-input", { detail: `${device.id} (${device.profile}) needs a Modbus bus` });
  }

  function openShelf(device: DeviceSpec, area: Area): ShelfPort & OpenedDevice {
    const profile = shelfProfiles[device.profile];
    if (!profile) throw new Refusal("device-profile-unknown", { profile: device.profile });
    const shape = { columns: area.columns.map((column) => column.no), aisles: area.aisles.length };
    const unit = device.address ?? 1;
    return modbusShelf({ deviceId: device.id, unit, line: modbusLineOf(device), profile, shape, clock, onHealth });
  }

  function openReader(device: DeviceSpec): ReaderPort & OpenedDevice {
    const bus = buses.get(device.bus);
    if (device.profile !== "r2000" || bus?.protocol !== "r2000") {
      throw new Refusal("device-profile-unknown", { profile: device.profile });
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

  function openClimate(device: DeviceSpec): ClimatePort & OpenedDevice {
    const profile = climateProfile(device.profile);
    if (!profile) throw new Refusal("device-profile-unknown", { profile: device.profile });
    const unit = device.address ?? 1;
    return modbusClimate({ deviceId: device.id, unit, line: modbusLineOf(device), profile, clock, onHealth });
  }

  function keep<Port extends OpenedDevice>(port: Port): Port {
    opened.push(port);
    return port;
  }

  for (const area of layout.areas) {
    const controller = layout.deviceById.get(area.spec.controller);
    if (controller && !isOnMqtt(controller)) shelves.set(areaKey(area), keep(openShelf(controller, area)));
  }
  for (const device of layout.site.devices) {
    if (isOnMqtt(device)) continue;
    if (device.kind === "reader") readers.set(device.id, keep(openReader(device)));
    if (device.kind === "climate") climates.set(device.id, keep(openClimate(device)));
  }
  for (const bus of buses.values()) bus.link.start();

  function isOnMqtt(device: DeviceSpec): boolean {
    return !buses.has(device.bus);
  }

  return {
    shelves,
    readers,
    climates,
    health: () => opened.map((device) => device.health()),
    onHealth: (listener) => void healthListeners.push(listener),
    async close() {
      for (const device of opened) device.close();
      await Promise.all([...buses.values()].map((bus) => bus.link.stop()));
    },
  };
}
