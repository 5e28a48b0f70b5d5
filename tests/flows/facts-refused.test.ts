/** What a real PostgreSQL refuses of motion's facts, and why: what waits, what is kept aside, and what the next start makes of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { demoLayout } from "../../simulators/test-twin.ts";
import { type FactStore, factStore, type ToStore } from "../../src/aisles/store-facts.ts";
import { type VirtualClock, virtualClock } from "../../src/clock/virtual-clock.ts";
import { asideLog, leftFactLogs } from "../../src/motion/fact-log.ts";
import type { FactBody } from "../../src/motion/messages.ts";
import { sqlStateOf } from "../../src/storage/database-error.ts";
import { type Database, openDatabase } from "../../src/storage/open-database.ts";
import { areaLocks } from "../../src/storage/schema/aisles.ts";
import { people } from "../../src/storage/schema/people.ts";
import { areaState } from "../../src/storage/schema/room.ts";
import { freshDatabase } from "../support/database.ts";
import { pause } from "../support/gateway-process.ts";

const missing = inject("databasePlaces").postgresMissing;
const role = `limited_${Math.random().toString(36).slice(2)}`;

describe.skipIf(missing !== null)(`facts on a real PostgreSQL${missing ? ` (SKIPPED: ${missing})` : ""}`, () => {
  let owner: Database;
  let limited: Database;
  let folder: string;
  let clock: VirtualClock;
  let store: FactStore;
  let stored: ToStore[];
  let failures: unknown[];
  let personId: string;
  let logs = 0;

  beforeAll(async () => {
    owner = await freshDatabase("postgres");
    const [place] = await owner.sql`SELECT current_database() AS name`;
    await owner.sql.unsafe(`CREATE ROLE ${role} LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`);
    const url = (inject("databasePlaces").postgresUrl as string).replace(/\/postgres$/, `/${place?.name}`);
    limited = await openDatabase({ url: url.replace("guiwei@", `${role}@`), connectionsMax: 2 });
  }, 60_000);
  afterAll(async () => {
    await limited?.close();
    await owner?.sql.unsafe(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await owner?.close();
  });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "guiwei-aside-"));
    clock = virtualClock(Date.UTC(2026, 0, 5));
    stored = [];
    failures = [];
    personId = uuidv7();
    const person = {
      id: personId,
      login: personId,
      name: "王工",
      roles: [],
      language: "zh" as const,
      passwordHash: "x",
    };
    await owner.db.insert(people).values({ ...person, isActive: true, version: 1, createdAtMs: 0 });
    store = open();
    return () => rmSync(folder, { recursive: true, force: true });
  });

  function open(): FactStore {
    const context = { db: limited.db, clock, newId: uuidv7, layout: demoLayout, publish() {} };
    const setAside = asideLog(folder, () => `aside-${++logs}`);
    return factStore({
      context,
      onStored: (facts) => void stored.push(...facts),
      holdsLock: () => true,
      setAside: ({ areaKey, atMs, body }) => setAside({ areaKey, atMs, body }),
      onSetAside() {},
      onFailure: (error) => void failures.push(error),
    });
  }

  let factId = 0;
  const fact = (body: FactBody): ToStore => ({ areaKey: "r1.1", atMs: 1, body, log: { id: role, factId: ++factId } });
  const lock = () => fact({ kind: "lock", lock: { id: uuidv7(), personId, name: "王工", reason: "检修", sinceMs: 5 } });
  const kept = (wireId: number, isStopped = false) =>
    fact({ kind: "kept", epoch: 1, wireId, inhibited: false, isHeldForLocks: false, isStopped });

  /** The store's own time, as fast as the server answers. */
  async function until(what: string, holds: () => boolean): Promise<void> {
    for (const endMs = Date.now() + 60_000; !holds(); ) {
      if (Date.now() > endMs) throw new Error(`${what}: ${failures.map(String).join("\n")}`);
      clock.advance(200);
      await pause(5);
    }
  }
  const states = () => [...new Set(failures.map(sqlStateOf).filter(Boolean))];
  const endSessions = () =>
    owner.sql`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = ${role}`;

  it.each([
    [
      "42501, a right that was taken",
      () => owner.sql.unsafe(`REVOKE INSERT ON area_locks FROM ${role}`),
      () => owner.sql.unsafe(`GRANT INSERT ON area_locks TO ${role}`),
    ],
    [
      "42P01, a table that is not there",
      () => owner.sql.unsafe("ALTER TABLE area_locks RENAME TO away"),
      () => owner.sql.unsafe("ALTER TABLE away RENAME TO area_locks"),
    ],
  ])("%s: kept aside after a while, the rest is stored, and the next start stores it", async (name, refuse, mend) => {
    await refuse();
    try {
      store.store([lock(), kept(1), kept(2)]);
      await until("the rest is stored", () => stored.length === 2);
    } finally {
      await mend();
    }
    expect([store.setAside(), store.waiting()]).toEqual([1, 0]);
    expect(states()).toEqual([name.slice(0, 5)]);
    const [left] = leftFactLogs(folder);
    const next = open();
    next.store([...(left?.facts ?? [])].map((one) => ({ ...one, log: { id: left?.logId ?? "", factId: one.id } })));
    await until("it is stored after all", () => next.waiting() === 0);
    expect(next.setAside()).toBe(0);
    expect((await owner.db.select().from(areaLocks)).map((row) => row.personId)).toContain(personId);
  });

  it.each([
    [
      "25006, a server that only reads",
      () => owner.sql.unsafe(`ALTER ROLE ${role} SET default_transaction_read_only = on`),
      () => owner.sql.unsafe(`ALTER ROLE ${role} RESET default_transaction_read_only`),
    ],
    [
      "53300, too many connections",
      () => owner.sql.unsafe(`ALTER ROLE ${role} CONNECTION LIMIT 0`),
      () => owner.sql.unsafe(`ALTER ROLE ${role} CONNECTION LIMIT -1`),
    ],
  ])("%s: everything waits, however long, and is stored in order", async (name, refuse, mend) => {
    await refuse();
    await endSessions();
    const sinceMs = clock.monoMs();
    try {
      store.store([kept(11), lock(), kept(12)]);
      await until(
        "a long time passes",
        () => clock.monoMs() - sinceMs > 120_000 && states().includes(name.slice(0, 5)),
      );
      expect([stored.length, store.setAside(), store.waiting()]).toEqual([0, 0, 3]);
    } finally {
      await mend();
      await endSessions();
    }
    await until("it is stored", () => store.waiting() === 0);
    expect(stored.map(({ body }) => body.kind)).toEqual(["kept", "lock", "kept"]);
  });

  it("57P01, an administrator ends the session in the middle: tried again, stored once", async () => {
    let isWaiting = false;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held = owner.sql.begin(async (tx) => {
      await tx.unsafe("LOCK TABLE area_locks IN EXCLUSIVE MODE");
      isWaiting = true;
      await released;
    });
    await until("the table is locked", () => isWaiting);
    store.store([lock()]);
    await pause(300);
    await endSessions();
    await until("it failed", () => failures.length > 0);
    release();
    await held;
    await until("it is stored", () => store.waiting() === 0);
    expect([stored.length, store.setAside()]).toEqual([1, 0]);
  });

  it("what was kept aside of an area's state holds, and takes nothing back that came after it", async () => {
    store.store([kept(40, false)]);
    await until("it is stored", () => store.waiting() === 0);
    const old = fact({
      kind: "kept",
      epoch: 1,
      wireId: 30,
      inhibited: true,
      isHeldForLocks: true,
      isStopped: true,
      isOld: true,
    });
    store.store([old]);
    await until("it is stored", () => store.waiting() === 0);
    const [row] = await owner.db.select().from(areaState);
    expect(row).toMatchObject({ wireId: 40, isInhibited: true, isStopped: true, isHeldForLocks: false });
  });
});
