/** Who may say and hear what on the broker: derived from the site file, the same for the embedded broker and for Mosquitto. */
import { buildTopic, parseTopic, topicFilter } from "../../../firmware-protocols/archive-mqtt/index.ts";
import { payloads, type TopicKind, topicKinds } from "../../../firmware-protocols/archive-mqtt/payloads.ts";
import type { Layout } from "../../site/layout.ts";
import type { DeviceSpec } from "../../site/schema.ts";
import { nativeTopic, streamProfiles } from "../drivers/stream-reader.ts";
import { roomOfDevice } from "../room-of-device.ts";

/** Every device has credentials of its own; its user name is its id. */
export interface BrokerRights {
  username: string;
  /** Topics or filters it may publish to, and hear. */
  write: string[];
  read: string[];
}

export const gatewayUser = "gateway";

/** First levels of the topics that a kind of device owns; a shelf's id may also name its lights, and any may call out. */
const ownLevels: Record<DeviceSpec["kind"], readonly string[]> = {
  reader: ["reader", "alarm"],
  shelf: ["shelf", "light", "alarm"],
  climate: ["env", "alarm"],
  lights: ["light", "alarm"],
};

export function brokerRights(layout: Layout): BrokerRights[] {
  const { site } = layout.site;
  const buses = new Map(layout.site.buses.map((bus) => [bus.id, bus]));
  const devices = layout.site.devices.filter((device) => buses.get(device.bus)?.link.kind === "mqtt");
  return [gatewayRights(layout), ...devices.map((device) => deviceRights(site, roomOfDevice(layout, device), device))];
}

function gatewayRights(layout: Layout): BrokerRights {
  const { site, rooms } = layout.site;
  const rights: BrokerRights = { username: gatewayUser, write: [], read: [] };
  for (const { id: room } of rooms) {
    for (const kind of topicKinds) {
      const mayWrite = payloads[kind].sender === "gateway";
      rights[mayWrite ? "write" : "read"].push(topicFilter(site, room, kind));
    }
    rights.read.push(nativeTopic(site, room, "+"));
  }
  return rights;
}

function deviceRights(site: string, room: string, device: DeviceSpec): BrokerRights {
  const rights: BrokerRights = { username: device.id, write: [], read: [] };
  if (streamProfiles[device.profile]) rights.write.push(nativeTopic(site, room, device.id));
  for (const kind of topicKinds) {
    const [level, second] = payloads[kind].topic;
    const isOwn = second === undefined || ownLevels[device.kind].includes(level as string);
    if (!isOwn) continue;
    const topic = buildTopic({ site, room, kind, id: second === undefined ? null : device.id });
    rights[payloads[kind].sender === "device" ? "write" : "read"].push(topic);
  }
  return rights;
}

/** The old alarm topic names no sender: a broker that knows who publishes puts the id in. Others' topics stay as they are. */
export function withSender(topic: string, username: string): string {
  const parsed = parseTopic(topic);
  return parsed?.kind === "alarm-unsigned" ? buildTopic({ ...parsed, kind: "alarm", id: username }) : topic;
}

/** Whether everything that `requested` (a topic or a filter) can match is allowed by `filter`. */
export function covers(filter: string, requested: string): boolean {
  const wanted = filter.split("/");
  const levels = requested.split("/");
  if (wanted.length !== levels.length) return false;
  return wanted.every((level, i) => level === levels[i] || (level === "+" && levels[i] !== "#"));
}

/** A filter that MQTT 3.1.1 §4.7.1 allows: wildcards stand alone between slashes, `#` at the end. */
export function isFilter(text: string): boolean {
  if (text.length === 0 || text.length > 512 || !isText(text)) return false;
  const levels = text.split("/");
  return levels.every((level, i) => {
    if (level === "+") return true;
    if (level === "#") return i === levels.length - 1;
    return !level.includes("+") && !level.includes("#");
  });
}

/** A topic that a PUBLISH may carry (§4.7.1, §1.5.3): no wildcard, no NUL, no broken UTF-8, none of the broker's own. */
export function isTopic(text: string): boolean {
  return isFilter(text) && !text.includes("+") && !text.includes("#") && !text.startsWith("$");
}

/** U+FFFD is what undecodable bytes become. */
function isText(text: string): boolean {
  return !text.includes("\u0000") && !text.includes("\ufffd");
}

/** Whether the broker may keep a message of this topic: never a command, a STOP or a beat. */
export function mayRetain(topic: string): boolean {
  const parsed = parseTopic(topic);
  return parsed !== null && payloads[parsed.kind as TopicKind].isRetained;
}
