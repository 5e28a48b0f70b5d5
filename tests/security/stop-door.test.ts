/** STOP's own door against pages of others, strangers, slow and long requests; in the test's process, with a motion of the test's. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock/clock.ts";
import { hashSecret } from "../../src/people/secret.ts";
import { knownCallers } from "../../src/stop-door/known-callers.ts";
import type { Caller, DoorOpening } from "../../src/stop-door/messages.ts";
import { doorLimits, serveDoor } from "../../src/stop-door/serve-door.ts";
import { strangerLimits } from "../../src/stop-door/stranger-budget.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});

const secret = (letter: string) => letter.repeat(43);
const cookie = `guiwei-known=x; guiwei=${secret("a")}`;
const caller: Caller = { actor: "person:1", mayStop: true, leftMs: 3_600_000, language: null };

async function openDoor(opening: Partial<DoorOpening> = {}, answers: Promise<number> = Promise.resolve(2)) {
  const callers = knownCallers();
  const known: [string, Caller][] = [
    [hashSecret(secret("a")), caller],
    [hashSecret(secret("b")), { ...caller, actor: "person:2", mayStop: false }],
    [hashSecret(secret("c")), { ...caller, actor: "person:3", leftMs: -1 }],
    [hashSecret(`gw_${secret("d")}`), { ...caller, actor: "system:4" }],
  ];
  callers.change(known, systemClock().monoMs());
  const stops: unknown[] = [];
  const door = await serveDoor({
    opening: {
      host: "127.0.0.1",
      port: 0,
      tls: null,
      origins: ["https://archive.example"],
      trustProxy: null,
      ...opening,
    },
    callers,
    motion: {
      async stop(wish) {
        stops.push(wish);
        return answers;
      },
      isThere: () => true,
      close() {},
    },
    clock: systemClock(),
  });
  door.consoleAt(8080);
  closing.push(door.close);
  const url = `http://127.0.0.1:${door.port}`;
  const ask = (headers: Record<string, string>, path = "/api/v1/stop", method = "POST") =>
    fetch(`${url}${path}`, { method, headers });
  return { door, url, stops, ask, callers };
}

/** As fetch would never write it. */
function raw(port: number, text: string): { socket: Socket; heard(): string; closed: Promise<void> } {
  let heard = "";
  const socket = connect(port, "127.0.0.1", () => socket.write(text));
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    heard += bytes.toString();
  });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  return { socket, heard: () => heard, closed };
}

describe("who may", () => {
  test("a person with a session and a system with a token stop; the rest are told why, in their language", async () => {
    const { ask, stops } = await openDoor();
    expect((await ask({ cookie })).status).toBe(202);
    expect((await ask({ authorization: `Bearer gw_${secret("d")}` })).status).toBe(202);
    expect(stops).toMatchObject([{ actor: "person:1" }, { actor: "system:4" }]);
    const said = async (headers: Record<string, string>) => {
      const answer = await ask(headers);
      return [answer.status, ((await answer.json()) as { title: string }).title];
    };
    expect(await said({})).toEqual([401, "请先登录。"]);
    expect(await said({ "accept-language": "en-GB" })).toEqual([401, "Please sign in first."]);
    expect((await said({ cookie: `guiwei=${secret("x")}` }))[0]).toBe(401);
    expect((await said({ cookie: `guiwei=${secret("c")}` }))[0]).toBe(401);
    expect((await said({ cookie: `guiwei=${secret("b")}` }))[0]).toBe(403);
    // A token means to be that system, whatever cookie comes along.
    expect((await said({ cookie, authorization: `Bearer gw_${secret("x")}` }))[0]).toBe(401);
    expect(stops).toHaveLength(2);
  });

  test("nothing but STOP is here", async () => {
    const { ask, stops } = await openDoor();
    for (const [path, method] of [
      ["/api/v1/stop", "GET"],
      ["/api/v1/stop", "PUT"],
      ["/api/v1/areas/r1.1/open", "POST"],
      ["/", "GET"],
      ["/api/v1/areas/%ff/stop", "POST"],
    ] as const)
      expect((await ask({ cookie }, path, method)).status, `${method} ${path}`).toBe(404);
    expect(stops).toEqual([]);
    expect((await ask({ cookie }, "/api/v1/areas/r1.1/stop?press=press-1234&press=x")).status).toBe(202);
    expect(stops).toMatchObject([{ areaKey: "r1.1", press: "press-1234" }]);
    expect(await (await ask({}, "/health", "GET")).json()).toEqual({ status: "up", motion: "up" });
  });
});

describe("pages of others", () => {
  test("only the console's pages and stated origins stop with somebody's cookie, and read the answer", async () => {
    const { ask, door, stops } = await openDoor();
    const ours = ["http://127.0.0.1:8080", "https://archive.example", `http://127.0.0.1:${door.port}`];
    for (const origin of ours) {
      const answer = await ask({ cookie, origin });
      expect(answer.status, origin).toBe(202);
      expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
      expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
    }
    expect(stops).toHaveLength(ours.length);
    for (const headers of [
      { origin: "http://127.0.0.1:9999" },
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ]) {
      const answer = await ask({ cookie, ...(headers as Record<string, string>) });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, "origin-refused"]);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
    expect(stops).toHaveLength(ours.length);
    expect((await ask({ origin: ours[0] as string }, "/api/v1/stop", "OPTIONS")).status).toBe(204);
    expect((await ask({ origin: "https://evil.example" }, "/api/v1/stop", "OPTIONS")).status).toBe(404);
  });
});

describe("strangers, slow and long ones", () => {
  test("strangers get no further than their budget; who is known is never counted", async () => {
    const { ask } = await openDoor();
    const strangers = await Promise.all(Array.from({ length: strangerLimits.atOnce * 3 }, () => ask({})));
    const statuses = strangers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(strangerLimits.atOnce);
    const known = await Promise.all(Array.from({ length: strangerLimits.atOnce * 3 }, () => ask({ cookie })));
    expect(known.every(({ status }) => status === 202)).toBe(true);
  }, 60_000);

  test("their own addresses count behind a proxy that is named, and nobody else's word", async () => {
    const { ask } = await openDoor({ trustProxy: "loopback" });
    const from = async (address: string, times: number) => {
      const answers = await Promise.all(Array.from({ length: times }, () => ask({ "x-forwarded-for": address })));
      return answers.filter(({ status }) => status === 429).length;
    };
    expect(await from("203.0.113.9", strangerLimits.atOnce * 3)).toBeGreaterThan(strangerLimits.atOnce);
    expect(await from("203.0.113.10", 5)).toBe(0);
  }, 60_000);

  test("half a head, a head without end and no word at all are ended; nobody waits for them", async () => {
    const { door, ask } = await openDoor();
    const head = `POST /api/v1/stop HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\n`;
    const slow = ["", "PO", head].map((text) => raw(door.port, text));
    const dribbling = raw(door.port, head);
    const drip = setInterval(() => dribbling.socket.writable && dribbling.socket.write("x: y\r\n"), 300);
    const long = raw(door.port, `${head}x: ${"y".repeat(doorLimits.headBytesMax)}\r\n\r\n`);
    expect((await ask({ cookie })).status).toBe(202);
    await Promise.all([...slow, dribbling, long].map(({ closed }) => closed));
    clearInterval(drip);
    expect(door.counts()).toMatchObject({ stops: 1 });
  }, 60_000);

  test("a STOP does not wait for its body, and one without end is cut off before it is answered", async () => {
    const head = `POST /api/v1/stop HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\n`;
    const first = await openDoor();
    const unfinished = raw(first.door.port, `${head}content-length: 500\r\n\r\n{`);
    await unfinished.closed;
    expect(unfinished.heard()).toMatch(/^HTTP\/1\.1 202 /);
    const second = await openDoor({}, new Promise(() => {}));
    const endless = raw(second.door.port, `${head}transfer-encoding: chunked\r\n\r\n`);
    const part = `400\r\n${"x".repeat(1_024)}\r\n`;
    const flood = setInterval(() => endless.socket.writable && endless.socket.write(part), 20);
    const startedMs = performance.now();
    await endless.closed;
    clearInterval(flood);
    expect([first.stops.length, second.stops.length, endless.heard()]).toEqual([1, 1, ""]);
    // Well before the time that a request may take.
    expect(performance.now() - startedMs).toBeLessThan(doorLimits.headMsMax);
  }, 60_000);

  test("who holds many connections open makes room for others, and a known one keeps its own", async () => {
    const { door, ask } = await openDoor();
    const mine = raw(door.port, `POST /api/v1/stop HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\n\r\n`);
    await expect.poll(() => mine.heard(), { timeout: 20_000 }).toContain("202");
    const many = Array.from({ length: doorLimits.connectionsUnprovenPerSourceMax * 2 }, () => raw(door.port, ""));
    await expect
      .poll(() => many.filter(({ socket }) => socket.destroyed).length, { timeout: 20_000 })
      .toBeGreaterThanOrEqual(doorLimits.connectionsUnprovenPerSourceMax);
    expect((await ask({ cookie })).status).toBe(202);
    mine.socket.write(`POST /api/v1/stop HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\n\r\n`);
    await expect.poll(() => mine.heard().match(/HTTP\/1\.1 202/g)?.length, { timeout: 20_000 }).toBe(2);
    for (const { socket } of many) socket.destroy();
    mine.socket.destroy();
  }, 60_000);
});

test("with the gateway's certificate it speaks TLS", async () => {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-door-"));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, "k.pem"), join(folder, "c.pem")];
  const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync("openssl", [...words, "-subj", "/CN=localhost", "-keyout", key, "-out", cert], { stdio: "ignore" });
  const ca = readFileSync(cert, "utf8");
  const { door } = await openDoor({ tls: { cert: ca, key: readFileSync(key, "utf8") } });
  const status = await new Promise((resolve, reject) => {
    const asked = httpsRequest(
      {
        host: "127.0.0.1",
        servername: "localhost",
        port: door.port,
        path: "/api/v1/stop",
        method: "POST",
        ca,
        headers: { cookie },
      },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    );
    asked.on("error", reject);
    asked.end();
  });
  expect(status).toBe(202);
});
