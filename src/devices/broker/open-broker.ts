/**
 * The embedded broker: aedes behind every guard of shared design 5-broker, for one-box installs, the demo and tests.
 * Sessions are always clean: nothing is queued for a device that is away, least of all a command.
 */
import type { EventEmitter } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { Aedes, type Client } from "aedes";
import type { Clock } from "../../clock/clock.ts";
import type { MqttLink } from "../mqtt-link.ts";
import { guardSocket } from "./guard-socket.ts";
import { insideLink } from "./inside-link.ts";
import type { PacketGate } from "./packet-gate.ts";
import { type BrokerRights, covers, isFilter, isTopic, mayRetain, withSender } from "./rights.ts";

export interface BrokerOptions {
  rights: readonly BrokerRights[];
  verify(username: string, password: string): boolean | Promise<boolean>;
  /** Loopback unless told otherwise; anything else should come with `tls`. */
  host?: string;
  /** 0 = any free port. */
  port: number;
  tls?: { cert: string; key: string };
  limits?: Partial<BrokerLimits>;
  /** What was refused, for the log; at most `reportsPerSecondMax`. */
  onRefused?: (reason: string, address: string) => void;
}

export interface BrokerLimits {
  connections: number;
  connectionsPerAddress: number;
  /** Connections of one address that have not said who they are. */
  unknownPerAddress: number;
  /** Wrong passwords of one address within a minute. */
  failuresPerMinute: number;
}

export interface EmbeddedBroker {
  readonly port: number;
  readonly connectionCount: number;
  /** The gateway's own connection, without a socket. */
  openInside(clock: Clock): MqttLink;
  close(): Promise<void>;
}

const limitsDefault: BrokerLimits = {
  connections: 512,
  connectionsPerAddress: 128,
  unknownPerAddress: 16,
  failuresPerMinute: 30,
};
const connectMsMax = 5000;
const drainMsMax = 3000;
const verifyMsMax = 3000;
const verifyingMax = 16;
const reportsPerSecondMax = 10;
const retainedBytesMax = 64 * 1024;
const willBytesMax = 4 * 1024;
const keepAliveMs = 30_000;

/** The user name, or the user name and a suffix, so that nobody can take over another's connection by its client id. */
const clientIdPattern = /^[A-Za-z0-9_-]{1,48}(\.[A-Za-z0-9_-]{1,48})?$/;

interface Visitor {
  gate: PacketGate;
  address: string;
  rights: BrokerRights | null;
  /** Rights to have once the password is right. */
  claimed: BrokerRights | null;
}

export async function openBroker(options: BrokerOptions): Promise<EmbeddedBroker> {
  const limits = { ...limitsDefault, ...options.limits };
  const rightsByUser = new Map(options.rights.map((rights) => [rights.username, rights]));
  const visitors = new WeakMap<object, Visitor>();
  const openByAddress = new Map<string, number>();
  const unknownByAddress = new Map<string, number>();
  const failures = new Map<string, { count: number; untilMs: number }>();
  const sockets = new Set<Socket>();
  let verifying = 0;
  let reports = { second: 0, count: 0 };

  const visitorOf = (client: Client | null) => (client ? visitors.get(client.conn) : undefined);

  function refuse(reason: string, address: string): Error {
    const second = Math.floor(Date.now() / 1000);
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
      const fault = visitor ? judgeConnect(visitor, packet) : "unknown connection";
      if (fault) return callback(refuse(fault, visitor?.address ?? ""), false);
      packet.clean = true;
      callback(null, true);
    },
    authenticate(client, username, password, callback) {
      const visitor = visitorOf(client);
      check(visitor, String(username ?? ""), password ? password.toString("utf8") : "").then((isRight) => {
        if (isRight && visitor?.claimed) {
          visitor.rights = visitor.claimed;
          visitor.gate.open();
          count(unknownByAddress, visitor.address, -1);
          callback(null, true);
          return;
        }
        const error = refuse("wrong user name or password", visitor?.address ?? "");
        callback(Object.assign(error, { returnCode: 4 }), false);
      });
    },
    authorizePublish(client, packet, callback) {
      const visitor = visitorOf(client);
      const fault = judgePublish(visitor, packet);
      if (!fault && visitor?.rights) packet.topic = withSender(packet.topic, visitor.rights.username);
      callback(fault ? refuse(fault, visitor?.address ?? "") : null);
    },
    authorizeSubscribe(client, subscription, callback) {
      const visitor = visitorOf(client);
      const { topic } = subscription;
      const isAllowed = isFilter(topic) && visitor?.rights?.read.some((filter) => covers(filter, topic));
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
  broker.on("connectionError", (client, error) => void refuse(error.message, visitorOf(client)?.address ?? ""));

  function judgeConnect(visitor: Visitor, packet: ConnectLike): string | null {
    const { clientId, username, will } = packet;
    if (typeof clientId !== "string" || !clientIdPattern.test(clientId) || clientId in Object.prototype) {
      return "client id not allowed";
    }
    if (typeof username !== "string") return "no user name";
    if (clientId !== username && !clientId.startsWith(`${username}.`)) return "client id of somebody else";
    const rights = rightsByUser.get(username) ?? null;
    visitor.claimed = rights;
    if (!will || !rights) return null;
    if (will.payload.length > willBytesMax) return "will above the limit";
    return isWritable(rights, will.topic, will.retain === true, will.payload.length) ? null : "will not allowed";
  }

  function judgePublish(visitor: Visitor | undefined, packet: PublishLike): string | null {
    if (!visitor?.rights) return "publish by nobody";
    if ((packet.qos ?? 0) > 0 && packet.messageId === 0) return "packet id 0";
    const isAllowed = isWritable(visitor.rights, packet.topic, packet.retain === true, packet.payload.length);
    return isAllowed ? null : `may not publish to ${printable(packet.topic)}`;
  }

  async function check(visitor: Visitor | undefined, username: string, password: string): Promise<boolean> {
    if (!visitor?.claimed || verifying >= verifyingMax || isThrottled(visitor.address)) return false;
    verifying++;
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), verifyMsMax);
      });
      const isRight = await Promise.race([Promise.resolve(options.verify(username, password)), late]);
      if (!isRight) noteFailure(visitor.address);
      return isRight === true;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
      verifying--;
    }
  }

  function isThrottled(address: string): boolean {
    const known = failures.get(address);
    return known !== undefined && known.untilMs > Date.now() && known.count >= limits.failuresPerMinute;
  }

  function noteFailure(address: string): void {
    const nowMs = Date.now();
    for (const [other, { untilMs }] of failures) if (untilMs <= nowMs) failures.delete(other);
    const known = failures.get(address) ?? { count: 0, untilMs: nowMs + 60_000 };
    known.count++;
    failures.set(address, known);
  }

  function receive(socket: Socket): void {
    const address = socket.remoteAddress ?? "";
    socket.on("error", () => {});
    const isFull =
      sockets.size >= limits.connections ||
      (openByAddress.get(address) ?? 0) >= limits.connectionsPerAddress ||
      (unknownByAddress.get(address) ?? 0) >= limits.unknownPerAddress;
    if (isFull) {
      refuse("too many connections", address);
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMs);
    sockets.add(socket);
    count(openByAddress, address, 1);
    count(unknownByAddress, address, 1);
    const gate = guardSocket(socket, (fault) => void refuse(fault, address));
    const visitor: Visitor = { gate, address, rights: null, claimed: null };
    visitors.set(socket, visitor);
    socket.once("close", () => {
      sockets.delete(socket);
      count(openByAddress, address, -1);
      if (!visitor.rights) count(unknownByAddress, address, -1);
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
    openInside: (clock) => insideLink(broker, clock),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

interface ConnectLike {
  clientId?: unknown;
  username?: unknown;
  will?: { topic: string; payload: { length: number }; retain?: boolean };
}

interface PublishLike {
  topic: string;
  payload: { length: number };
  qos?: number;
  retain?: boolean;
  messageId?: number;
}

function isWritable(rights: BrokerRights, topic: string, isRetained: boolean, payloadBytes: number): boolean {
  if (!isTopic(topic) || !rights.write.some((filter) => covers(filter, topic))) return false;
  return !isRetained || (mayRetain(topic) && payloadBytes <= retainedBytesMax);
}

function count(counts: Map<string, number>, address: string, by: number): void {
  const now = (counts.get(address) ?? 0) + by;
  if (now > 0) counts.set(address, now);
  else counts.delete(address);
}

function printable(topic: unknown): string {
  return JSON.stringify(String(topic).slice(0, 80));
}
