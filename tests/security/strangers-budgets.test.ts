/** What a stranger, or one signed-in browser, may cost: questions to the database, and the end of the program. */
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { io } from "socket.io-client";
import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../src/clock/clock.ts";
import { closeServer } from "../../src/server/close-server.ts";
import { openContext, type TestContext } from "../support/context-server.ts";

let opened: TestContext;
afterEach(() => opened.close());

const statusesOf = (answers: { statusCode: number }[]) =>
  [...new Set(answers.map(({ statusCode }) => statusCode))].sort();

test("a stranger's STOPs with made-up cookies ask the database no more than a stranger's budget", {
  timeout: 120_000,
}, async () => {
  opened = await openContext("embedded", {
    requestsPerMinuteMax: 10,
    features: [(app) => void app.post("/api/v1/areas/:key/stop", { config: { right: "stop" } }, async () => ({}))],
  });
  const select = vi.spyOn(opened.context.db, "select");
  const press = (cookie: string) =>
    opened.app.inject({
      ...{ method: "POST", url: "/api/v1/areas/r1.1/stop", remoteAddress: "10.9.9.9" },
      headers: { cookie },
    });
  const madeUp = () => `guiwei=${randomBytes(32).toString("base64url")}`;
  const answers = await Promise.all(Array.from({ length: 300 }, () => press(madeUp())));
  expect(statusesOf(answers).filter((status) => status < 400)).toEqual([]);
  expect(select.mock.calls.length).toBeLessThanOrEqual(30);
});

test("whoever is signed in stops as often as wanted, from the same address as the flood", {
  timeout: 120_000,
}, async () => {
  opened = await openContext("embedded", {
    requestsPerMinuteMax: 10,
    features: [(app) => void app.post("/api/v1/areas/:key/stop", { config: { right: "stop" } }, async () => ({}))],
  });
  const { headers } = await opened.signedIn(["operator"]);
  const press = (own: Record<string, string>) =>
    opened.app.inject({ method: "POST", url: "/api/v1/areas/r1.1/stop", remoteAddress: "10.9.9.9", headers: own });
  expect((await press(headers)).statusCode).toBe(200);
  for (let i = 0; i < 40; i++) await press({ cookie: `guiwei=${randomBytes(32).toString("base64url")}` });
  expect(statusesOf(await Promise.all(Array.from({ length: 60 }, () => press(headers))))).toEqual([200]);
});

test("one browser's questions on the live feed have a budget; beyond it the feed ends", {
  timeout: 120_000,
}, async () => {
  opened = await openContext("embedded", {});
  const url = await opened.app.listen({ port: 0, host: "127.0.0.1" });
  const { headers } = await opened.signedIn(["operator"]);
  const browser = io(url, {
    path: "/live",
    transports: ["websocket"],
    extraHeaders: headers,
    forceNew: true,
    reconnection: false,
  });
  await new Promise<void>((resolve) => browser.once("connect", resolve));
  const select = vi.spyOn(opened.context.db, "select");
  const ended = new Promise<void>((resolve) => browser.once("disconnect", () => resolve()));
  for (let i = 0; i < 2_000; i++) browser.emit("follow", { chains: ["room:r1"] }, () => {});
  await ended;
  expect(select.mock.calls.length).toBeLessThan(100);
});

test("a stranger's half request does not keep the program from ending", { timeout: 60_000 }, async () => {
  opened = await openContext("embedded", {});
  const { port } = new URL(await opened.app.listen({ port: 0, host: "127.0.0.1" }));
  const stranger = connect(Number(port), "127.0.0.1");
  const cut = new Promise<void>((resolve) => stranger.once("close", () => resolve()));
  stranger.on("error", () => {});
  stranger.write(
    "POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  await closeServer(opened.app, systemClock(), 300);
  await cut;
});
