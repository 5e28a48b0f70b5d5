/** The callbacks by which aedes asks whether a packet is allowed. */
import type { AedesOptions } from "aedes";
import { judgePublish, printable } from "./admission.ts";
import type { BrokerDesk } from "./broker-desk.ts";
import { withSender } from "./rights.ts";
import { covers, isFilter } from "./topic-rules.ts";

type Answers = Required<
  Pick<AedesOptions, "preConnect" | "authenticate" | "authorizePublish" | "authorizeSubscribe" | "authorizeForward">
>;

export function answerAedes(desk: BrokerDesk): Answers {
  return {
    preConnect(client, packet, callback) {
      const visitor = desk.visitors.get(client.conn);
      // aedes < 1.2 crashed on topics named like inherited object properties (probes 1–3), so its maps get no prototype.
      Object.assign(client, { subscriptions: Object.create(null), duplicates: Object.create(null) });
      const { fault, claimed } = desk.admission.judgeConnect(packet);
      if (fault || !visitor) return callback(desk.refuse(fault ?? "unknown connection", visitor?.address ?? ""), false);
      visitor.claimed = claimed;
      packet.clean = true;
      callback(null, true);
    },
    authenticate(client, _username, password, callback) {
      const visitor = desk.visitorOf(client);
      const claimed = visitor?.claimed ?? null;
      const said = password ? password.toString("utf8") : "";
      const isRight = claimed !== null && desk.admission.isRight(claimed.username, said);
      if (visitor && isRight && visitor.place.prove(claimed)) {
        visitor.rights = claimed;
        visitor.gate.open();
        if (claimed.reads?.length) visitor.takeTurns();
        callback(null, true);
        return;
      }
      const address = visitor?.address ?? "";
      // User names that the site does not have share one counter.
      const isTold = isRight || desk.admission.isTold(address, claimed?.username ?? "");
      const reason = isRight ? "too many connections" : "wrong user name or password";
      const error = isTold ? desk.refuse(reason, address) : new Error(reason);
      callback(Object.assign(error, { returnCode: isRight ? 3 : 4 }), false);
    },
    authorizePublish(client, packet, callback) {
      const visitor = desk.visitorOf(client);
      const fault = judgePublish(visitor?.rights ?? null, packet);
      if (!fault && visitor?.rights) packet.topic = withSender(packet.topic, visitor.rights.username);
      callback(fault ? desk.refuse(fault, visitor?.address ?? "") : null);
    },
    authorizeSubscribe(client, subscription, callback) {
      const visitor = desk.visitorOf(client);
      const { topic } = subscription;
      const isAllowed = isFilter(topic) && visitor?.rights?.read.some((filter) => covers(filter, topic));
      if (isAllowed && desk.isAboutReads(topic)) desk.readsHearers.add(client);
      if (!isAllowed) desk.refuse(`may not subscribe to ${printable(topic)}`, visitor?.address ?? "");
      callback(null, isAllowed ? subscription : null);
    },
    // Checked again for each delivery: aedes stores a denied topic that was subscribed to beside an allowed one (probe 4).
    authorizeForward(client, packet) {
      const isAllowed = desk.visitorOf(client)?.rights?.read.some((filter) => covers(filter, packet.topic));
      return isAllowed ? packet : null;
    },
  };
}
