/**
 * The embedded broker: aedes behind guards that tests/security/broker-probes.test.ts tries, for one-box installs, the demo and tests.
 * Sessions are always clean: nothing is queued for a device that is away, least of all a command.
 */
import type { EventEmitter } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { Aedes, type AedesPublishPacket, type Client } from "aedes";
import { judgePublish, openAdmission, printable } from "./admission.ts";
import { budgetDefaults, type ClientBudget, type ClientBudgets, clientBudget, type Spoken } from "./budgets.ts";
import type { ByteChannel } from "./byte-channel.ts";
import { type Counts, createCounts } from "./counts.ts";
import { guardSocket } from "./guard-socket.ts";
import { watchHold } from "./hold.ts";
import type { PacketGate } from "./packet-gate.ts";
import { keepPlaces, type Place, type PlaceLimits } from "./places.ts";
import { readTurns } from "./read-turns.ts";
import { type BrokerRights, withSender } from "./rights.ts";
import { type ServedEar, serveEar } from "./serve-ear.ts";
import { covers, isFilter } from "./topic-rules.ts";

export interface BrokerOptions {
  rights: readonly BrokerRights[];
  /** Cheap, as of a random secret's digest: it is asked for every sign-in. */
  verify(username: string, password: string): boolean;
  /** Loopback unless told otherwise; anything else should come with `tls`. */
  host?: string;
  /** 0 = any free port. */
  port: number;
  tls?: { cert: string; key: string };
  limits?: Partial<BrokerLimits>;
  budgets?: ClientBudgets;
  /** On the machine's monotonic clock. */
  monoMs?: () => number;
  /** Stopped for longer than this, it drops every connection; left out: never. */
  heldMsMax?: number;
  /** What was refused, for the log; at most `reportsPerSecondMax`. */
  onRefused?: (reason: string, address: string) => void;
}

export interface BrokerLimits extends PlaceLimits {
  /** Wrong passwords of one address and user within a minute that are told. */
  failuresToldPerMinute: number;
}

export interface EmbeddedBroker {
  readonly port: number;
  readonly connectionCount: number;
  readonly counts: Counts;
  /** The gateway's own ear, on the other end of a channel. */
  attachEar(channel: ByteChannel): ServedEar;
  close(): Promise<void>;
}

const limitsDefault: BrokerLimits = {
  connections: 512,
  connectionsPerUser: 4,
  unknownPerAddress: 64,
  unknown: 256,
  failuresToldPerMinute: 30,
};
const connectMsMax = 5000;
const drainMsMax = 3000;
const reportsPerSecondMax = 10;
const keepAliveMs = 30_000;

interface Visitor {
  gate: PacketGate;
  address: string;
  rights: BrokerRights | null;
  /** Rights to have once the password is right. */
  claimed: BrokerRights | null;
  takeTurns(): void;
  place: Place;
}

/** aedes has them, its types do not tell. */
interface Inside {
  persistence: { createRetainedStream(topic: string): AsyncIterable<{ topic: string; payload: Buffer }> };
  publish(packet: AedesPublishPacket, client: Client | null | Done, done?: Done): void;
}
type Done = (error?: Error | null) => void;

export async function openBroker(options: BrokerOptions): Promise<EmbeddedBroker> {
  const limits = { ...limitsDefault, ...options.limits };
  const monoMs = options.monoMs ?? (() => performance.now());
  const admission = openAdmission({ ...options, monoMs, failuresToldPerMinute: limits.failuresToldPerMinute });
  const places = keepPlaces(limits);
  const visitors = new WeakMap<object, Visitor>();
  /** By user: to connect again is no way to a new budget. */
  const budgets = new Map<string, ClientBudget>();
  const sockets = new Set<Socket>();
  /** Clients beside the gateway's ear that subscribed to reads. */
  const readsHearers = new Set<Client>();
  const isAboutReads = (filter: string) =>
    options.rights.some(({ reads = [] }) => reads.some((topic) => covers(filter, topic)));
  const counts = createCounts();
  const turns = readTurns({ isCongested: () => ear?.isCongested() ?? false });
  let ear: ServedEar | null = null;
  let reports = { second: 0, count: 0 };

  const visitorOf = (client: Client | null) => (client ? visitors.get(client.conn) : undefined);

  function refuse(reason: string, address: string): Error {
    const second = Math.floor(monoMs() / 1000);
    if (second !== reports.second) reports = { second, count: 0 };
    if (reports.count++ < reportsPerSecondMax) options.onRefused?.(reason, address);
    return new Error(reason);
  }

  const broker = await Aedes.createBroker({
    concurrency: 100,
    connectTimeout: connectMsMax,
    drainTimeout: drainMsMax,
    maxInflightInbound: 16,
    maxTopicLevels: 10,
    queueLimit: 42,
    maxClientsIdLength: 97,
    preConnect(client, packet, callback) {
      const visitor = visitors.get(client.conn);
      // aedes < 1.2 died of names that every object inherits (probes 1–3): what it keys by wire text gets no prototype.
      Object.assign(client, { subscriptions: Object.create(null), duplicates: Object.create(null) });
      const { fault, claimed } = admission.judgeConnect(packet);
      if (fault || !visitor) return callback(refuse(fault ?? "unknown connection", visitor?.address ?? ""), false);
      visitor.claimed = claimed;
      packet.clean = true;
      callback(null, true);
    },
    authenticate(client, _username, password, callback) {
      const visitor = visitorOf(client);
      const claimed = visitor?.claimed ?? null;
      const said = password ? password.toString("utf8") : "";
      const isRight = claimed !== null && admission.isRight(claimed.username, said);
      if (visitor && isRight && visitor.place.prove(claimed)) {
        visitor.rights = claimed;
        visitor.gate.open();
        if (claimed.reads?.length) visitor.takeTurns();
        callback(null, true);
        return;
      }
      const address = visitor?.address ?? "";
      // A name that the site does not have is no name to count by.
      const isTold = isRight || admission.isTold(address, claimed?.username ?? "");
      const reason = isRight ? "too many connections" : "wrong user name or password";
      const error = isTold ? refuse(reason, address) : new Error(reason);
      callback(Object.assign(error, { returnCode: isRight ? 3 : 4 }), false);
    },
    authorizePublish(client, packet, callback) {
      const visitor = visitorOf(client);
      const fault = judgePublish(visitor?.rights ?? null, packet);
      if (!fault && visitor?.rights) packet.topic = withSender(packet.topic, visitor.rights.username);
      callback(fault ? refuse(fault, visitor?.address ?? "") : null);
    },
    authorizeSubscribe(client, subscription, callback) {
      const visitor = visitorOf(client);
      const { topic } = subscription;
      const isAllowed = isFilter(topic) && visitor?.rights?.read.some((filter) => covers(filter, topic));
      if (isAllowed && isAboutReads(topic)) readsHearers.add(client);
      if (!isAllowed) refuse(`may not subscribe to ${printable(topic)}`, visitor?.address ?? "");
      callback(null, isAllowed ? subscription : null);
    },
    // Asked again for each delivery: aedes stores a denied topic that came beside an allowed one (probe 4).
    authorizeForward(client, packet) {
      const isAllowed = visitorOf(client)?.rights?.read.some((filter) => covers(filter, packet.topic));
      return isAllowed ? packet : null;
    },
  });
  // A denied will and a failing store come as broker errors; without a listener they end the process.
  (broker as EventEmitter).on("error", (error: Error) => void refuse(`broker: ${error.message}`, ""));
  broker.on("clientError", (client, error) => void refuse(error.message, visitorOf(client)?.address ?? ""));
  broker.on("clientDisconnect", (client) => void readsHearers.delete(client));
  broker.on("connectionError", (client, error) => void refuse(error.message, visitorOf(client)?.address ?? ""));

  function budgetOf({ username, isHouse = false }: BrokerRights): ClientBudget {
    const known = budgets.get(username) ?? clientBudget(options.budgets ?? budgetDefaults, isHouse);
    budgets.set(username, known);
    return known;
  }

  // Every message passes here, a client's after its right was asked: budgets before, the gateway's ear beside aedes's own delivery.
  const inside = broker as unknown as Inside;
  const publish = inside.publish.bind(broker);
  inside.publish = (packet, clientOrDone, maybeDone) => {
    const client = typeof clientOrDone === "function" ? null : clientOrDone;
    const done = (typeof clientOrDone === "function" ? clientOrDone : maybeDone) ?? (() => {});
    const { topic, retain } = packet;
    if (topic.startsWith("$SYS")) return publish(packet, client, done);
    const visitor = visitorOf(client);
    const rights = visitor?.rights ?? null;
    const isReads = rights?.reads?.includes(topic) === true && !retain;
    const atMonoMs = monoMs();
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    // A will speaks for a client that is gone: nobody's budget keeps it back.
    if (rights && client && !client.closed) {
      const bytes = payload.length + topic.length;
      const verdict = budgetOf(rights).judge(isReads ? "reads" : spoken(rights, topic), bytes, atMonoMs);
      if (verdict === "end") {
        counts.dropped(rights.username, "flood");
        return done(refuse(`${rights.username} sends more than its budget`, visitor?.address ?? ""));
      }
      if (verdict === "drop") {
        counts.dropped(rights.username, "over-budget");
        return done();
      }
      counts.took(rights.username, bytes);
    }
    const isAlarm = rights !== null && spoken(rights, topic) === "alarm";
    const [sender, isState] = [rights?.username ?? "gateway", retain === true];
    ear?.tell({ topic, payload, client: sender, isReads, isState, isAlarm, atMonoMs });
    // Sessions are clean and reads are not kept: where nobody else subscribed to any, nothing is left to be done.
    if (isReads && readsHearers.size === 0) done();
    else publish(packet, client, done);
  };

  const hold = watchHold(monoMs, options.heldMsMax ?? null, (heldMs) => {
    refuse(`stopped for ${Math.round(heldMs)} ms: every connection begins anew`, "");
    for (const socket of sockets) socket.destroy();
  });

  function receive(socket: Socket): void {
    const address = socket.remoteAddress ?? "";
    socket.on("error", () => {});
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMs);
    sockets.add(socket);
    const place = places.enter(address, (why) => {
      refuse(why, address);
      socket.destroy();
    });
    const guarded = guardSocket(socket, {
      turns,
      wasHeld: hold.wasHeld,
      onFault: (fault) => void refuse(fault, address),
    });
    const visitor: Visitor = { ...guarded, address, place, rights: null, claimed: null };
    visitors.set(socket, visitor);
    socket.once("close", () => {
      sockets.delete(socket);
      place.leave();
    });
    broker.handle(socket);
  }

  const server: Server = options.tls
    ? createTlsServer({ ...options.tls, handshakeTimeout: connectMsMax }, receive)
    : createServer(receive);
  if (options.tls) server.on("tlsClientError", () => {});
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host ?? "127.0.0.1", resolve);
  });
  server.on("error", (error) => void refuse(`server: ${error.message}`, ""));

  return {
    port: (server.address() as { port: number }).port,
    get connectionCount() {
      return sockets.size;
    },
    counts,
    attachEar(channel) {
      ear = serveEar(channel, {
        counts,
        monoMs,
        kept: (topic) => inside.persistence.createRetainedStream(topic),
        publish({ topic, payload, qos, retain }, answer) {
          const packet = { cmd: "publish", topic, payload, qos, retain, dup: false } as AedesPublishPacket;
          inside.publish(packet, null, (error) => answer(error ? error.message : null));
        },
      });
      return ear;
    },
    async close() {
      hold.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function spoken({ alarms, stops }: BrokerRights, topic: string): Exclude<Spoken, "reads"> {
  if (alarms?.includes(topic)) return "alarm";
  return stops?.some((filter) => covers(filter, topic)) ? "stop" : "other";
}
