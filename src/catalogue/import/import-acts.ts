/**
 * A person pauses, resumes or cancels an import, in one transaction each, stored before it is answered, so it survives a restart.
 */
import { eq, sql } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { Refusal } from "../../contract/errors.ts";
import { type Actor, siteChain } from "../../contract/journal.ts";
import type { JournalKind } from "../../contract/kinds/journal-rows.ts";
import { change } from "../../journal/change.ts";
import { imports } from "../../storage/schema/catalogue.ts";
import { isPaused, openStates, type StoredImport, withoutRun } from "./import-row.ts";

export type ImportAct = "run" | "pause" | "resume" | "cancel";

interface Act {
  isPossible(row: StoredImport): boolean;
  kind: JournalKind;
  set(row: StoredImport, by: { actor: Actor; atMs: number }): object;
  body(row: StoredImport): object;
}

const isOpen = ({ state }: StoredImport) => (openStates as readonly string[]).includes(state);
const counts = ({ state, rowsDone }: StoredImport) => ({ state, rowsDone });
/** A check writes no rows. */
const rowsWritten = ({ state, rowsDone }: StoredImport) => (state === "running" ? rowsDone : 0);

const acts: Readonly<Record<ImportAct, Act>> = {
  run: {
    isPossible: ({ state }) => state === "checked",
    kind: "import.started",
    set: ({ summary }, { actor }) => ({
      ...{ state: "running", rowsDone: 0, rowsRefused: 0, actor, summary: withoutRun(summary) },
    }),
    body: ({ filename, rowsTotal }) => ({ filename, rows: rowsTotal }),
  },
  pause: {
    isPossible: (row) => isOpen(row) && !isPaused(row),
    kind: "import.paused",
    set: () => ({ summary: sql`jsonb_set(${imports.summary}, '{isPaused}', 'true')` }),
    body: counts,
  },
  // The person who resumes the import becomes the actor of its later rows.
  resume: {
    isPossible: (row) => isOpen(row) && isPaused(row),
    kind: "import.resumed",
    set: (_, { actor }) => ({ actor, summary: sql`${imports.summary} - 'isPaused'` }),
    body: counts,
  },
  cancel: {
    isPossible: (row) => isOpen(row) || row.state === "checked",
    kind: "import.ended",
    set: (row, { atMs }) => ({
      ...{ state: "cancelled", endedAtMs: atMs, rowsDone: rowsWritten(row) },
      summary: sql`${imports.summary} - 'isPaused'`,
    }),
    body: (row) => ({ state: "cancelled", rowsDone: rowsWritten(row) }),
  },
};

/** Returns the row as it was before. Throws not-found, import-not-possible. */
export function storeAct(context: Context, actor: Actor, id: string, act: ImportAct): Promise<StoredImport> {
  const { isPossible, kind, set, body } = acts[act];
  return change(context, async (tx, recorder) => {
    const [row] = await tx.select().from(imports).where(eq(imports.id, id)).for("update");
    if (!row) throw new Refusal("not-found", { what: id });
    if (!isPossible(row)) throw new Refusal("import-not-possible");
    await tx
      .update(imports)
      .set(set(row, { actor, atMs: recorder.atMs }))
      .where(eq(imports.id, id));
    const subject = `import:${id}`;
    recorder.note({ chain: siteChain, actor, kind, subject, body: { importId: id, ...body(row) } });
    return row;
  });
}
