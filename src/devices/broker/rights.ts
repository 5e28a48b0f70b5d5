/** Which broker user may publish and hear which topics: derived from the site file, the same for Mosquitto. */
import { buildTopic, parseTopic, topicFilter } from "../../../firmware-protocols/archive-mqtt/index.ts";
import { payloads, type TopicKind, topicKinds } from "../../../firmware-protocols/archive-mqtt/payloads.ts";
import type { Layout } from "../../site/layout.ts";
import type { DeviceSpec } from "../../site/schema.ts";
import { nativeTopic, streamProtocols } from "../drivers/stream-reader.ts";
import { roomOfDevice } from "../room-of-device.ts";
import { covers } from "./topic-rules.ts";

/** The rights of one user. Each device has its own credentials; its user name is its id. */
export interface BrokerRights {
  username: string;
  /** Topics or filters that it may publish to (`write`) and subscribe to (`read`). */
  write: string[];
  read: string[];
  /** Those of `write` that the broker may retain: never a command, a STOP or a heartbeat. */
  keep?: string[];
  /** Those of `write` that are tag reads, which come last in every queue and are dropped first. */
  reads?: string[];
  /** Those of `write` that are alarms, which it may send more often than its state. */
  alarms?: string[];
  /** Filters within `write` for STOP to a controller; no budget ends a gateway's connection for these. */
  stops?: string[];
  /** One of our own processes, with a gateway's budget instead of a device's. */
  isOwn?: boolean;
  /** Its connection has a reserved place: the gateway, and every device that moves or stops shelves. */
  keepsPlace?: boolean;
}

export const gatewayUser = "gateway";
/** The motion process uses only shelf controllers, their lights, digital inputs and alarms. */
export const motionUser = "motion";

/**
 * Gateway and motion have one connection a room, each under its own user: a broker that takes the user name for the client id, so
 * that nobody can claim another's, allows one connection a user.
 */
export const ownUserOf = (room: string, user: string) => `${user}.${room}`;

/**
 * The user whose password this one has: the gateway has one password for all its rooms and processes. Device names have no dot.
 */
export const passwordOwnerOf = (username: string) => (username.includes(".") ? gatewayUser : username);

/** First levels of the topics of each kind of device. A shelf's id may also name its lights; any device may send alarms. */
const ownLevels: Record<DeviceSpec["kind"], readonly string[]> = {
  reader: ["reader", "alarm"],
  shelf: ["shelf", "light", "alarm"],
  climate: ["env", "alarm"],
  lights: ["light", "alarm"],
  input: ["input", "alarm"],
};
/** First levels that the motion process uses. Of alarms only topics that name their sender, as the others hold nothing. */
const motionLevels = ["shelf", "light", "input", "alarm"];
const readKinds: readonly TopicKind[] = ["reader-tag", "reader-inventory"];

export function brokerRights(layout: Layout): BrokerRights[] {
  const { site } = layout.site;
  const buses = new Map(layout.site.buses.map((bus) => [bus.id, bus]));
  const devices = layout.site.devices.filter((device) => buses.get(device.bus)?.link.kind === "mqtt");
  const own = layout.site.rooms.flatMap((room) => [
    ownRights(site, room.id, gatewayUser, topicKinds),
    ownRights(
      site,
      room.id,
      motionUser,
      topicKinds.filter(
        (kind) => kind !== "alarm-unsigned" && motionLevels.includes(payloads[kind].topic[0] as string),
      ),
    ),
  ]);
  return [...own, ...devices.map((device) => deviceRights(site, roomOfDevice(layout, device), device))];
}

function ownRights(site: string, room: string, user: string, kinds: readonly TopicKind[]): BrokerRights {
  const rights = {
    username: ownUserOf(room, user),
    write: [] as string[],
    read: [] as string[],
    keep: [] as string[],
    stops: [] as string[],
    isOwn: true,
    keepsPlace: true,
  };
  for (const kind of kinds) {
    const { sender, isRetained } = payloads[kind];
    const filter = topicFilter(site, room, kind);
    rights[sender === "gateway" ? "write" : "read"].push(filter);
    if (sender === "gateway" && isRetained) rights.keep.push(filter);
    if (kind === "shelf-stop") rights.stops.push(filter);
  }
  if (user === gatewayUser) rights.read.push(nativeTopic(site, room, "+"));
  return rights;
}

function deviceRights(site: string, room: string, device: DeviceSpec): BrokerRights {
  const rights = { username: device.id, write: [] as string[], read: [] as string[], keep: [] as string[] };
  const reads: string[] = [];
  const alarms: string[] = [];
  if (streamProtocols[device.protocol]) reads.push(nativeTopic(site, room, device.id));
  rights.write.push(...reads);
  for (const kind of topicKinds) {
    const [level, second] = payloads[kind].topic;
    const isOwn = second === undefined || ownLevels[device.kind].includes(level as string);
    if (!isOwn) continue;
    const topic = buildTopic({ site, room, kind, id: second === undefined ? null : device.id });
    const { sender, isRetained } = payloads[kind];
    rights[sender === "device" ? "write" : "read"].push(topic);
    if (sender === "device" && isRetained) rights.keep.push(topic);
    if (level === "alarm") alarms.push(topic);
    if (readKinds.includes(kind)) reads.push(...(sender === "device" ? [topic] : []));
  }
  const keepsPlace = device.kind === "shelf" || device.kind === "input";
  return { ...rights, reads, alarms, keepsPlace };
}

/** The former alarm topic names no sender, so a broker that knows the publisher adds its id. Other topics stay as they are. */
export function withSender(topic: string, username: string): string {
  const parsed = parseTopic(topic);
  return parsed?.kind === "alarm-unsigned" ? buildTopic({ ...parsed, kind: "alarm", id: username }) : topic;
}

/** Whether the broker may retain a message of this topic. */
export function mayKeep({ keep = [] }: BrokerRights, topic: string): boolean {
  return keep.some((filter) => covers(filter, topic));
}
