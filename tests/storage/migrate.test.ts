import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { backup } from "../../src/storage/backup.ts";
import { type Migration, migrationOf, readMigrations } from "../../src/storage/known-migrations.ts";
import { migrate as migrateWith } from "../../src/storage/migrate.ts";
import type { TypescriptStep } from "../../src/storage/migration-steps/step.ts";
import type { Database } from "../../src/storage/open-database.ts";
import { restore } from "../../src/storage/restore.ts";
import { freshDatabase, onEachDatabase } from "../support/database.ts";

const root = mkdtempSync(join(tmpdir(), "guiwei-migrations-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A folder as drizzle-kit makes it. */
function migrations(name: string, statements: readonly string[]): Migration[] {
  const folder = join(root, name);
  mkdirSync(join(folder, "meta"), { recursive: true });
  for (const [i, text] of statements.entries()) writeFileSync(join(folder, `${i}.sql`), text);
  const entries = statements.map((_, idx) => ({
    idx,
    version: "7",
    when: 1000 + idx,
    tag: String(idx),
    breakpoints: true,
  }));
  writeFileSync(join(folder, "meta/_journal.json"), JSON.stringify({ version: "7", dialect: "postgresql", entries }));
  return readMigrations(folder);
}

const migrate = (sql: Database["sql"], list: readonly Migration[]) => migrateWith(sql, { migrations: list });

const first =
  "CREATE TABLE a (n int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x text);\n--> statement-breakpoint\nCREATE INDEX a_x ON a (x);";
const second =
  "ALTER TABLE a ADD COLUMN twice text GENERATED ALWAYS AS (x || x) STORED;\n--> statement-breakpoint\nALTER TABLE a ADD COLUMN y int4 NOT NULL DEFAULT 7;";
const old = migrations("old", [first]);
const current = migrations("current", [first, second]);
const broken = migrations("broken", [
  first,
  second,
  "CREATE TABLE half (n int8);\n--> statement-breakpoint\nCREATE TABLE a (n int8);",
]);
const other = migrations("other", [`${first}\n-- another build`]);

const nothing: TypescriptStep = {
  rowsTotal: () => Promise.resolve(0),
  batch: () => Promise.resolve({ cursor: null, rowsDone: 0 }),
};

onEachDatabase("migrations", (_fresh, engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await freshDatabase(engine, { empty: true });
  });
  beforeEach(async () => {
    await database.sql`DROP TABLE IF EXISTS a`;
    await database.sql`DROP SCHEMA IF EXISTS drizzle CASCADE`;
  });
  afterAll(() => database.close());
  const tables = async () =>
    (
      await database.sql<
        { name: string }[]
      >`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`
    ).map((t) => t.name);

  it("are applied once, in order, also by two programs at once", async () => {
    const both = await Promise.all([migrate(database.sql, old), migrate(database.sql, old)]);
    expect(both.map((done) => done.appliedCount).sort()).toEqual([0, 1]);
    expect(await migrate(database.sql, current)).toMatchObject({ appliedCount: 1 });
    expect(await migrate(database.sql, current)).toMatchObject({ appliedCount: 0 });
    await database.sql`INSERT INTO a (x) VALUES ('ab')`;
    expect(await database.sql`SELECT twice, y FROM a`).toEqual([{ twice: "abab", y: 7 }]);
  });

  it("leave nothing behind when one fails", async () => {
    await migrate(database.sql, current);
    await expect(migrate(database.sql, broken)).rejects.toThrow("already exists");
    expect(await tables()).toEqual(["a"]);
    expect(await migrate(database.sql, current)).toMatchObject({ appliedCount: 0 });
  });

  it("refuse a database of a newer or another build", async () => {
    await migrate(database.sql, current);
    await expect(migrate(database.sql, old)).rejects.toMatchObject({
      code: "database-newer",
      message: expect.stringMatching(/written by Guiwei .* \(schema [0-9a-f]{12}\), which is newer .* \(schema 0\)/),
    });
    await expect(migrate(database.sql, other)).rejects.toMatchObject({
      code: "database-altered",
      message: expect.stringContaining("another build"),
    });
  });

  it("are statements or a step in TypeScript, never nothing and never both", () => {
    const named = { name: "0007_x", atMs: 1 };
    expect(() => migrationOf({ ...named, text: "-- done elsewhere\n", step: null })).toThrow("0007_x");
    expect(() => migrationOf({ ...named, text: first, step: nothing })).toThrow("0007_x");
    expect(migrationOf({ ...named, text: "-- done elsewhere\n", step: nothing }).statements).toEqual([]);
  });

  it("need no folder", async () => {
    expect(await migrate(database.sql, readMigrations(join(root, "absent")))).toEqual({ appliedCount: 0, hash: null });
  });

  it("bring an older backup forward, with identity and generated columns", async () => {
    const file = join(root, `${engine}.gz`);
    await migrate(database.sql, old);
    await database.sql`INSERT INTO a (x) SELECT g::text FROM generate_series(1, 5) g`;
    await database.sql`DELETE FROM a WHERE n > 3`;
    await backup(database, file);
    await restore(database, file, { force: true, migrations: current });
    expect(await database.sql`SELECT n::int, x, twice, y FROM a ORDER BY n`).toEqual(
      [1, 2, 3].map((n) => ({ n, x: `${n}`, twice: `${n}${n}`, y: 7 })),
    );
    const [next] = await database.sql`INSERT INTO a (x) VALUES ('new') RETURNING n::int`;
    expect(next).toEqual({ n: 6 });
    await backup(database, file);
    await expect(restore(database, file, { force: true, migrations: old })).rejects.toMatchObject({
      code: "backup-newer",
    });
    expect(await database.sql`SELECT 1 FROM a`).toHaveLength(4);
    await restore(database, file, { force: true, migrations: current });
    expect(await database.sql`SELECT 1 FROM a`).toHaveLength(4);
  });
});
