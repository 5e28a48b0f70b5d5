/**
 * The twin's control: loopback only, JSON, three paths. No part of the product's API: it plays the room's people and accidents.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Twin } from "../twin.ts";
import { perform } from "./commands.ts";
import { ControlError } from "./refusal.ts";
import { areaState, twinState } from "./state.ts";

const bodyBytesMax = 1024 * 1024;
const watchersMax = 50;
/** Shortest interval between two pictures for a map. */
const pictureEveryMs = 100;

export interface ControlServer {
  port: number;
  close(): Promise<void>;
}

export async function serveControl(twin: Twin, port: number): Promise<ControlServer> {
  const watchers = new Set<ServerResponse>();
  const changed = new Set<string>();
  let cancel: (() => void) | null = null;

  function tell(kind: string, body: unknown): void {
    for (const watcher of watchers) watcher.write(`event: ${kind}\ndata: ${JSON.stringify(body)}\n\n`);
  }
  function flush(): void {
    cancel = null;
    for (const key of changed) {
      const area = twin.room.areas.get(key);
      if (area) tell("area", areaState(twin, area));
    }
    changed.clear();
  }
  for (const area of twin.room.areas.values()) {
    area.rig.onChange(() => {
      if (watchers.size === 0) return;
      changed.add(area.key);
      cancel ??= twin.clock.after(pictureEveryMs, flush);
    });
    area.rig.onEvent((event) => tell("event", { area: area.key, ...event }));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => send(response, 500, { ok: false, detail: String(error) }));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A web page must not reach it by a rebound name, nor by a form that needs no preflight.
    const host = (request.headers.host ?? "").replace(/:\d+$/, "");
    if (!["127.0.0.1", "localhost", "[::1]"].includes(host)) return send(response, 403, { ok: false });
    const path = (request.url ?? "").split("?")[0];
    if (request.method === "GET" && path === "/state") return send(response, 200, twinState(twin));
    if (request.method === "GET" && path === "/events") return watch(response);
    if (request.method !== "POST" || path !== "/command") return send(response, 404, { ok: false });
    if (!/^application\/json\b/.test(request.headers["content-type"] ?? ""))
      return send(response, 415, { ok: false, ...new ControlError("not-json").refusal });
    const order = await bodyOf(request);
    const result = await perform(twin, order);
    tell("command", { order, result });
    send(response, result.ok ? 200 : 422, result);
  }

  function watch(response: ServerResponse): void {
    if (watchers.size >= watchersMax) {
      send(response, 503, { ok: false });
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(`event: state\ndata: ${JSON.stringify(twinState(twin))}\n\n`);
    watchers.add(response);
    response.on("close", () => watchers.delete(response));
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: address && typeof address === "object" ? address.port : port,
    close() {
      cancel?.();
      for (const watcher of watchers) watcher.end();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    if (bytes > bodyBytesMax) return null;
    parts.push(part as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    return null;
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
