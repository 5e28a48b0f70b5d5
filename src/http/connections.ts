/**
 * Open connections to the HTTP server. Those without a signed-in request make room for newcomers, the oldest first, so that a
 * client with many half-open ones shuts out nobody, not even behind the same address.
 */
import type { Socket } from "node:net";
import { sourceOf } from "./source-of.ts";

export interface ConnectionLimits {
  /** Connections of one address. */
  connectionsPerSourceMax: number;
  /** Connections of one address without a signed-in request; a proxy of ours may hold as many as are allowed in all. */
  connectionsUnprovenPerSourceMax: number;
  /** Connections without a signed-in request, of all addresses together. */
  connectionsUnprovenMax: number;
}

export interface Connections {
  /** A signed-in request came over it. */
  prove(socket: Socket): void;
  counts(): { proven: number; unproven: number };
}

interface Listening {
  on(event: "connection", listener: (socket: Socket) => void): unknown;
}

/** Sets keep their order: the first is the oldest. */
type Crowds = Map<string, Set<Socket>>;

const ledgers = new WeakMap<object, Connections>();

/** `isProxy`: connections that carry the requests of many clients, and are limited at the proxy. */
export function limitConnections(
  server: Listening,
  limits: ConnectionLimits,
  isProxy: (address: string) => boolean,
): Connections {
  const unproven: Crowds = new Map();
  const proven: Crowds = new Map();
  /** A TLS socket and the socket below it have the same ends. */
  const byEnds = new Map<string, { socket: Socket; source: string }>();
  const size = (crowds: Crowds) => [...crowds.values()].reduce((sum, crowd) => sum + crowd.size, 0);
  let unprovenCount = 0;

  function put(crowds: Crowds, source: string, socket: Socket): void {
    const crowd = crowds.get(source) ?? new Set<Socket>();
    crowds.set(source, crowd.add(socket));
    if (crowds === unproven) unprovenCount++;
  }

  function remove(crowds: Crowds, source: string, socket: Socket): boolean {
    const crowd = crowds.get(source);
    if (!crowd?.delete(socket)) return false;
    if (crowd.size === 0) crowds.delete(source);
    if (crowds === unproven) unprovenCount--;
    return true;
  }

  function letOldestGo(crowds: Crowds, source: string): void {
    const [oldest] = crowds.get(source) ?? [];
    if (!oldest) return;
    remove(crowds, source, oldest);
    oldest.destroy();
  }

  const most = () => [...unproven].reduce((a, b) => (b[1].size > a[1].size ? b : a))[0];

  server.on("connection", (socket) => {
    const address = socket.remoteAddress ?? "";
    const source = sourceOf(address);
    const ends = endsOf(socket);
    byEnds.set(ends, { socket, source });
    put(unproven, source, socket);
    socket.once("close", () => {
      if (byEnds.get(ends)?.socket === socket) byEnds.delete(ends);
      if (!remove(unproven, source, socket)) remove(proven, source, socket);
    });
    if (!isProxy(address)) {
      const waiting = unproven.get(source)?.size ?? 0;
      const all = waiting + (proven.get(source)?.size ?? 0);
      if (waiting > limits.connectionsUnprovenPerSourceMax) letOldestGo(unproven, source);
      else if (all > limits.connectionsPerSourceMax) letOldestGo(waiting > 1 ? unproven : proven, source);
    }
    if (unprovenCount > limits.connectionsUnprovenMax) letOldestGo(unproven, most());
  });

  const connections: Connections = {
    prove(socket) {
      const held = byEnds.get(endsOf(socket));
      if (held && remove(unproven, held.source, held.socket)) put(proven, held.source, held.socket);
    },
    counts: () => ({ proven: size(proven), unproven: unprovenCount }),
  };
  ledgers.set(server, connections);
  return connections;
}

/** For connections beside the routes, such as the live feed's. */
export function proveConnection(server: object, socket: Socket): void {
  ledgers.get(server)?.prove(socket);
}

function endsOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
