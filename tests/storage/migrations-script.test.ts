/** `node scripts/migrations.mjs` in a copy of the schema: it only ever adds. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { knownMigrations } from "../../src/storage/known-migrations.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const storage = "src/storage";
let copy: string;
beforeEach(() => {
  // Inside the repository, where the schema finds its packages.
  mkdirSync(join(root, "dist"), { recursive: true });
  copy = mkdtempSync(join(root, "dist/migrations-"));
  for (const part of ["schema", "migrations", "migration-steps", "functions.sql", "triggers.sql"])
    cpSync(join(root, storage, part), join(copy, storage, part), { recursive: true });
  // The schema takes the kinds that its columns may hold from there.
  cpSync(join(root, "src/contract/kinds"), join(copy, "src/contract/kinds"), { recursive: true });
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

function migrations(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "scripts/migrations.mjs"), ...words], {
    cwd: copy,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { status, said: `${stdout}${stderr}` };
}
const text = (path: string) => readFileSync(join(copy, storage, path), "utf8");
const edit = (path: string, from: string, to: string) => {
  const old = text(path);
  expect(old).toContain(from);
  writeFileSync(join(copy, storage, path), old.replace(from, to));
};
const sqlFiles = () => readdirSync(join(copy, storage, "migrations")).filter((name) => name.endsWith(".sql"));
const before = knownMigrations();
const nextTag = (name: string) => `${String(before.length).padStart(4, "0")}_${name}`;
const newest = () => sqlFiles().sort().at(-1) ?? "";

describe("scripts/migrations.mjs", { timeout: 180_000 }, () => {
  it("writes what the schema says otherwise as a new file, and leaves the old ones", () => {
    const old = new Map(sqlFiles().map((name) => [name, text(`migrations/${name}`)]));
    expect(migrations("nothing-new").said).toContain("nothing to add");
    edit("schema/people.ts", '"people",\n  {', '"people",\n  {\n    badge: text("badge"),');
    expect(migrations("--check")).toMatchObject({
      status: 1,
      said: expect.stringContaining('ADD COLUMN "badge" text'),
    });
    expect(migrations("badge").status).toBe(0);
    expect(newest()).toBe(`${nextTag("badge")}.sql`);
    expect(text(`migrations/${newest()}`)).toBe('ALTER TABLE "people" ADD COLUMN "badge" text;');
    for (const [name, was] of old) expect(text(`migrations/${name}`), name).toBe(was);
    expect(migrations("--check")).toMatchObject({ status: 0, said: expect.stringContaining("nothing pending") });
  });

  it("refuses a column that tables with rows cannot take, and leaves nothing behind", () => {
    edit("schema/people.ts", '"people",\n  {', '"people",\n  {\n    badge: text("badge").notNull(),');
    expect(migrations("badge")).toMatchObject({ status: 1, said: expect.stringContaining("without a default") });
    expect(sqlFiles().length).toBe(before.length);
    edit("schema/people.ts", 'text("badge").notNull()', 'text("badge").notNull().default("")');
    expect(migrations("badge").status).toBe(0);
  });

  it("never takes a question that nobody answered for nothing to do", () => {
    edit("schema/people.ts", 'login: text("login")', 'login: text("user_name")');
    for (const word of ["--check", "rename"])
      expect(migrations(word)).toMatchObject({ status: 1, said: expect.stringContaining("To rename a column") });
    expect(sqlFiles().length).toBe(before.length);
  });

  it("notices that an old one was rewritten or taken away", () => {
    edit("migrations/0000_house.sql", 'CREATE TABLE "area_locks"', 'CREATE TABLE  "area_locks"');
    expect(migrations("--check")).toMatchObject({
      status: 1,
      said: expect.stringContaining("0000_house.sql was rewritten"),
    });
    expect(migrations("badge")).toMatchObject({ status: 1 });
    edit("migrations/0000_house.sql", 'CREATE TABLE  "area_locks"', 'CREATE TABLE "area_locks"');
    edit("migrations/meta/_journal.json", '"tag": "0001_', '"tag": "0000_');
    expect(migrations("--check").status).toBe(1);
  });

  it("carries changed functions and triggers, before and after the tables", () => {
    edit("functions.sql", "the journal is append-only", "the journal only grows");
    edit("triggers.sql", "All triggers", "Every trigger");
    edit("schema/people.ts", '"people",\n  {', '"people",\n  {\n    badge: text("badge"),');
    expect(migrations("--check")).toMatchObject({
      status: 1,
      said: expect.stringContaining("functions.sql and triggers.sql changed"),
    });
    expect(migrations("words").status).toBe(0);
    expect(text(`migrations/${newest()}`)).toMatch(
      /the journal only grows.*ADD COLUMN "badge".*CREATE OR REPLACE TRIGGER/s,
    );
    expect(migrations("--check").status).toBe(0);
  });

  it("makes room for one by hand and one in TypeScript", () => {
    expect(migrations("by-hand", "--sql").status).toBe(0);
    expect(migrations("--check")).toMatchObject({ status: 1, said: expect.stringContaining("is not frozen") });
    writeFileSync(join(copy, storage, "migrations", newest()), "CREATE INDEX people_name ON people (name);\n");
    expect(migrations("--freeze").status).toBe(0);
    expect(migrations("new-search-text", "--typescript").status).toBe(0);
    expect(migrations("--check").status).toBe(0);
    const tag = newest().replace(/\.sql$/, "");
    expect(text(`migration-steps/${tag}.ts`)).toContain("export const step: TypescriptStep");
    expect(text("migration-steps/all-steps.ts")).toContain(`"./${tag}.ts"`);
    expect(text("migration-steps/all-steps.ts")).toContain(`"${tag}": step`);
  });
});
