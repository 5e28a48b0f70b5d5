/** The feed carries the warning before motion (S12): strangers take no place on it, and no connection, from anybody signed in. */
import { connect, type Socket } from "node:net";
import { io } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { livePlaces, provenWithinMs } from "../../src/server/live-places.ts";
import { openContext, type TestContext } from "../support/context-server.ts";

let opened: TestContext;
let port: number;
let sockets: Socket[];

const small = { headMsMax: 1_000, connectionsUnprovenPerSourceMax: 100, connectionsPerSourceMax: 1_000 };
const openWith = async (settings: Parameters<typeof openContext>[1]) => {
  opened = await openContext("embedded", settings);
  await opened.app.listen({ port: 0, host: "127.0.0.1" });
  port = (opened.app.server.address() as { port: number }).port;
};

beforeEach(() => {
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await opened.close();
});

function raw(head: string): Socket {
  const socket = connect(port, "127.0.0.1", () => socket.write(head));
  socket.on("error", () => {});
  socket.resume();
  sockets.push(socket);
  return socket;
}

const upgrade = [
  "GET /live/?EIO=4&transport=websocket HTTP/1.1",
  "Host: x",
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
];
const stranger = (cookie?: string) => raw([...upgrade, ...(cookie ? [`Cookie: ${cookie}`] : []), "", ""].join("\r\n"));

/** Connects as a browser does; milliseconds until it is in. */
async function joinFeed(headers: Record<string, string>): Promise<number> {
  const startMs = Date.now();
  const browser = io(`http://127.0.0.1:${port}`, {
    path: "/live",
    transports: ["websocket"],
    extraHeaders: headers,
    forceNew: true,
    reconnectionDelay: 100,
  });
  try {
    await new Promise<void>((resolve) => browser.once("connect", resolve));
    return Date.now() - startMs;
  } finally {
    browser.close();
  }
}

describe("two thousand strangers on the feed", () => {
  test.each([
    ["without a word", undefined],
    ["with a cookie that is nobody's", `guiwei=${"x".repeat(43)}`],
  ])(
    "%s: whoever is signed in gets in at once, and the strangers are gone in seconds",
    { timeout: 60_000 },
    async (_, cookie) => {
      await openWith({
        connectionsUnprovenPerSourceMax: 5_000,
        connectionsPerSourceMax: 5_000,
        connectionsUnprovenMax: 5_000,
      });
      const { headers } = await opened.signedIn(["operator"]);
      for (let i = 0; i < 2_000; i++) {
        stranger(cookie);
        if (i % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await expect.poll(() => opened.live.connections(), { timeout: 10_000 }).toBeGreaterThan(0);
      expect(opened.live.connections()).toBeLessThanOrEqual(livePlaces.strangersPerSourceMax);
      // Nobody has asked for this cookie since the start: it is no better known than the strangers'.
      expect(await joinFeed(headers)).toBeLessThan(5_000);
      expect(await joinFeed(opened.as("auditor"))).toBeLessThan(5_000);
      // Time goes on: whose cookie was asked for until now comes in later, and has its own seconds from then.
      const later = () => {
        opened.clock.advance(provenWithinMs);
        return opened.live.connections();
      };
      await expect.poll(later, { timeout: 10_000 }).toBe(0);
    },
  );
});

describe("connections on which nobody signs in", () => {
  test("half a head and no more: ended in time, and a newcomer from the same address is served meanwhile", {
    timeout: 60_000,
  }, async () => {
    await openWith(small);
    const { headers } = await opened.signedIn(["operator"]);
    const ask = () => fetch(`http://127.0.0.1:${port}/api/v1/rooms`, { headers: { ...headers, connection: "close" } });
    for (let i = 0; i < 400; i++) {
      raw("GET /api/v1/rooms HTTP/1.1\r\nHost: x\r\nX-Slow: ");
      if (i % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect((await ask()).status).toBe(200);
    const open = () => sockets.filter((socket) => !socket.destroyed && socket.readyState === "open").length;
    await expect.poll(open, { timeout: 10_000 }).toBeLessThanOrEqual(small.connectionsUnprovenPerSourceMax);
    // headersTimeout: what is still there goes by itself.
    await expect.poll(open, { timeout: 20_000, interval: 200 }).toBe(0);
    expect((await ask()).status).toBe(200);
  });

  test("a live feed that is signed in outlives them all", { timeout: 60_000 }, async () => {
    await openWith(small);
    const { headers } = await opened.signedIn(["operator"]);
    const browser = io(`http://127.0.0.1:${port}`, {
      path: "/live",
      transports: ["websocket"],
      extraHeaders: headers,
      forceNew: true,
    });
    await new Promise<void>((resolve) => browser.once("connect", resolve));
    let lost = 0;
    browser.on("disconnect", () => lost++);
    for (let i = 0; i < 400; i++) {
      raw("GET / HTTP/1.1\r\n");
      if (i % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const heard = new Promise((resolve) => browser.once("alarm", resolve));
    opened.live.pushAlarm({ areaKey: "r1.1", code: "x", zh: "x", en: "x", atMs: 1 });
    await heard;
    expect(lost).toBe(0);
    browser.close();
  });
});
