import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Context } from "../../src/context.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import type { List } from "../../src/contract/lists.ts";
import type { BrowserToServer, ServerToBrowser } from "../../src/contract/live.ts";
import { change } from "../../src/journal/change.ts";
import { openContext, type TestContext } from "../support/context-server.ts";
import { testDatabases } from "../support/database.ts";

type Browser = Socket<ServerToBrowser, BrowserToServer>;
const chain = "room:r1";

async function write(context: Context, subject: string, count = 1): Promise<JournalRow[]> {
  const before = await change(context, async (_tx, { note }) => {
    for (let i = 0; i < count; i++) note({ chain, actor: "person:1", kind: "box.placed", subject, body: { i } });
  });
  return before as never;
}

describe.each(testDatabases().filter(({ skipped }) => skipped === null))("live feed ($engine)", ({ engine }) => {
  let opened: TestContext;
  let url: string;
  const browsers: Browser[] = [];
  beforeAll(async () => {
    opened = await openContext(engine);
    url = await opened.app.listen({ port: 0, host: "127.0.0.1" });
  });
  afterEach(() => {
    for (const browser of browsers.splice(0)) browser.close();
  });
  afterAll(() => opened.close());

  function browse(headers: Record<string, string>, settings: object = {}): Browser {
    const browser: Browser = io(url, {
      path: "/live",
      transports: ["websocket"],
      extraHeaders: headers,
      forceNew: true,
      ...settings,
    });
    browsers.push(browser);
    return browser;
  }
  const connected = (browser: Browser) =>
    new Promise<void>((resolve, reject) => {
      browser.once("connect", resolve);
      browser.once("connect_error", reject);
    });
  const follow = (browser: Browser, chains: string[]) =>
    new Promise<Record<string, number>>((resolve) => browser.emit("follow", { chains }, resolve));
  const until = (test: () => boolean) => expect.poll(test, { timeout: 5_000 }).toBe(true);

  test("two browsers see every committed row in order, with heads to begin from", async () => {
    await write(opened.context, "box:0", 2);
    const [a, b] = [browse((await opened.signedIn(["operator"])).headers), browse(opened.as("archivist"))];
    await Promise.all([connected(a), connected(b)]);
    const seen: JournalRow[][] = [[], []];
    a.on("journal", (row) => seen[0]?.push(row));
    b.on("journal", (row) => seen[1]?.push(row));
    expect(await follow(a, [chain, "room:none"])).toEqual({ [chain]: 2, "room:none": 0 });
    await follow(b, [chain]);
    await Promise.all(Array.from({ length: 20 }, (_, i) => write(opened.context, `box:${i}`, 2)));
    await until(() => seen.every((rows) => rows.length === 40));
    for (const rows of seen)
      expect(rows.map((row) => row.revision)).toEqual(Array.from({ length: 40 }, (_, i) => i + 3));
    expect(seen[0]?.[0]).toMatchObject({
      chain,
      actor: "person:1",
      kind: "box.placed",
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test("a browser that was away finds the gap and fetches what it missed", async () => {
    const headers = opened.as("archivist");
    const browser = browse(headers);
    await connected(browser);
    const heads = await follow(browser, [chain]);
    let head = heads[chain] ?? 0;
    const rows: JournalRow[] = [];
    let refetched = 0;
    browser.on("journal", async (row) => {
      if (row.revision === head + 1) {
        head = row.revision;
        rows.push(row);
        return;
      }
      refetched++;
      const answer = await opened.app.inject({
        url: `/api/v1/journal?chain=${chain}&after=${head}&limit=500`,
        headers,
      });
      const missed = answer.json<List<JournalRow>>().items;
      rows.push(...missed);
      head = rows.at(-1)?.revision ?? head;
    });
    await write(opened.context, "box:1");
    await until(() => rows.length === 1);
    browser.disconnect();
    await write(opened.context, "box:2", 5);
    browser.connect();
    await connected(browser);
    await follow(browser, [chain]);
    await write(opened.context, "box:3");
    await until(() => rows.length === 7);
    expect(refetched).toBe(1);
    expect(rows.map((row) => row.revision)).toEqual(Array.from({ length: 7 }, (_, i) => (heads[chain] ?? 0) + 1 + i));
  });

  test("nobody, a wrong cookie and another web site get no feed", async () => {
    await expect(connected(browse({}))).rejects.toMatchObject({ data: { code: "not-signed-in" } });
    await expect(connected(browse({ cookie: `guiwei=${"A".repeat(43)}` }))).rejects.toThrow();
    const { headers } = await opened.signedIn(["operator"]);
    await expect(connected(browse({ ...headers, origin: "http://evil.example" }))).rejects.toThrow();
    await connected(browse({ ...headers, origin: url }));
  });

  test("the site's chain is followed by auditors only", async () => {
    const browser = browse(opened.as("operator"));
    await connected(browser);
    expect(await follow(browser, ["house", chain, "nonsense"])).toEqual({ [chain]: expect.any(Number) });
    const auditor = browse(opened.as("auditor"));
    await connected(auditor);
    expect(Object.keys(await follow(auditor, ["house"]))).toEqual(["house"]);
    browser.emit("follow", "nonsense" as never, (() => {}) as never);
    browser.emit("follow", { chains: 5 } as never, (() => {}) as never);
    expect(await follow(browser, [])).toEqual({});
  });

  test("the feed ends with the session: sign-out, deactivation, a revoked token, expiry", async () => {
    const ended = (browser: Browser) => new Promise<string>((resolve) => browser.once("disconnect", resolve));
    const [one, two, three] = await Promise.all([1, 2, 3].map(() => opened.signedIn(["operator"])));
    const settings = { reconnection: false };
    const leaving = browse(one?.headers ?? {}, settings);
    const deactivated = browse(two?.headers ?? {}, settings);
    const idle = browse(three?.headers ?? {}, settings);
    await Promise.all([leaving, deactivated, idle].map(connected));

    const left = ended(leaving);
    await opened.app.inject({ method: "DELETE", url: "/api/v1/session", headers: one?.headers ?? {} });
    expect(await left).toBe("io server disconnect");

    const closed = ended(deactivated);
    await opened.app.inject({
      method: "PATCH",
      url: `/api/v1/people/${two?.person.id}`,
      headers: { ...opened.as("administrator"), "if-match": '"1"' },
      payload: { isActive: false },
    });
    await closed;

    const made = await opened.app.inject({
      method: "POST",
      url: "/api/v1/tokens",
      headers: opened.as("administrator"),
      payload: { name: "t", roles: ["auditor"] },
    });
    const system = browse({ authorization: `Bearer ${made.json().secret}` }, settings);
    await connected(system);
    const revoked = ended(system);
    await opened.app.inject({
      method: "DELETE",
      url: `/api/v1/tokens/${made.json().id}`,
      headers: opened.as("administrator"),
    });
    await revoked;

    expect(idle.connected).toBe(true);
    const over = ended(idle);
    opened.clock.advance(12 * 3_600_000 + 1);
    await over;
  });

  test("state: the newest of an area wins, alarms reach everybody at once", async () => {
    const browser = browse(opened.as("operator"));
    await connected(browser);
    const areas: number[] = [];
    const alarms: string[] = [];
    browser.on("area", (view) => areas.push(view.atMs));
    browser.on("alarm", ({ code }) => alarms.push(code));
    for (let atMs = 1; atMs <= 50; atMs++) opened.live.pushArea({ areaKey: "r1.1", atMs } as never);
    opened.live.pushAlarm({ areaKey: "r1.1", code: "area-tripped", zh: "…", en: "…", atMs: 1 });
    await until(() => alarms.length === 1);
    opened.clock.advance(100);
    await until(() => areas.length === 2);
    expect(areas).toEqual([1, 50]);
  });

  test("a browser that takes nothing is let go, the others are not, also when the clock is set back meanwhile", async () => {
    const [slow, quick] = [browse(opened.as("operator"), { reconnection: false }), browse(opened.as("archivist"))];
    await Promise.all([connected(slow), connected(quick)]);
    await Promise.all([follow(slow, [chain]), follow(quick, [chain])]);
    let seen = 0;
    quick.on("journal", () => seen++);
    const gone = new Promise((resolve) => slow.once("disconnect", resolve));
    // What a network that stopped would do: the browser's end no longer reads.
    const raw = (slow.io.engine.transport as unknown as { ws: { _socket: { pause(): void } } }).ws._socket;
    raw.pause();
    const [sample] = await opened.app
      .inject({ url: `/api/v1/journal?chain=${chain}&limit=1`, headers: opened.as("operator") })
      .then((answer) => answer.json<List<JournalRow>>().items);
    const heavy = { ...(sample as JournalRow), chain, body: { text: "x".repeat(20_000) } };
    const connections = opened.live.connections();
    for (let i = 1; i <= 4_000 && opened.live.connections() === connections; i++) {
      opened.live.publish([{ ...heavy, revision: 100_000 + i }]);
      if (i === 50) opened.clock.setWallBy(-3_600_000);
      if (i % 50 === 0) {
        opened.clock.advance(250);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    expect(opened.live.connections()).toBe(connections - 1);
    opened.clock.setWallBy(3_600_000);
    expect(quick.connected).toBe(true);
    expect(seen).toBeGreaterThan(500);
    (slow.io.engine.transport as unknown as { ws: { terminate(): void } }).ws.terminate();
    await gone;
  });
});
