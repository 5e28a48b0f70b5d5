import { payloads, type TopicKind, topicKinds } from "./payloads.ts";
import { idPattern } from "./words.ts";

/** `id` is null for the kinds that belong to the whole room. */
export interface Topic {
  site: string;
  room: string;
  kind: TopicKind;
  id: string | null;
}

const isId = new RegExp(idPattern);
const root = ["archive", "v1"];

/** The kind for the end of a topic, such as `reader/{id}/tag`. */
const kindByTail = new Map(topicKinds.map((kind) => [payloads[kind].topic.join("/"), kind]));

export function hasId(kind: TopicKind): boolean {
  return payloads[kind].topic.includes("{id}");
}

/** Throws RangeError on an id that is not `[a-z0-9-]{1,32}`: that is a fault of the site file. */
export function buildTopic({ site, room, kind, id }: Topic): string {
  const tail = payloads[kind].topic.map((level) => (level === "{id}" ? (id ?? "") : level));
  for (const level of [site, room, ...tail])
    if (!isId.test(level)) throw new RangeError(`"${level}" is no topic level`);
  return [...root, site, room, ...tail].join("/");
}

/** The filter that hears every device of one kind; `+` for room or site hears all of them. */
export function topicFilter(site: string, room: string, kind: TopicKind): string {
  const tail = payloads[kind].topic.map((level) => (level === "{id}" ? "+" : level));
  return [...root, site, room, ...tail].join("/");
}

/** Null for anything that is not exactly one of ours. */
export function parseTopic(topic: string): Topic | null {
  const [archive, version, site, room, ...tail] = topic.split("/");
  if (archive !== root[0] || version !== root[1] || site === undefined || room === undefined) return null;
  if (!isId.test(site) || !isId.test(room) || tail.length > 3) return null;
  const id = tail[1];
  if (id === undefined) {
    const kind = kindByTail.get(tail[0] ?? "");
    return kind ? { site, room, kind, id: null } : null;
  }
  const kind = kindByTail.get([tail[0], "{id}", ...tail.slice(2)].join("/"));
  return kind && isId.test(id) ? { site, room, kind, id } : null;
}
