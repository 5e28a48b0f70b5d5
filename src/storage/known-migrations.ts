import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { allSteps } from "./migration-steps/all-steps.ts";
import type { TypescriptStep } from "./migration-steps/step.ts";

/** Shipped with the code, made by `node scripts/migrations.mjs`. */
export const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));

/** One numbered step of the schema's history. Once released it never changes: databases store its checksum. */
export interface Migration {
  /** "0001_migration-notes": number and name of its file. */
  name: string;
  /** SHA-256 of its SQL file. */
  hash: string;
  atMs: number;
  /** Empty when the work is done in TypeScript. */
  statements: readonly string[];
  step: TypescriptStep | null;
}

interface DrizzleJournal {
  entries: { tag: string; when: number }[];
}

/** The program's own migrations, oldest first. */
export function knownMigrations(): Migration[] {
  return readMigrations(migrationsFolder, allSteps);
}

/** Migrations of a folder as drizzle-kit writes it, oldest first; none when there is no such folder. */
export function readMigrations(folder: string, steps: Readonly<Record<string, TypescriptStep>> = {}): Migration[] {
  const journal = join(folder, "meta/_journal.json");
  if (!existsSync(journal)) return [];
  const { entries } = JSON.parse(readFileSync(journal, "utf8")) as DrizzleJournal;
  return entries.map(({ tag, when }) => {
    const text = readFileSync(join(folder, `${tag}.sql`), "utf8");
    return migrationOf({ name: tag, atMs: when, text, step: steps[tag] ?? null });
  });
}

interface MigrationText {
  name: string;
  atMs: number;
  text: string;
  step: TypescriptStep | null;
}

/** Throws for a migration that has neither statements nor a step, or both, of which only one could be resumed. */
export function migrationOf({ name, atMs, text, step }: MigrationText): Migration {
  const statements = text.split("--> statement-breakpoint").filter(isStatement);
  if (statements.length > 0 === (step !== null))
    throw new Error(`migration ${name} must be either statements in its SQL file or a step in TypeScript`);
  return { name, hash: createHash("sha256").update(text).digest("hex"), atMs, statements, step };
}

/** True unless the text has only comments and blanks. */
const isStatement = (text: string) => text.split("\n").some((line) => line.trim() !== "" && !/^\s*--/.test(line));
