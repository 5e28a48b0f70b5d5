/**
 * Handles every published message after the client's rights were checked: first budgets, then the gateway's listener, then aedes.
 */
import type { Aedes, AedesPublishPacket, Client } from "aedes";
import type { BrokerDesk } from "./broker-desk.ts";
import type { Spoken } from "./budgets.ts";
import type { BrokerRights } from "./rights.ts";
import { covers } from "./topic-rules.ts";

/** Fields that aedes has but does not declare in its types. */
export interface Inside {
  persistence: { createRetainedStream(topic: string): AsyncIterable<{ topic: string; payload: Buffer }> };
  publish(packet: AedesPublishPacket, client: Client | null | Done, done?: Done): void;
}
type Done = (error?: Error | null) => void;

export function takePublish(broker: Aedes, desk: BrokerDesk): Inside {
  const inside = broker as unknown as Inside;
  const publish = inside.publish.bind(broker);
  inside.publish = (packet, clientOrDone, maybeDone) => {
    const client = typeof clientOrDone === "function" ? null : clientOrDone;
    const done = (typeof clientOrDone === "function" ? clientOrDone : maybeDone) ?? (() => {});
    const { topic, retain } = packet;
    if (topic.startsWith("$SYS")) return publish(packet, client, done);
    const visitor = desk.visitorOf(client);
    const rights = visitor?.rights ?? null;
    const isReads = rights?.reads?.includes(topic) === true && !retain;
    const atMonoMs = desk.monoMs();
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    // A will is sent for a client that is already gone, so no budget holds it back.
    if (rights && client && !client.closed) {
      const bytes = payload.length + topic.length;
      const verdict = desk.budgetOf(rights).judge(isReads ? "reads" : spoken(rights, topic), bytes, atMonoMs);
      if (verdict === "end") {
        desk.counts.dropped(rights.username, "flood");
        return done(desk.refuse(`${rights.username} sends more than its budget`, visitor?.address ?? ""));
      }
      if (verdict === "drop") {
        desk.counts.dropped(rights.username, "over-budget");
        return done();
      }
      desk.counts.took(rights.username, bytes);
    }
    const isAlarm = rights !== null && spoken(rights, topic) === "alarm";
    const [sender, isState] = [rights?.username ?? "gateway", retain === true];
    desk.listener?.tell({ topic, payload, client: sender, isReads, isState, isAlarm, atMonoMs });
    // Sessions are clean and reads are not retained: if nobody else subscribed to reads, there is nothing left to do.
    if (isReads && desk.readsHearers.size === 0) done();
    else publish(packet, client, done);
  };
  return inside;
}

function spoken({ alarms, stops }: BrokerRights, topic: string): Exclude<Spoken, "reads"> {
  if (alarms?.includes(topic)) return "alarm";
  return stops?.some((filter) => covers(filter, topic)) ? "stop" : "other";
}
