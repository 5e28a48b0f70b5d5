/** The lines that devices use: wired buses, and each room's connection to the broker. Nothing is sent before they are started. */
import { buildTopic } from "../../firmware-protocols/archive-mqtt/index.ts";
import type { Chance } from "../clock/chance.ts";
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { AlarmListener } from "../contract/ports.ts";
import type { Layout } from "../site/layout.ts";
import type { DeviceSpec } from "../site/schema.ts";
import { ownUserOf } from "./broker/rights.ts";
import type { ModbusLine } from "./drivers/modbus-unit.ts";
import type { MqttRoom } from "./drivers/mqtt-device.ts";
import { closedThere } from "./links/tcp.ts";
import { type InsideBroker, type MqttAccess, type MqttLink, mqttLink } from "./mqtt-link.ts";
import { type LinkOverride, type OpenedBus, openBus } from "./open-bus.ts";
import { hearAlarms } from "./room-alarms.ts";
import { roomOfDevice } from "./room-of-device.ts";

const endedThere = new RegExp(`^${closedThere}$|ECONNRESET`);

export interface OpenDevicesOptions {
  layout: Layout;
  clock: Clock;
  chance: Chance;
  /** By bus id: the twin's ports in place of the site file's. */
  links?: Readonly<Record<string, LinkOverride>>;
  /** The broker for devices on `kind: mqtt` buses: an address, or the gateway's own; without it they stay down. */
  mqtt?: MqttAccess | InsideBroker;
  /** Set in the motion process: its connections do not report the room's state, which is the gateway's task. */
  isMotion?: boolean;
  /**
   * For the motion process: the far side ended an established connection, a room's to the broker or a bus's to its serial server.
   */
  onEndedThere?: (name: string) => void;
  /** Ids of the devices whose alarms the motion process hears, by room: any device on MQTT, whichever process drives it. */
  callers?: Readonly<Record<string, readonly string[]>>;
  /** Which devices are opened here; the others belong to another process. Left out: all. */
  opens?: (device: DeviceSpec) => boolean;
}

export interface DeviceLines {
  isOnMqtt(device: DeviceSpec): boolean;
  busOf(device: DeviceSpec): OpenedBus | undefined;
  /** Refuses with bad-input a device on another kind of bus. */
  modbusLineOf(device: DeviceSpec): ModbusLine;
  /** Opened with the first device that needs it. */
  mqttRoomOf(device: DeviceSpec): MqttRoom;
  mqttRoom(room: string): MqttRoom;
  start(): void;
  stop(): Promise<void>;
}

export function openLines(options: OpenDevicesOptions, alarmed: AlarmListener): DeviceLines {
  const { layout, clock } = options;
  const { buses, mqttBuses } = openBuses(options);
  const rooms = new Map<string, MqttRoom>();
  const closings: (() => Promise<void>)[] = [];
  const isOnMqtt = (device: DeviceSpec) => mqttBuses.has(device.bus);
  const site = layout.site.site;

  function mqttRoom(room: string): MqttRoom {
    const known = rooms.get(room);
    if (known) return known;
    const topic = buildTopic({ site, room, kind: "status", id: null });
    const link = openMqttLink(options, room, { topic, payload: JSON.stringify({ state: "offline" }) });
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
    closings.push(sayStates(link, topic));
    return opening;
  }

  return {
    isOnMqtt,
    busOf: (device) => buses.get(device.bus),
    modbusLineOf(device) {
      const bus = buses.get(device.bus);
      if (bus?.protocol === "modbus") return bus.line;
      throw new Refusal("bad-input", { detail: `${device.id} (${device.protocol}) needs a Modbus bus` });
    },
    mqttRoom,
    mqttRoomOf: (device) => mqttRoom(roomOfDevice(layout, device)),
    start() {
      for (const bus of buses.values()) bus.link.start();
      if (options.mqtt) for (const room of rooms.values()) room.link.start();
    },
    async stop() {
      await Promise.all(closings.map((say) => say()));
      await Promise.all([...buses.values(), ...rooms.values()].map(({ link }) => link.stop()));
    },
  };
}

function openBuses(options: OpenDevicesOptions): { buses: Map<string, OpenedBus>; mqttBuses: Set<string> } {
  const { layout, clock, chance, opens = () => true } = options;
  const buses = new Map<string, OpenedBus>();
  const mqttBuses = new Set<string>();
  for (const spec of layout.site.buses) {
    const devices = layout.site.devices.filter((device) => device.bus === spec.id && opens(device));
    const override = options.links?.[spec.id];
    const link = override ?? spec.link;
    const isMqtt = "kind" in link && link.kind === "mqtt";
    if (isMqtt) mqttBuses.add(spec.id);
    else if (devices.length > 0) {
      const bus = openBus({ spec, override, devices, clock, chance });
      bus.link.onState(({ reason }) => {
        if (endedThere.test(String(reason?.params.detail))) options.onEndedThere?.(spec.id);
      });
      buses.set(spec.id, bus);
    }
  }
  return { buses, mqttBuses };
}

function openMqttLink(options: OpenDevicesOptions, room: string, will: { topic: string; payload: string }): MqttLink {
  const { mqtt, clock } = options;
  if (mqtt && "openInside" in mqtt) return mqtt.openInside();
  // Without a broker the link never starts, and its devices are shown as starting.
  const access = mqtt ?? { url: "mqtt://127.0.0.1", username: "gateway", password: "" };
  const username = ownUserOf(room, access.username);
  const shared = { access: { ...access, username }, clientId: username, clock };
  const chance = options.chance.fork(`mqtt/${room}`);
  const onEndedThere = () => options.onEndedThere?.(username);
  return mqttLink(options.isMotion ? { ...shared, chance, onEndedThere } : { ...shared, chance, will });
}

/** Publishes the gateway's own state in a room when its link is up; returns a function that publishes its leaving. */
function sayStates(link: MqttLink, topic: string): () => Promise<void> {
  const say = (state: "online" | "offline") => link.publish(topic, JSON.stringify({ state }), { retain: true });
  link.onState(({ up }) => {
    if (up) say("online").catch(() => {});
  });
  return () => say("offline").catch(() => {});
}
