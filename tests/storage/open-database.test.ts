import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, describe, expect, inject, it } from "vitest";
import { systemClock } from "../../src/clock/clock.ts";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import { lockFolder } from "../../src/storage/engine/folder-lock.ts";
import { thisProgram } from "../../src/storage/engine/running-program.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { freshFolder } from "../support/database.ts";

const timeout = 180_000;

describe("the embedded database in its folder", { timeout }, () => {
  const folders: string[] = [];
  const folder = (options?: { empty: boolean }) => {
    const made = freshFolder(options);
    folders.push(made);
    return made;
  };
  afterAll(() => {
    for (const made of folders) rmSync(made, { recursive: true, force: true });
  });

  it("forces every commit to the disk before it is acknowledged, and nothing for a mere question", async () => {
    const database = await openDatabase({ dataDir: folder() });
    const syncs = () => database.folder?.fsyncCount() ?? 0;
    await database.sql`CREATE TABLE written (n int8)`;
    const before = syncs();
    for (let n = 0; n < 50; n++) await database.sql`INSERT INTO written VALUES (${n})`;
    expect(syncs() - before).toBeGreaterThanOrEqual(50);
    const after = syncs();
    for (let n = 0; n < 50; n++) await database.sql`SELECT ${n}::int`;
    expect(syncs()).toBe(after);
    const [settings] =
      await database.sql`SELECT current_setting('fsync') AS fsync, current_setting('wal_sync_method') AS method,
      current_setting('full_page_writes') AS pages, current_setting('synchronous_commit') AS waits`;
    expect(settings).toEqual({ fsync: "on", method: "fsync", pages: "on", waits: "on" });
    await database.close();
  });

  it("is made on the first start and found again on the next", async () => {
    const dataDir = folder({ empty: true });
    const first = await openDatabase({ dataDir });
    await first.sql`CREATE TABLE kept AS SELECT 1 AS n`;
    await first.close();
    await first.close();
    const second = await openDatabase({ dataDir });
    expect(await second.sql`SELECT n FROM kept`).toEqual([{ n: 1 }]);
    await second.close();
  });

  it("checkpoints by itself as rows pour in, so that the log stays small", async () => {
    const database = await openDatabase({ dataDir: folder() });
    await database.sql`CREATE TABLE poured (n int8, pad text)`;
    for (let i = 0; i < 8; i++)
      await database.sql`INSERT INTO poured SELECT g, repeat('x', 500) FROM generate_series(1, 20000) g`;
    const outside = database.folder?.checkpointCount() ?? 0;
    expect(outside).toBeGreaterThanOrEqual(1);
    await database.sql.begin(async (tx) => {
      for (let i = 0; i < 8; i++)
        await tx`INSERT INTO poured SELECT g, repeat('x', 500) FROM generate_series(1, 20000) g`;
    });
    expect(database.folder?.checkpointCount()).toBeGreaterThan(outside);
    expect(await database.sql`SELECT count(*)::int AS n FROM poured`).toEqual([{ n: 320_000 }]);
    await database.close();
  });

  it("vacuums what was much changed and checkpoints in time, but not an idle gateway", async () => {
    const clock = virtualClock(Date.now());
    const database = await openDatabase({ dataDir: folder(), clock });
    await database.sql`CREATE TABLE changed AS SELECT g AS n FROM generate_series(1, 2000) g`;
    await database.sql`UPDATE changed SET n = n + 1`;
    // Counters of what changed reach the view at most once a second; the test's minutes are shorter.
    await database.sql`SELECT pg_stat_force_next_flush()`;
    const state = async () =>
      (
        await database.sql<{ vacuums: string; checkpoint: string }[]>`
        SELECT (SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'changed') AS vacuums,
               (SELECT checkpoint_lsn::text FROM pg_control_checkpoint()) AS checkpoint`
      )[0];
    const start = await state();
    const minute = async () => {
      clock.advance(61_000);
      await delay(20);
      await database.sql`SELECT 1`;
    };
    for (let i = 0; i < 8; i++) await minute();
    const busy = await state();
    expect(Number(busy?.vacuums)).toBeGreaterThan(Number(start?.vacuums));
    expect(busy?.checkpoint).not.toBe(start?.checkpoint);
    for (let i = 0; i < 8; i++) await minute();
    expect(await state()).toEqual(busy);
    await database.close();
  });

  it("fails every waiting and later statement in plain words when its thread ends", async () => {
    let told: Error | null = null;
    const dataDir = folder();
    const database = await openDatabase({
      dataDir,
      onStopped: (error) => {
        told = error;
      },
    });
    const waiting = database.sql`SELECT count(*) FROM generate_series(1, 30000000)`;
    waiting.catch(() => {});
    await delay(100);
    database.folder?.stop(new Error("the test pulled the plug"));
    await expect(waiting).rejects.toMatchObject({
      code: "database-stopped",
      message: expect.stringContaining("pulled the plug"),
    });
    await expect(database.sql`SELECT 1`).rejects.toMatchObject({ code: "database-stopped" });
    expect(told).toMatchObject({ code: "database-stopped" });
    await database.close().catch(() => {});
    const again = await openDatabase({ dataDir });
    await again.close();
  });
});

describe("the lock of a data folder", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "guiwei-lock-"));
  const lock = join(dataDir, "guiwei.lock");
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
  const elsewhere = JSON.stringify({
    ...thisProgram(),
    // A container beside this one.
    hostname: "other-context",
    pidNamespace: "other",
    token: "t",
    sinceMs: 0,
  });
  const clock = systemClock();

  it("is kept against a holder out of sight while that one is heard of, and taken once it fell silent", async () => {
    writeFileSync(lock, elsewhere);
    utimesSync(lock, new Date(), new Date(Date.now() - 60_000));
    (await lockFolder(dataDir, clock)).release();

    writeFileSync(lock, elsewhere);
    // Heard of 14.5 s ago: half a second of silence is left to wait for, and then it is heard of again.
    utimesSync(lock, new Date(), new Date(Date.now() - 14_500));
    setTimeout(() => utimesSync(lock, new Date(), new Date()), 200);
    await expect(lockFolder(dataDir, clock)).rejects.toMatchObject({
      code: "database-locked",
      message: expect.stringContaining("on other-context"),
    });
    rmSync(lock);
  });

  it("is taken by one of many at once", async () => {
    writeFileSync(lock, elsewhere);
    utimesSync(lock, new Date(), new Date(0));
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(dataDir, clock)));
    const got = tries.filter((attempt) => attempt.status === "fulfilled");
    expect(got).toHaveLength(1);
    for (const attempt of got) attempt.value.release();
  });

  it("tells its holder when somebody else took it", async () => {
    const held = await lockFolder(dataDir, clock);
    held.refresh();
    writeFileSync(lock, elsewhere);
    expect(() => held.refresh()).toThrow("Another program");
    held.release();
    rmSync(lock);
  });
});

const missing = inject("databasePlaces").postgresMissing;
describe(`a PostgreSQL that cannot be used${missing ? `, SKIPPED: ${missing}` : ""}`, () => {
  const url = inject("databasePlaces").postgresUrl ?? "";

  it("is unreachable", async () => {
    await expect(openDatabase({ url: "postgres://guiwei:secret@127.0.0.1:1/house" })).rejects.toMatchObject({
      code: "database-unreachable",
      message: expect.stringMatching(/^PostgreSQL at 127\.0\.0\.1:1 does not answer/),
    });
    await expect(openDatabase({ url: "not an address" })).rejects.toMatchObject({ code: "database-unreachable" });
  });

  it.skipIf(missing !== null)("refuses: no such database, no such user", async () => {
    const refused = openDatabase({ url: url.replace(/\/postgres$/, "/absent") });
    await expect(refused).rejects.toMatchObject({
      code: "database-refused",
      message: expect.stringContaining('no database "absent"'),
    });
    await expect(openDatabase({ url: url.replace("//guiwei@", "//nobody:secret@") })).rejects.toMatchObject({
      code: "database-refused",
    });
  });
});
