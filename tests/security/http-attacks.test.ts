import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trustedProxies } from "../../src/http/trusted-proxies.ts";
import { signInLimits } from "../../src/people/sign-in-limit.ts";
import { openContext, type TestContext } from "../support/context-server.ts";

const password = "a long enough password";

describe("attacks on the HTTP door", () => {
  let context: TestContext;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "guiwei-web-"));
    mkdirSync(join(folder, "web/assets"), { recursive: true });
    writeFileSync(join(folder, "secret.txt"), "outside");
    writeFileSync(join(folder, "web/index.html"), "<!doctype html><title>console</title>");
    writeFileSync(join(folder, "web/assets/app-1a2b.js"), "export {}");
    writeFileSync(join(folder, "web/assets/.env"), "hidden");
    context = await openContext("embedded", { webRoot: join(folder, "web") });
    for (const login of ["li", "zhao"]) {
      await context.app.inject({
        method: "POST",
        url: "/api/v1/people",
        headers: context.as("administrator"),
        payload: { login, name: login, roles: ["operator"], language: "zh", password },
      });
    }
  });
  afterAll(async () => {
    await context.close();
    rmSync(folder, { recursive: true });
  });

  const signIn = (login: string, typed: string, extra: { headers?: Record<string, string>; from?: string } = {}) =>
    context.app.inject({
      method: "POST",
      url: "/api/v1/session",
      payload: { login, password: typed },
      headers: extra.headers ?? {},
      remoteAddress: extra.from ?? "10.0.0.1",
    });

  test("the cookie: HttpOnly, SameSite=Strict, for the whole site, random; Secure under TLS", async () => {
    const header = String((await signIn("li", password)).headers["set-cookie"]);
    expect(header).toMatch(/^guiwei=[\w-]{43}; /);
    expect(header).toMatch(/HttpOnly/);
    expect(header).toMatch(/SameSite=Strict/);
    expect(header).toMatch(/Path=\//);
    expect(header).not.toMatch(/Secure|Domain/);
    const behindProxy = await openContext("embedded", { trustProxy: trustedProxies("1") });
    const { person } = await behindProxy.signedIn(["operator"]);
    const out = await behindProxy.app.inject({
      method: "DELETE",
      url: "/api/v1/session",
      headers: { "x-forwarded-proto": "https" },
    });
    expect(person.isActive).toBe(true);
    expect(String(out.headers["set-cookie"])).toMatch(/Secure/);
    await behindProxy.close();
  });

  test("session fixation: a cookie that was planted is never taken over, and the former session ends", async () => {
    const planted = `guiwei=${"A".repeat(43)}`;
    const answer = await signIn("li", password, { headers: { cookie: planted } });
    const mine = `guiwei=${answer.cookies[0]?.value}`;
    expect(mine).not.toBe(planted);
    const ask = (cookie: string) => context.app.inject({ url: "/api/v1/rooms", headers: { cookie } });
    expect((await ask(planted)).statusCode).toBe(401);
    expect((await ask(mine)).statusCode).toBe(200);
    await signIn("li", password, { headers: { cookie: mine } });
    expect((await ask(mine)).statusCode).toBe(401);
  });

  test("CSRF: another origin may not change anything, not even with the cookie", async () => {
    const { headers } = await context.signedIn(["administrator"]);
    const create = (extra: Record<string, string>) =>
      context.app.inject({
        method: "POST",
        url: "/api/v1/people",
        headers: { ...headers, host: "archive.local:8080", ...extra },
        payload: { login: `p${Math.random().toString(36).slice(2)}`, name: "x", roles: [], language: "zh" },
      });
    for (const origin of [
      "http://evil.example",
      "http://archive.local",
      "null",
      "http://archive.local.evil.example:8080",
    ])
      expect((await create({ origin })).json().code, origin).toBe("origin-refused");
    expect((await create({ "sec-fetch-site": "cross-site" })).json().code).toBe("origin-refused");
    expect((await create({ "sec-fetch-site": "same-site" })).json().code).toBe("origin-refused");
    expect((await create({ origin: "http://archive.local:8080" })).statusCode).toBe(201);
    expect((await create({})).statusCode).toBe(201);
  });

  test("brute force: a login is slowed for the guessing address, in parallel too, and not for others", async () => {
    const tries = await Promise.all(
      Array.from({ length: signInLimits.freeTries + 5 }, (_, i) =>
        signIn("zhao", `guess number ${i}`, { from: "10.9.9.9" }),
      ),
    );
    expect(tries.filter(({ statusCode }) => statusCode === 401)).toHaveLength(signInLimits.freeTries);
    const closed = await signIn("ZHAO", password, { from: "10.9.9.9" });
    expect(closed.json()).toMatchObject({ status: 429, code: "sign-in-too-often" });
    expect(Number(closed.headers["retry-after"])).toBeGreaterThan(0);
    expect((await signIn("zhao", password, { from: "10.0.0.2" })).statusCode).toBe(200);
    // One row a window tells of it, however often it is tried.
    const told = context.rows.filter((row) => row.kind === "person.sign-in-refused" && row.body.why === "too-often");
    expect(told).toHaveLength(1);
    // Whoever sets the clock makes the wait neither longer nor shorter.
    const hourMs = 3_600_000;
    for (const setMs of [5 * hourMs, -10 * hourMs]) {
      context.clock.setWallBy(setMs);
      const { headers } = await signIn("zhao", password, { from: "10.9.9.9" });
      expect(Number(headers["retry-after"]) * 1000).toBe(signInLimits.firstWaitMs);
    }
    context.clock.advance(signInLimits.firstWaitMs);
    expect((await signIn("zhao", password, { from: "10.9.9.9" })).statusCode).toBe(200);
    context.clock.setWallBy(5 * hourMs);
  });

  test("fifty wrong sign-ins of a stranger shut out nobody behind the same address", async () => {
    const from = "10.8.8.8";
    // Some of them at the login of a colleague who has signed in from there before.
    expect((await signIn("li", password, { from })).statusCode).toBe(200);
    for (let i = 0; i < 55; i++) await signIn(i % 2 ? `nobody${i}` : "zhao", "x", { from });
    expect((await signIn("li", password, { from })).statusCode).toBe(200);
    expect(JSON.stringify(context.rows)).not.toContain("nobody1");
  });

  test("the attacked person gets in with a browser that signed in before, from the attacker's own address, and is told", async () => {
    const from = "10.8.8.9";
    const before = await signIn("zhao", password, { from: "10.0.0.3" });
    const known = before.cookies.find(({ name }) => name === "guiwei-known")?.value;
    for (let i = 0; i < 40; i++) await signIn("zhao", `guess ${i}`, { from });
    expect((await signIn("zhao", password, { from })).statusCode).toBe(429);
    const back = await signIn("zhao", password, { from, headers: { cookie: `guiwei-known=${known}` } });
    expect(back.statusCode).toBe(200);
    expect(back.json().refusedSignIns).toMatchObject({ addresses: expect.arrayContaining([from]) });
    expect(back.json().refusedSignIns.count).toBeGreaterThanOrEqual(40);
    const cookie = `guiwei=${back.cookies.find(({ name }) => name === "guiwei")?.value}`;
    const ask = () => context.app.inject({ url: "/api/v1/session", headers: { cookie } });
    expect((await ask()).json().refusedSignIns.count).toBeGreaterThanOrEqual(40);
    const seen = { method: "POST", url: "/api/v1/session/refused-seen", headers: { cookie } } as const;
    expect((await context.app.inject(seen)).statusCode).toBe(204);
    expect((await ask()).json().refusedSignIns).toBeNull();
    // A cookie that somebody made up is none.
    const forged = `guiwei-known=${known?.slice(0, -1)}${known?.endsWith("A") ? "B" : "A"}`;
    expect((await signIn("zhao", password, { from, headers: { cookie: forged } })).statusCode).toBe(429);
  });

  test("forged X-Forwarded-For neither dodges a limit nor turns it against the one who is named", async () => {
    const behindProxy = await openContext("embedded", { trustProxy: trustedProxies("10.0.0.0/24") });
    const create = { login: "boss", name: "boss", roles: ["administrator"], language: "zh", password };
    await behindProxy.app.inject({
      method: "POST",
      url: "/api/v1/people",
      headers: behindProxy.as("administrator"),
      payload: create,
    });
    const attempt = (typed: string, forwarded: string, remoteAddress = "10.0.0.2") =>
      behindProxy.app.inject({
        method: "POST",
        url: "/api/v1/session",
        payload: { login: "boss", password: typed },
        headers: { "x-forwarded-for": forwarded },
        remoteAddress,
      });
    const checked = [];
    for (let i = 0; i < 100; i++) checked.push((await attempt("wrong", `192.168.7.${i}, 203.0.113.66`)).statusCode);
    expect(checked.filter((status) => status === 401)).toHaveLength(signInLimits.freeTries);
    // The one whose address was written on the left, and the administrator at theirs, sign in.
    expect((await attempt(password, "192.168.7.1")).statusCode).toBe(200);
    // Beside the proxy nobody is believed a word.
    for (let i = 0; i < 20; i++) await attempt("wrong", `192.168.8.${i}`, "203.0.113.67");
    expect((await attempt(password, "192.168.8.1", "203.0.113.67")).statusCode).toBe(429);
    await behindProxy.close();
  });

  test("a flood of strangers takes no request from anybody signed in at the same address", async () => {
    const small = await openContext("embedded", { requestsPerMinuteMax: 20 });
    const { headers } = await small.signedIn(["operator"]);
    const ask = (asked: Record<string, string>) =>
      small.app.inject({ url: "/api/v1/rooms", headers: asked, remoteAddress: "10.0.0.1" });
    expect((await ask(headers)).statusCode).toBe(200);
    const answers = [];
    for (let i = 0; i < 60; i++)
      answers.push((await ask({ cookie: `guiwei=${String(i).padStart(43, "x")}` })).statusCode);
    expect(answers.filter((status) => status === 429)).toHaveLength(41);
    expect((await ask(headers)).statusCode).toBe(200);
    // And one who is signed in shuts out himself only.
    for (let i = 0; i < 30; i++) await ask(headers);
    expect((await ask(headers)).statusCode).toBe(429);
    // A system that nobody has asked for since the start is found out all the same.
    expect((await ask(small.as("auditor"))).statusCode).toBe(200);
    await small.close();
  });

  test("an unknown login takes as long as a wrong password", { retry: 2 }, async () => {
    const timed = async (login: string, from: string) => {
      const startMs = performance.now();
      for (let i = 0; i < 4; i++) await signIn(login, "wrong password", { from: `${from}${i}` });
      return performance.now() - startMs;
    };
    await timed("li", "10.7.0.");
    const known = await timed("li", "10.7.1.");
    const unknown = await timed("who-is-this", "10.7.2.");
    // Hashing dominates; without it the unknown login would take a tenth.
    expect(unknown / known).toBeGreaterThan(0.3);
    expect(unknown / known).toBeLessThan(3);
  });

  test("bodies: too large, not JSON, another type, polluting, none", async () => {
    const post = (payload: string, type = "application/json", url = "/api/v1/people") =>
      context.app.inject({
        method: "POST",
        url,
        headers: { ...context.as("administrator"), "content-type": type },
        payload,
      });
    expect((await post("x".repeat(1_100_000))).json()).toMatchObject({ status: 413, code: "body-too-large" });
    expect((await post(`"${"x".repeat(9_000)}"`, "application/json", "/api/v1/session")).statusCode).toBe(413);
    expect((await post("{nope")).json()).toMatchObject({ status: 400, code: "json-invalid" });
    expect((await post("a=1", "application/x-www-form-urlencoded")).json()).toMatchObject({
      status: 415,
      code: "content-type-unknown",
    });
    expect((await post("{}", "text/plain")).statusCode).toBe(400);
    for (const key of ['"__proto__"', '"constructor"']) {
      const polluting = await post(
        `{"login":"pp","name":"x","roles":[],"language":"zh",${key}:{"prototype":{"isAdmin":1}}}`,
      );
      expect(polluting.statusCode, key).toBe(400);
    }
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
    expect((await post("")).statusCode).toBe(400);
  });

  test("headers that would break out do not", async () => {
    const { port } = await listening(context);
    const raw = await rawRequest(
      port,
      `GET /api/v1/nothing%0d%0aSet-Cookie:%20guiwei=stolen HTTP/1.1\r\nHost: localhost:${port}\r\nAccept-Language: en\r\nx-request-id: a\r\nConnection: close\r\n\r\n`,
    );
    expect(raw).toMatch(/^HTTP\/1.1 404/);
    expect(raw.split("\r\n\r\n")[0]).not.toMatch(/stolen/i);
    const smuggled = await rawRequest(
      port,
      `POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n`,
    );
    expect(smuggled).toMatch(/^HTTP\/1.1 400/);
    const bad = await context.app.inject({
      method: "POST",
      url: "/api/v1/tokens",
      headers: { ...context.as("administrator"), "idempotency-key": "white space" },
      payload: { name: "idem", roles: ["archivist"] },
    });
    expect(bad.json().code).toBe("idempotency-key-invalid");
  });

  test("static files: no way out of the folder, no hidden files, the page for every address of the console", async () => {
    const { port } = await listening(context);
    for (const path of [
      "/assets/../../secret.txt",
      "/assets/..%2f..%2fsecret.txt",
      "/assets/%2e%2e/%2e%2e/secret.txt",
      "/assets/....//secret.txt",
      "/assets/..\\..\\secret.txt",
      "/assets/%00",
      "//etc/passwd",
      "/assets/.env",
    ]) {
      const raw = await rawRequest(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(raw, path).toMatch(/^HTTP\/1.1 4\d\d/);
      expect(raw, path).not.toMatch(/outside|root:|hidden/);
    }
    const asset = await context.app.inject("/assets/app-1a2b.js");
    expect(asset.headers["cache-control"]).toMatch(/immutable/);
    const pageAt = await context.app.inject({ url: "/boxes/17?x=1", headers: { accept: "text/html,*/*" } });
    expect(pageAt.body).toMatch("<title>console");
    expect(pageAt.headers["cache-control"]).toBe("no-cache");
    expect(pageAt.headers["content-security-policy"]).toMatch(/script-src 'self';/);
    for (const url of ["/api/v1/session", "/api/v1/nothing-here"]) {
      const data = await context.app.inject(url);
      expect(data.headers["content-security-policy"], url).toMatch(/default-src 'none'/);
      expect(data.headers).toMatchObject({ "x-content-type-options": "nosniff", "cache-control": "no-store" });
    }
    expect((await context.app.inject({ url: "/assets/none.js", headers: { accept: "text/html" } })).statusCode).toBe(
      404,
    );
  });

  test("a flood from one address is told to wait; STOP and health of others are not touched", async () => {
    const small = await openContext("embedded", { requestsPerMinuteMax: 20 });
    const ask = (from: string) => small.app.inject({ url: "/health", remoteAddress: from });
    const answers = [];
    for (let i = 0; i < 25; i++) answers.push((await ask("10.1.1.1")).statusCode);
    expect(answers.filter((status) => status === 429)).toHaveLength(5);
    expect((await ask("10.1.1.2")).statusCode).toBe(200);
    await small.close();
  });

  test("metrics: from this machine, or with a right; never through a proxy or another host name", async () => {
    const metrics = (headers: Record<string, string>, remoteAddress = "127.0.0.1") =>
      context.app.inject({ url: "/metrics", headers: { host: "localhost:8080", ...headers }, remoteAddress });
    const mine = await metrics({});
    expect(mine.statusCode).toBe(200);
    expect(mine.body).toMatch(/guiwei_http_request_seconds_bucket/);
    expect(mine.body).not.toMatch(/10\.9\.9\.9|zhao/);
    expect((await metrics({ "x-forwarded-for": "1.2.3.4" })).statusCode).toBe(401);
    expect((await metrics({ host: "evil.example" })).statusCode).toBe(401);
    expect((await metrics({}, "10.0.0.5")).statusCode).toBe(401);
    expect((await metrics(context.as("auditor"), "10.0.0.5")).statusCode).toBe(200);
  });
});

let listeningAt: Promise<{ port: number }> | null = null;
function listening({ app }: TestContext): Promise<{ port: number }> {
  listeningAt ??= app.listen({ port: 0, host: "127.0.0.1" }).then((url) => ({ port: Number(new URL(url).port) }));
  return listeningAt;
}

function rawRequest(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
    socket.setTimeout(10_000, () => socket.destroy(new Error("no answer")));
  });
}
