/** Opens every device of a site. Returns at once: what is not plugged in yet comes up later, and `health()` says so. */
import { buildTopic } from "../../firmware-protocols/archive-mqtt/index.ts";
import { inputProfiles } from "../../firmware-protocols/digital-inputs/index.ts";
import { shelfProfiles } from "../../firmware-protocols/shelf-profiles/index.ts";
import type { Chance } from "../clock/chance.ts";
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type {
  AlarmListener,
  ClimatePort,
  DeviceHealth,
  DevicePorts,
  InputPort,
  ReaderPort,
  RoomAlarm,
  ShelfPort,
} from "../contract/ports.ts";
import { channelsOf, occupancyInputs } from "../site/input-channels.ts";
import { type Area, antennaKey, type Layout } from "../site/layout.ts";
import type { DeviceSpec } from "../site/schema.ts";
import { houseUserOf } from "./broker/rights.ts";
import { climateProfile, modbusClimate } from "./drivers/modbus-climate.ts";
import { modbusInput } from "./drivers/modbus-input.ts";
import { modbusShelf } from "./drivers/modbus-shelf.ts";
import { mqttClimate } from "./drivers/mqtt-climate.ts";
import type { MqttRoom } from "./drivers/mqtt-device.ts";
import { mqttInput } from "./drivers/mqtt-input.ts";
import { mqttReader } from "./drivers/mqtt-reader.ts";
import { mqttShelf } from "./drivers/mqtt-shelf.ts";
import { r2000Reader } from "./drivers/r2000-reader.ts";
import { streamReader } from "./drivers/stream-reader.ts";
import { closedThere } from "./links/tcp.ts";
import { type InsideBroker, type MqttAccess, type MqttLink, mqttLink } from "./mqtt-link.ts";
import { type LinkOverride, type OpenedBus, openBus } from "./open-bus.ts";
import { hearAlarms } from "./room-alarms.ts";
import { roomOfDevice } from "./room-of-device.ts";

const earlyAlarmsMax = 500;
const endedThere = new RegExp(`^${closedThere}$|ECONNRESET`);

export interface OpenDevicesOptions {
  layout: Layout;
  clock: Clock;
  chance: Chance;
  /** By bus id: the twin's ports in place of the site file's. */
  links?: Readonly<Record<string, LinkOverride>>;
  /** Where devices on `kind: mqtt` buses are found: a broker's address, or our own; without it they stay down. */
  mqtt?: MqttAccess | InsideBroker;
  /** Of the motion process: its connections say nothing of the room, which is the gateway's to say. */
  isMotion?: boolean;
  /** Of the motion process: the far side ended a connection that stood, a room's at the broker or a bus at its serial server. */
  onEndedThere?: (name: string) => void;
  /** Whose alarms the motion process hears, by room: any device on MQTT, whoever drives it. */
  callers?: Readonly<Record<string, readonly string[]>>;
  /** Which devices are opened here; the others belong to another process. Left out: all. */
  opens?: (device: DeviceSpec) => boolean;
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
  const alarmListeners: AlarmListener[] = [];
  /** Heard before anybody listens: the broker has acknowledged it, and nobody says it again. */
  const early: RoomAlarm[] = [];
  const alarmed: AlarmListener = {
    onAlarm(alarm) {
      if (alarmListeners.length === 0 && early.length < earlyAlarmsMax) early.push(alarm);
      for (const listener of alarmListeners) listener.onAlarm(alarm);
    },
    onFault(seen) {
      for (const listener of alarmListeners) listener.onFault(seen);
    },
  };
  const shelves = new Map<string, ShelfPort>();
  const readers = new Map<string, ReaderPort>();
  const climates = new Map<string, ClimatePort>();
  const inputs = new Map<string, InputPort>();

  const closings: (() => Promise<void>)[] = [];
  const { opens = () => true } = options;
  const buses = new Map<string, OpenedBus>();
  const mqttBuses = new Set<string>();
  for (const spec of layout.site.buses) {
    const devices = layout.site.devices.filter((device) => device.bus === spec.id && opens(device));
    const override = options.links?.[spec.id];
    const link = override ?? spec.link;
    const isMqtt = "kind" in link && link.kind === "mqtt";
    if (isMqtt) mqttBuses.add(spec.id);
    else if (devices.length > 0) {
      const bus = openBus({ spec, override, devices, clock, chance: options.chance });
      bus.link.onState(({ reason }) => {
        if (endedThere.test(String(reason?.params.detail))) options.onEndedThere?.(spec.id);
      });
      buses.set(spec.id, bus);
    }
  }

  const rooms = new Map<string, MqttRoom>();
  const mqttRoomOf = (device: DeviceSpec) => mqttRoom(roomOfDevice(layout, device));
  function mqttRoom(room: string): MqttRoom {
    const site = layout.site.site;
    const known = rooms.get(room);
    if (known) return known;
    const topic = buildTopic({ site, room, kind: "status", id: null });
    const link = openMqttLink(room, { topic, payload: JSON.stringify({ state: "offline" }) });
    const opening = { site, room, link, clock, bootId: clock.nowMs() >>> 0, nextSeq: 0 };
    rooms.set(room, opening);
    if (options.isMotion) {
      hearAlarms(opening, options.callers?.[room] ?? [], alarmed, false);
      return opening;
    }
    const inRoom = layout.site.devices.filter((one) => isOnMqtt(one) && roomOfDevice(layout, one) === room);
    hearAlarms(
      opening,
      inRoom.map(({ id }) => id),
      alarmed,
    );
    const sayState = (state: "online" | "offline") => link.publish(topic, JSON.stringify({ state }), { retain: true });
    link.onState(({ up }) => {
      if (up) sayState("online").catch(() => {});
    });
    closings.push(() => sayState("offline").catch(() => {}));
    return opening;
  }

  function openMqttLink(room: string, will: { topic: string; payload: string }): MqttLink {
    const { mqtt } = options;
    if (mqtt && "openInside" in mqtt) return mqtt.openInside();
    // Without a broker the link never starts: its devices say that they are being started.
    const access = mqtt ?? { url: "mqtt://127.0.0.1", username: "gateway", password: "" };
    const username = houseUserOf(room, access.username);
    const shared = { access: { ...access, username }, clientId: username, clock };
    const chance = options.chance.fork(`mqtt/${room}`);
    const onEndedThere = () => options.onEndedThere?.(username);
    return mqttLink(options.isMotion ? { ...shared, chance, onEndedThere } : { ...shared, chance, will });
  }

  function modbusLineOf(device: DeviceSpec) {
    const bus = buses.get(device.bus);
    if (bus?.protocol === "modbus") return bus.line;
    throw new Refusal("bad-input", { detail: `${device.id} (${device.profile}) needs a Modbus bus` });
  }

  function openShelf(device: DeviceSpec, area: Area): ShelfPort & OpenedDevice {
    if (isOnMqtt(device)) {
      if (device.profile !== "archive-mqtt") throw new Refusal("device-profile-unknown", { profile: device.profile });
      return mqttShelf({ deviceId: device.id, room: mqttRoomOf(device), clock, onHealth });
    }
    const profile = shelfProfiles[device.profile];
    if (!profile) throw new Refusal("device-profile-unknown", { profile: device.profile });
    const shape = { columns: area.columns.map((column) => column.no), aisles: area.aisles.length };
    const unit = device.address ?? 1;
    return modbusShelf({ deviceId: device.id, unit, line: modbusLineOf(device), profile, shape, clock, onHealth });
  }

  function openReader(device: DeviceSpec): ReaderPort & OpenedDevice {
    if (isOnMqtt(device)) return openMqttReader(device);
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

  function openMqttReader(device: DeviceSpec): ReaderPort & OpenedDevice {
    const shared = { readerId: device.id, antennaCount: device.ports ?? 4, room: mqttRoomOf(device), clock, onHealth };
    const isUsed = (port: number) => layout.layerByAntenna.has(antennaKey(device.id, port));
    if (device.profile === "archive-mqtt") return mqttReader({ ...shared, isUsed, powerDbm: device.powerDbm ?? null });
    return streamReader({ ...shared, profile: device.profile });
  }

  function openClimate(device: DeviceSpec): ClimatePort & OpenedDevice {
    if (isOnMqtt(device)) return mqttClimate({ deviceId: device.id, room: mqttRoomOf(device), clock, onHealth });
    const profile = climateProfile(device.profile);
    if (!profile) throw new Refusal("device-profile-unknown", { profile: device.profile });
    const unit = device.address ?? 1;
    return modbusClimate({ deviceId: device.id, unit, line: modbusLineOf(device), profile, clock, onHealth });
  }

  function openInput(device: DeviceSpec): InputPort & OpenedDevice {
    const eyes = layout.areas
      .flatMap(({ spec }) => occupancyInputs(spec))
      .filter((input) => input.device === device.id);
    const channels = channelsOf(device).map((one) => ({
      ...one,
      seesPeople: eyes.some(({ channel }) => channel === one.no),
    }));
    const shared = { deviceId: device.id, channels, clock, onHealth };
    if (isOnMqtt(device)) return mqttInput({ ...shared, room: mqttRoomOf(device) });
    const profile = inputProfiles[device.profile];
    if (!profile) throw new Refusal("device-profile-unknown", { profile: device.profile });
    return modbusInput({
      ...shared,
      unit: device.address ?? 1,
      line: modbusLineOf(device),
      profile,
      firstAddress: device.firstAddress ?? 0,
      closedReads: (device.closedReads ?? 1) === 1,
    });
  }

  function keep<Port extends OpenedDevice>(port: Port): Port {
    opened.push(port);
    return port;
  }

  for (const area of layout.areas) {
    const controller = layout.deviceById.get(area.spec.controller);
    if (controller && opens(controller)) shelves.set(areaKey(area), keep(openShelf(controller, area)));
  }
  for (const device of layout.site.devices.filter(opens)) {
    if (device.kind === "reader") readers.set(device.id, keep(openReader(device)));
    if (device.kind === "climate") climates.set(device.id, keep(openClimate(device)));
    if (device.kind === "input") inputs.set(device.id, keep(openInput(device)));
  }
  // Any device of a room may call out an alarm, whoever opens it.
  if (options.mqtt && !options.isMotion)
    for (const device of layout.site.devices) if (isOnMqtt(device)) mqttRoomOf(device);
  if (options.mqtt && options.isMotion) for (const room of Object.keys(options.callers ?? {})) mqttRoom(room);
  if (options.mqtt && "openInside" in options.mqtt) keepBrokerLine(options.mqtt);
  for (const bus of buses.values()) bus.link.start();
  if (options.mqtt) for (const room of rooms.values()) room.link.start();

  function keepBrokerLine({ health, onHealth: tell, onAlarmsHeld }: InsideBroker): void {
    if (health) opened.push({ health, close() {} });
    tell?.(onHealth);
    onAlarmsHeld?.((username, alarms) => {
      const device = layout.deviceById.get(username);
      if (!device) return;
      const about = { roomId: roomOfDevice(layout, device), deviceId: device.id, atMs: clock.nowMs() };
      alarmed.onFault({ ...about, fault: "not-taken", alarms });
    });
  }

  function isOnMqtt(device: DeviceSpec): boolean {
    return mqttBuses.has(device.bus);
  }

  return {
    shelves,
    readers,
    climates,
    inputs,
    health: () => opened.map((device) => device.health()),
    onHealth: (listener) => void healthListeners.push(listener),
    onAlarm(listener) {
      alarmListeners.push(listener);
      for (const alarm of early.splice(0)) listener.onAlarm(alarm);
    },
    async close() {
      for (const device of opened) device.close();
      await Promise.all(closings.map((say) => say()));
      await Promise.all([...buses.values(), ...rooms.values()].map(({ link }) => link.stop()));
    },
  };
}
