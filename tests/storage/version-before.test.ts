/** Data survives its schema: what the baseline wrote is brought forward on both databases, whatever comes in between. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import { Refusal, sentence } from "../../src/contract/errors.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { search } from "../../src/lookup/search.ts";
import { backup } from "../../src/storage/backup.ts";
import { refuseOtherShape } from "../../src/storage/compare-shape.ts";
import { knownMigrations } from "../../src/storage/known-migrations.ts";
import { type MigrationProgress, migrate } from "../../src/storage/migrate.ts";
import { batchRowsMax, type TypescriptStep } from "../../src/storage/migration-steps/step.ts";
import { type Database, openDatabase } from "../../src/storage/open-database.ts";
import { restore } from "../../src/storage/restore.ts";
import { testDatabases } from "../support/database.ts";
import { smallDelivery, smallLayout } from "../support/small-site.ts";
import { countedSearchTexts, inTypescript, laterMigrations, newWord } from "./later-migrations.ts";
import { baselineFile, type VersionBefore, versionBefore } from "./version-before.ts";

const records = smallDelivery.records.length;

/** Every row of the baseline's file as "table [values]", in any order. */
function rowsOf(file: string): string[] {
  const lines = gunzipSync(readFileSync(file)).toString("utf8").trimEnd().split("\n").slice(1, -1);
  let table = "";
  const rows: string[] = [];
  for (const line of lines) {
    if (line.startsWith("{")) table = (JSON.parse(line) as { table: string }).table;
    else rows.push(`${table} ${line}`);
  }
  return rows.sort();
}

/** The step that fails in its n-th batch, from 1. */
function failingIn(n: number): TypescriptStep {
  let batches = 0;
  return {
    ...countedSearchTexts,
    async batch(tx, cursor) {
      const done = await countedSearchTexts.batch(tx, cursor);
      if (++batches === n) throw new Error("the disk is full");
      return done;
    },
  };
}

for (const { engine, skipped } of testDatabases()) {
  describe.skipIf(skipped !== null)(`the version before (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`, () => {
    let old: VersionBefore;
    let copy: Awaited<ReturnType<VersionBefore["fresh"]>>;
    let database: Database;
    const folder = mkdtempSync(join(tmpdir(), "guiwei-later-"));
    beforeAll(async () => {
      old = await versionBefore(engine);
    });
    beforeEach(async () => {
      copy = await old.fresh();
      database = await openDatabase(copy.place);
    });
    afterEach(async () => {
      await database.close();
      await copy.remove();
    });
    afterAll(async () => {
      await old?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const hits = async (query: string) => {
      const context = { db: database.db, clock: virtualClock(0), newId: () => "", layout: smallLayout, publish() {} };
      return (await search(context, { query, limit: 50 })).items.map((hit) => hit.record?.recordNo);
    };
    const names = async () =>
      (await database.sql<{ name: string }[]>`SELECT name FROM drizzle.migration_notes ORDER BY name`).map(
        (r) => r.name,
      );
    const times = () =>
      database.sql<{ times: number; n: number }[]>`
        SELECT times_done AS times, count(*)::int AS n FROM records GROUP BY 1 ORDER BY 1`;
    const sampled = smallDelivery.records[17] as (typeof smallDelivery.records)[number];

    it("is recognised and brought to today's schema: every row, the journal and the search as they were", async () => {
      const before = await database.sql`SELECT hash FROM drizzle.__drizzle_migrations`;
      expect(before).toEqual([{ hash: "533d26d4282f966bb716fa4775eeec1bb936cf788bb97813d1b6c299d166e355" }]);
      await migrate(database.sql);
      await refuseOtherShape(database.sql);
      expect((await names()).length).toBe(knownMigrations().length - 1);
      const file = join(folder, `${engine}-today.guiwei`);
      await backup(database, file);
      const kept = rowsOf(file);
      for (const row of rowsOf(baselineFile)) {
        // A later column stands behind the old ones.
        const known = row.slice(0, -1);
        expect(
          kept.some((found) => found.startsWith(known)),
          row,
        ).toBe(true);
      }
      expect(await verifyJournal(database.db)).toEqual({ rows: 21, faults: [], isCapped: false });
      expect(await hits(sampled.name)).toContain(sampled.recordNo);
    });

    it("takes statements and a step in batches, and tells how far it is", async () => {
      const told: MigrationProgress[] = [];
      await migrate(database.sql, { migrations: laterMigrations(), onProgress: (progress) => told.push(progress) });
      const batches = told.filter(({ name }) => name === "9002_search-text");
      expect(batches.length).toBe(Math.floor(records / 20) + 1);
      expect(batches.map(({ rowsDone }) => rowsDone)).toEqual(
        [...batches.keys()].map((i) => Math.min((i + 1) * 20, records)),
      );
      expect(batches.every(({ rowsTotal }) => rowsTotal === records)).toBe(true);
      expect(told.map(({ name }) => name)).toContain("9003_done-once");
      expect(await times()).toEqual([{ times: 1, n: records }]);
      expect((await hits(newWord)).length).toBe(50);
      expect(await hits(sampled.name)).toContain(sampled.recordNo);
      expect(await verifyJournal(database.db)).toMatchObject({ faults: [] });
    });

    it("is refused by the version before afterwards, in words that name both", async () => {
      await migrate(database.sql, { migrations: laterMigrations() });
      const refused = await migrate(database.sql).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Refusal);
      const { code, params, message } = refused as Refusal;
      expect(code).toBe("database-newer");
      for (const said of [message, sentence(code, "zh", params)])
        for (const word of [
          /Guiwei 0\.1\.0|归位 0\.1\.0/,
          /9003_done-once/,
          new RegExp(knownMigrations().at(-1)?.name ?? "?"),
        ])
          expect(said).toMatch(word);
    });

    it("is refused when its record was changed by hand, and when its tables were", async () => {
      await database.sql`UPDATE drizzle.__drizzle_migrations SET hash = 'by hand'`;
      await expect(migrate(database.sql)).rejects.toMatchObject({
        code: "database-altered",
        params: { step: "0000_house", found: "by hand" },
      });
      const hash = knownMigrations()[0]?.hash ?? "";
      await database.sql`UPDATE drizzle.__drizzle_migrations SET hash = ${hash}`;
      await migrate(database.sql);
      await database.sql`ALTER TABLE loans DROP COLUMN reason`;
      await database.sql`ALTER TABLE boxes ADD COLUMN shelf_mark text`;
      await expect(refuseOtherShape(database.sql)).rejects.toMatchObject({
        code: "database-shape",
        params: { differences: "boxes.shelf_mark: text ≠ —, loans.reason: — ≠ text NOT NULL" },
      });
    });

    it("is left as it was when a statement or the first batch fails", async () => {
      const broken = {
        ...laterMigrations()[knownMigrations().length],
        statements: ["ALTER TABLE records ADD COLUMN half int", "nonsense"],
      };
      const list = [...knownMigrations(), broken] as ReturnType<typeof laterMigrations>;
      await expect(migrate(database.sql, { migrations: list })).rejects.toMatchObject({
        code: "migration-failed",
        params: { step: "9001_times-done", reached: "0000_house", detail: expect.stringContaining("nonsense") },
      });
      const failing = laterMigrations(failingIn(1));
      await expect(migrate(database.sql, { migrations: failing })).rejects.toMatchObject({
        code: "migration-failed",
        params: { step: "9002_search-text", reached: "0000_house", detail: "the disk is full" },
      });
      expect(await database.sql`SELECT id FROM drizzle.__drizzle_migrations`).toHaveLength(1);
      expect(await database.sql`SELECT 1 FROM pg_attribute WHERE attname IN ('half', 'times_done')`).toHaveLength(0);
    });

    it("goes on where a batch failed, and is nobody else's meanwhile", async () => {
      await expect(migrate(database.sql, { migrations: laterMigrations(failingIn(4)) })).rejects.toMatchObject({
        code: "migration-interrupted",
        params: { step: "9002_search-text", rowsDone: 60, rowsTotal: records, detail: "the disk is full" },
      });
      expect(await times()).toEqual([
        { times: 0, n: records - 60 },
        { times: 1, n: 60 },
      ]);
      await expect(migrate(database.sql)).rejects.toMatchObject({ code: "database-newer" });
      await migrate(database.sql, { migrations: laterMigrations() });
      expect(await times()).toEqual([{ times: 1, n: records }]);
    });

    it("is brought forward by two programs at once, each row by one of them", async () => {
      const other = engine === "postgres" ? await openDatabase(copy.place) : database;
      const migrations = laterMigrations();
      await Promise.all([migrate(database.sql, { migrations }), migrate(other.sql, { migrations })]);
      if (other !== database) await other.close();
      expect(await times()).toEqual([{ times: 1, n: records }]);
      expect((await names()).filter((name) => name.startsWith("9"))).toEqual(
        laterMigrations()
          .slice(-3)
          .map(({ name }) => name),
      );
    });

    it("has backups that restore through all steps, or change nothing", async () => {
      await database.sql`UPDATE people SET name = '现在的人'`;
      await expect(
        restore(database, baselineFile, { force: true, migrations: laterMigrations(failingIn(3)) }),
      ).rejects.toMatchObject({ code: "backup-not-forward", params: { step: "9002_search-text" } });
      expect(await database.sql`SELECT 1 FROM people WHERE name = '现在的人'`).not.toHaveLength(0);
      await restore(database, baselineFile, { force: true, migrations: laterMigrations() });
      expect(await times()).toEqual([{ times: 1, n: records }]);
      expect((await hits(newWord)).length).toBe(50);
      expect(await verifyJournal(database.db)).toEqual({ rows: 21, faults: [], isCapped: false });
      // Once more from a backup of the later version: its rows are taken as they are, and no step is run.
      const file = join(folder, `${engine}-later.guiwei`);
      await backup(database, file);
      await restore(database, file, { force: true, migrations: laterMigrations(failingIn(1)) });
      expect(await times()).toEqual([{ times: 1, n: records }]);
      await expect(restore(database, file, { force: true })).rejects.toMatchObject({
        code: "backup-newer",
        params: { written: "0.1.0", writtenStep: "9003_done-once" },
      });
    });

    it("can be backed up in the middle of a step, which a restore then does from its beginning", async () => {
      await migrate(database.sql, { migrations: laterMigrations(failingIn(4)) }).catch(() => {});
      await database.sql`UPDATE records SET times_done = 0`;
      const file = join(folder, `${engine}-midway.guiwei`);
      await backup(database, file);
      await restore(database, file, { force: true, migrations: laterMigrations() });
      expect(await times()).toEqual([{ times: 1, n: records }]);
    });

    it("stops a step that takes too much at once, or goes nowhere", async () => {
      const list = (step: TypescriptStep) => [...knownMigrations(), inTypescript("9002_bad", step)];
      const rowsTotal = () => Promise.resolve(1);
      const greedy = { rowsTotal, batch: () => Promise.resolve({ cursor: null, rowsDone: batchRowsMax + 1 }) };
      await expect(migrate(database.sql, { migrations: list(greedy) })).rejects.toThrow("501 rows; 500 are allowed");
      const stuck = { rowsTotal, batch: () => Promise.resolve({ cursor: "x", rowsDone: 1 }) };
      await expect(migrate(database.sql, { migrations: list(stuck) })).rejects.toThrow("a batch went nowhere");
    });
  });
}
