/** What somebody meets who starts an older Guiwei on a newer database, or today's on one of the version before: by the command. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { knownMigrations } from "../../src/storage/known-migrations.ts";
import { migrate } from "../../src/storage/migrate.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { restore } from "../../src/storage/restore.ts";
import { copyTree } from "../support/database-templates.ts";
import { laterMigrations } from "./later-migrations.ts";
import { baselineFile } from "./version-before.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "guiwei-downgrade-"));
  copyTree(inject("databasePlaces").folder, join(dataDir, "database"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const folder = () => openDatabase({ dataDir: join(dataDir, "database") });
const guiwei = (...words: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const env = { PATH: process.env.PATH, DATA_DIR: dataDir };
    execFile(process.execPath, ["bin/guiwei.mjs", ...words], { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

it("is told both versions in both languages, and can still restore its own backup", { timeout: 240_000 }, async () => {
  const newer = await folder();
  await migrate(newer.sql, { migrations: laterMigrations() });
  await newer.sql`INSERT INTO people (id, login, name, roles, language, is_active, version, created_at_ms)
    VALUES ('p1', 'later', 'Later', '{}', 'zh', true, 1, 1)`;
  await newer.close();
  const refused = await guiwei("journal", "verify");
  expect(refused.code).toBe(1);
  const known = knownMigrations().at(-1)?.name;
  expect(refused.stderr).toContain(`数据库由归位 0.1.0 写入（结构 9003_done-once），比本程序 0.1.0（结构 ${known}）新`);
  expect(refused.stderr).toContain(
    `written by Guiwei 0.1.0 (schema 9003_done-once), which is newer than this program, 0.1.0 (schema ${known})`,
  );
  const restored = await guiwei("restore", "--force", baselineFile);
  expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining("1365 行 / rows ✓") });
  expect(await guiwei("journal", "verify")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("21 行 / rows, 0"),
  });
});

it("is brought forward by the next command, which says so", { timeout: 240_000 }, async () => {
  const old = await folder();
  await restore(old, baselineFile, { force: true, migrations: knownMigrations().slice(0, 1) });
  await old.close();
  const first = await guiwei("journal", "verify");
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("21 行 / rows, 0") });
  for (const [i, { name }] of knownMigrations().slice(1).entries())
    expect(first.stderr).toContain(
      `正在升级数据 / bringing the data forward: ${name} (${i + 2}/${knownMigrations().length})`,
    );
});
