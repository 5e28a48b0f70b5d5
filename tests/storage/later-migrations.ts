/** The real migrations and, on top of them, what a later version might bring: a column, all search texts anew, a constraint. */
import { searchTextOf } from "../../src/lookup/search-text.ts";
import { knownMigrations, type Migration, migrationOf } from "../../src/storage/known-migrations.ts";
import { rewriteColumn } from "../../src/storage/migration-steps/rewrite-column.ts";
import type { TypescriptStep } from "../../src/storage/migration-steps/step.ts";

/** Stands in every new search text and in no old one. */
export const newWord = "第九版";

const inSql = (name: string, text: string) => migrationOf({ name, atMs: 1, text, step: null });
export const inTypescript = (name: string, step: TypescriptStep) =>
  migrationOf({ name, atMs: 1, text: `-- Done in TypeScript: ${name}\n`, step });

const searchTexts = rewriteColumn({
  table: "records",
  key: "id",
  from: ["record_no", "customer_no", "name", "legal_entity_code"],
  to: "search_text",
  rowsMax: 20,
  value: (row) => {
    const { record_no, customer_no, name, legal_entity_code } = row;
    const fields = { recordNo: String(record_no), customerNo: String(customer_no), name: String(name) };
    return `${searchTextOf({ ...fields, legalEntityCode: legal_entity_code ?? null })}\n${newWord}`;
  },
});

/** Search texts anew, and every row counts how often that was done to it. */
export const countedSearchTexts: TypescriptStep = {
  ...searchTexts,
  async batch(tx, cursor) {
    const done = await searchTexts.batch(tx, cursor);
    await tx`UPDATE records SET times_done = times_done + 1
      WHERE (${cursor}::text IS NULL OR id > ${cursor}) AND (${done.cursor}::text IS NULL OR id <= ${done.cursor})`;
    return done;
  },
};

const breakpoint = "--> statement-breakpoint";
/** A migration may bring rows; a backup made after it has them, too. */
const aRow = "INSERT INTO tag_history (epc, rounds_offered, rounds_answered) VALUES ('made by a migration', 0, 0);";

/** `step` takes the place of the one in the middle. */
export function laterMigrations(step: TypescriptStep = countedSearchTexts): Migration[] {
  return [
    ...knownMigrations(),
    inSql(
      "9001_times-done",
      `ALTER TABLE records ADD COLUMN times_done int NOT NULL DEFAULT 0;\n${breakpoint}\n${aRow}`,
    ),
    inTypescript("9002_search-text", step),
    inSql("9003_done-once", "ALTER TABLE records ADD CONSTRAINT done_once CHECK (times_done <= 1);"),
  ];
}
