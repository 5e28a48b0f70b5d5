/**
 * STOP's own door: HTTP for one purpose, with its own limits. It reads no body, keeps no unknown caller's connection, and serves
 * known callers whatever load others cause.
 */
import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Clock } from "../clock/clock.ts";
import { askedAt } from "../http/asked-at.ts";
import { limitConnections } from "../http/connections.ts";
import { languageAsked } from "../http/language-asked.ts";
import { problemOf } from "../http/problem-of.ts";
import { sourceOf } from "../http/source-of.ts";
import { clientAddress, trustedProxies } from "../http/trusted-proxies.ts";
import { type Answered, answerPress } from "./answer-press.ts";
import type { AskMotion } from "./ask-motion.ts";
import type { KnownCallers } from "./known-callers.ts";
import { type DoorCounts, type DoorOpening, type DoorRefusal, doorRefusals } from "./messages.ts";
import { strangerBudget } from "./stranger-budget.ts";

export interface Door {
  readonly port: number;
  counts(): DoorCounts;
  consoleAt(port: number): void;
  close(): void;
}

export interface ServeDoorDeps {
  opening: Pick<DoorOpening, "host" | "tls" | "origins" | "trustProxy"> & { port: number };
  callers: KnownCallers;
  motion: AskMotion;
  clock: Clock;
  /** Called when it stopped listening without having been closed. */
  onClosed?(): void;
}

export const doorLimits = {
  connectionsPerSourceMax: 256,
  connectionsUnprovenPerSourceMax: 64,
  connectionsUnprovenMax: 512,
  connectionsMax: 2_048,
  /** The same as the gateway's: a browser sends the cookies of every port of a host. */
  headBytesMax: 16_384,
  headMsMax: 5_000,
  /** A STOP needs no body. */
  bodyBytesMax: 1_024,
  idleMsMax: 30_000,
  /** Requests on one connection before the first was answered. */
  pipelinedMax: 16,
};

const dataHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Resolves when it listens. */
export async function serveDoor({ opening, callers, motion, clock, onClosed }: ServeDoorDeps): Promise<Door> {
  const { host, port, tls, origins } = opening;
  const trusts = trustedProxies(opening.trustProxy ?? undefined);
  const strangers = strangerBudget();
  const arrivals = askedAt(clock);
  const underWay = new WeakMap<Socket, number>();
  const refused = Object.fromEntries(doorRefusals.map((code) => [code, 0])) as Record<DoorRefusal, number>;
  let stops = 0;
  let consolePort: number | null = null;

  const takeStranger = (request: IncomingMessage) =>
    strangers.take(sourceOf(clientAddress(request, trusts)), clock.monoMs());
  const deps = {
    ...{ callers, motion, origins, takeStranger, monoMs: clock.monoMs, momentMs: arrivals.momentMs },
    consolePort: () => consolePort,
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const pending = (underWay.get(socket) ?? 0) + 1;
    if (pending > doorLimits.pipelinedMax) return void socket.destroy();
    underWay.set(socket, pending);
    dropBody(request);
    const answered = await answerPress(request, deps);
    underWay.set(socket, (underWay.get(socket) ?? 1) - 1);
    if (answered.caller) connections.prove(socket);
    const { outcome } = answered;
    if (outcome.kind === "taken") stops++;
    if (outcome.kind === "refused") refused[outcome.code as DoorRefusal]++;
    send(request, response, answered);
  }

  const limits: ServerOptions = {
    maxHeaderSize: doorLimits.headBytesMax,
    headersTimeout: doorLimits.headMsMax,
    requestTimeout: doorLimits.headMsMax,
    connectionsCheckingInterval: 500,
    keepAliveTimeout: doorLimits.idleMsMax,
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => void answer(request, response);
  // Loaded only if needed: this process may be restarting while somebody presses STOP.
  const server = tls
    ? (await import("node:https")).createServer({ ...limits, ...tls, handshakeTimeout: doorLimits.headMsMax }, listener)
    : createServer(limits, listener);
  server.maxConnections = doorLimits.connectionsMax;
  server.setTimeout(doorLimits.idleMsMax);
  const connections = limitConnections(server, doorLimits, (address) => trusts?.(address, 0) ?? false);
  server.on("clientError", (_error, socket) => {
    refused["bad-request"]++;
    if (socket.writable) socket.write("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, resolve);
  });
  // A failed accept must not end the door.
  server.on("error", () => {});
  let isClosed = false;
  server.on("close", () => void (isClosed || onClosed?.()));

  return {
    port: (server.address() as AddressInfo).port,
    consoleAt(at) {
      consolePort = at;
    },
    counts() {
      const { proven, unproven } = connections.counts();
      const isMotionThere = motion.isThere();
      return {
        stops,
        refused: { ...refused },
        connections: proven + unproven,
        callers: callers.count(),
        isMotionThere,
      };
    },
    close() {
      isClosed = true;
      arrivals.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** STOP has gone out before the body is read; too long a body ends the connection. */
function dropBody(request: IncomingMessage): void {
  let bytes = 0;
  request.on("error", () => {});
  request.on("data", (part: Buffer) => {
    bytes += part.length;
    if (bytes > doorLimits.bodyBytesMax) request.socket.destroy();
  });
}

function send(request: IncomingMessage, response: ServerResponse, { caller, origin, outcome }: Answered): void {
  const { headers } = request;
  const isRead = headers["transfer-encoding"] === undefined && (headers["content-length"] ?? "0") === "0";
  const cors = origin
    ? { "access-control-allow-origin": origin, "access-control-allow-credentials": "true" }
    : undefined;
  const head = {
    ...dataHeaders,
    vary: "origin",
    ...cors,
    // Unknown callers keep no connection.
    ...(caller && isRead ? {} : { connection: "close" }),
  };
  if (outcome.kind === "preflight") {
    response.writeHead(204, {
      ...head,
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "authorization, content-type, accept-language, idempotency-key",
      "access-control-max-age": "600",
    });
    return void response.end();
  }
  const [status, body] = bodyOf(outcome, caller?.language ?? languageAsked(headers["accept-language"]));
  const text = JSON.stringify(body);
  const type = outcome.kind === "refused" ? "application/problem+json" : "application/json";
  response.writeHead(status, { ...head, "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(request.method === "HEAD" ? undefined : text);
}

function bodyOf(
  outcome: Exclude<Answered["outcome"], { kind: "preflight" }>,
  language: "zh" | "en",
): [number, unknown] {
  if (outcome.kind === "taken") return [202, { areas: outcome.areas }];
  if (outcome.kind === "health") {
    const { isMotionThere } = outcome;
    return [isMotionThere ? 200 : 503, { status: "up", motion: isMotionThere ? "up" : "away" }];
  }
  const problem = problemOf(outcome.code, language, outcome.params);
  return [problem.status, problem];
}
