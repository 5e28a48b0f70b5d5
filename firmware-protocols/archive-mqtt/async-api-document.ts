import { payloads, type TopicKind, topicKinds } from "./payloads.ts";
import { hasId, topicFilter } from "./topics.ts";
import { idPattern } from "./words.ts";

export interface AsyncApiSite {
  id: string;
  rooms: readonly string[];
  /** Shown as the server, e.g. "broker.example:8883". */
  brokerHost: string;
}

/** The AsyncAPI 3 document of a site, from the same schemas that validate. `send` is what the gateway publishes. */
export function asyncApiDocument(site: AsyncApiSite): Record<string, unknown> {
  const channels: Record<string, unknown> = {};
  const operations: Record<string, unknown> = {};
  const messages: Record<string, unknown> = {};
  for (const kind of topicKinds) {
    const spec = payloads[kind];
    const name = camel(kind);
    channels[name] = {
      address: addressOf(site.id, kind),
      title: spec.title,
      parameters: {
        room: { description: "Room of the site file", enum: [...site.rooms] },
        ...(hasId(kind) ? { id: { description: `Device of the site file, ${idPattern}` } } : {}),
      },
      messages: { [name]: { $ref: `#/components/messages/${name}` } },
    };
    operations[`${spec.sender === "gateway" ? "send" : "receive"}${name[0]?.toUpperCase()}${name.slice(1)}`] = {
      action: spec.sender === "gateway" ? "send" : "receive",
      channel: { $ref: `#/channels/${name}` },
      messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
      bindings: { mqtt: { qos: spec.qos, retain: spec.isRetained, bindingVersion: "0.2.0" } },
    };
    messages[name] = {
      name,
      title: spec.title,
      contentType: "application/json",
      payload: JSON.parse(JSON.stringify(spec.schema)),
      examples: spec.examples.map((example) => ({ payload: example })),
    };
  }
  return {
    asyncapi: "3.0.0",
    info: {
      title: `Guiwei archive rooms of ${site.id}`,
      version: "1.0.0",
      description: "MQTT messages between archive-room devices and the gateway, protocol archive/v1.",
    },
    defaultContentType: "application/json",
    servers: { broker: { host: site.brokerHost, protocol: "mqtt" } },
    channels,
    operations,
    components: { messages },
  };
}

function addressOf(site: string, kind: TopicKind): string {
  return topicFilter(site, "{room}", kind).replace("+", "{id}");
}

function camel(kind: string): string {
  return kind.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
