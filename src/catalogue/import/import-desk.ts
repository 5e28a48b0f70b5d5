/** 导入: keeps uploaded files, runs them one at a time, tells progress; a dry run always comes first. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { and, desc, eq, inArray } from "drizzle-orm";
import type { ImportView } from "../../contract/catalogue.ts";
import { Refusal } from "../../contract/errors.ts";
import { type Actor, houseChain } from "../../contract/journal.ts";
import type { House } from "../../house.ts";
import { change } from "../../journal/change.ts";
import { imports } from "../../storage/schema/catalogue.ts";
import { type ImportTotals, runImport } from "./run-import.ts";

type ImportRow = typeof imports.$inferSelect;
/** Something runs or waits to run. */
const openStates = ["received", "running"] as const;

export interface ImportDesk {
  /** Takes a file in and checks it; returns its id at once, the dry run goes on behind. */
  receive(actor: Actor, filename: string, bytes: Uint8Array): Promise<string>;
  /** Runs a checked file. */
  run(actor: Actor, id: string): Promise<void>;
  /** Stored before it is answered: not one more batch comes after it, whatever happens to the process. */
  cancel(actor: Actor, id: string): Promise<void>;
  view(id: string): Promise<ImportView>;
  list(): Promise<ImportView[]>;
  file(id: string): Promise<Uint8Array>;
  /** Goes on with what a restart interrupted. */
  resumeAll(): Promise<void>;
  /** Resolves when nothing runs. */
  idle(): Promise<void>;
}

export interface ImportDeskDeps {
  house: House;
  /** Where uploaded files are kept. */
  folder: string;
  onFailure(error: unknown): void;
}

export function importDesk({ house, folder, onFailure }: ImportDeskDeps): ImportDesk {
  let queue: Promise<void> = Promise.resolve();
  const cancelled = new Set<string>();
  const pathOf = (id: string) => join(folder, `${id.replace(/[^0-9a-z-]/gi, "")}.upload`);

  async function rowOf(id: string): Promise<ImportRow> {
    const [row] = await house.db.select().from(imports).where(eq(imports.id, id));
    if (!row) throw new Refusal("not-found", { what: id });
    return row;
  }

  /** One file at a time: two imports of the same boxes must not race. */
  function enqueue(id: string, actor: Actor, isDryRun: boolean): void {
    queue = queue.then(() => work(id, actor, isDryRun)).catch(onFailure);
  }

  async function work(id: string, actor: Actor, isDryRun: boolean): Promise<void> {
    try {
      const totals = await runImport(house, {
        importId: id,
        bytes: await readFile(pathOf(id)),
        actor,
        isDryRun,
        isCancelled: () => cancelled.has(id),
      });
      await settle(id, actor, isDryRun ? "checked" : "done", totals);
    } catch (error) {
      const code = error instanceof Refusal ? error.code : "internal";
      const params = error instanceof Refusal ? error.params : {};
      await settle(id, actor, "failed", {
        created: 0,
        changed: 0,
        unchanged: 0,
        refused: 0,
        faults: [{ row: 1, column: null, code, params }],
      });
      if (!(error instanceof Refusal)) throw error;
    }
  }

  async function settle(
    id: string,
    actor: Actor,
    wanted: "checked" | "done" | "failed",
    totals: ImportTotals,
  ): Promise<void> {
    await change(house, async (tx, recorder) => {
      const kept = { summary: totals, rowsRefused: totals.refused };
      const endedAtMs = wanted === "checked" ? null : recorder.atMs;
      const [row] = await tx
        .update(imports)
        .set({ ...kept, state: wanted, endedAtMs })
        .where(and(eq(imports.id, id), inArray(imports.state, [...openStates])))
        .returning({ id: imports.id });
      // Cancelled meanwhile: that is its end, and its journal row is written.
      if (!row) return void (await tx.update(imports).set(kept).where(eq(imports.id, id)));
      const { faults, ...counts } = totals;
      if (wanted !== "checked") {
        recorder.note({
          chain: houseChain,
          actor,
          kind: "import.ended",
          subject: `import:${id}`,
          body: { importId: id, state: wanted, ...counts, faults: faults.length },
        });
      }
    });
  }

  return {
    async receive(actor, filename, bytes) {
      const id = house.newId();
      await mkdir(folder, { recursive: true });
      await writeFile(pathOf(id), bytes);
      await house.db.insert(imports).values({
        id,
        filename: filename.slice(0, 200),
        state: "received",
        actor,
        rowsTotal: 0,
        rowsDone: 0,
        rowsRefused: 0,
        startedAtMs: house.clock.nowMs(),
        endedAtMs: null,
        summary: {},
      });
      enqueue(id, actor, true);
      return id;
    },
    async run(actor, id) {
      await change(house, async (tx, recorder) => {
        const [row] = await tx.select().from(imports).where(eq(imports.id, id)).for("update");
        if (row?.state !== "checked") throw new Refusal("import-not-possible");
        await tx.update(imports).set({ state: "running", rowsDone: 0, actor }).where(eq(imports.id, id));
        recorder.note({
          chain: houseChain,
          actor,
          kind: "import.started",
          subject: `import:${id}`,
          body: { importId: id, filename: row.filename, rows: row.rowsTotal },
        });
      });
      enqueue(id, actor, false);
    },
    async cancel(actor, id) {
      await rowOf(id);
      const wasChecked = await change(house, async (tx, recorder) => {
        const [row] = await tx.select().from(imports).where(eq(imports.id, id)).for("update");
        if (!row || ![...openStates, "checked"].includes(row.state)) throw new Refusal("import-not-possible");
        await tx.update(imports).set({ state: "cancelled", endedAtMs: recorder.atMs }).where(eq(imports.id, id));
        recorder.note({
          chain: houseChain,
          actor,
          kind: "import.ended",
          subject: `import:${id}`,
          body: { importId: id, state: "cancelled", rowsDone: row.rowsDone },
        });
        return row.state === "checked";
      });
      cancelled.add(id);
      if (wasChecked) await rm(pathOf(id), { force: true });
    },
    async view(id) {
      return importView(await rowOf(id));
    },
    async list() {
      const rows = await house.db.select().from(imports).orderBy(desc(imports.startedAtMs)).limit(50);
      return rows.map(importView);
    },
    async file(id) {
      await rowOf(id);
      return readFile(pathOf(id));
    },
    async resumeAll() {
      const rows = await house.db
        .select()
        .from(imports)
        .where(inArray(imports.state, [...openStates]));
      for (const row of rows) enqueue(row.id, row.actor, row.state === "received");
    },
    idle: () => queue,
  };
}

function importView(row: ImportRow): ImportView {
  const { faults, ...summary } = row.summary as Partial<ImportTotals>;
  return {
    id: row.id,
    filename: row.filename,
    state: row.state,
    rowsTotal: row.rowsTotal,
    rowsDone: row.rowsDone,
    rowsRefused: row.rowsRefused,
    summary: { ...summary, firstFaults: (faults ?? []).slice(0, 100) },
    startedAtMs: row.startedAtMs,
    endedAtMs: row.endedAtMs,
  };
}
