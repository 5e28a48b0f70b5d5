/** 导入: keeps uploaded files, runs them one at a time, tells progress; a dry run always comes first. */
import { and, desc, eq, inArray, or } from "drizzle-orm";
import type { ImportProgress, ImportView } from "../../contract/catalogue.ts";
import { Refusal } from "../../contract/errors.ts";
import { type Actor, houseChain } from "../../contract/journal.ts";
import type { House } from "../../house.ts";
import type { Jobs } from "../../jobs/jobs.ts";
import { change } from "../../journal/change.ts";
import { imports } from "../../storage/schema/catalogue.ts";
import { beginCheck } from "./check-pages.ts";
import type { RowFault } from "./check-row.ts";
import { importFiles, importsKept } from "./import-files.ts";
import type { NumberedRow } from "./read-table.ts";
import { type ImportTotals, rowsMax, runImport } from "./run-import.ts";

type ImportRow = typeof imports.$inferSelect;
/** Of the refused rows, what the row in the database holds; all of them lie in a file. */
const faultsShownMax = 100;

/** Something runs or waits to run. */
const openStates = ["received", "running"] as const;

export interface ImportDesk {
  /** Takes a file in and checks it; returns its id at once, the dry run goes on behind. */
  receive(actor: Actor, filename: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<string>;
  /** Runs a checked file. */
  run(actor: Actor, id: string): Promise<void>;
  /** Stored before it is answered: not one more batch comes after it, whatever happens to the process. */
  cancel(actor: Actor, id: string): Promise<void>;
  view(id: string): Promise<ImportView>;
  list(): Promise<ImportView[]>;
  /** The file's rows as text, and what was refused of them; its file is read first where its rows are not kept. */
  refused(id: string): Promise<{ rows: AsyncIterable<NumberedRow> | Iterable<NumberedRow>; faults: RowFault[] }>;
  /** Goes on with what a restart interrupted. */
  resumeAll(): Promise<void>;
  /** Resolves when nothing runs. */
  idle(): Promise<void>;
  /** Stops between two batches: the next start goes on (resumeAll). */
  close(): Promise<void>;
}

export interface ImportDeskDeps {
  house: House;
  /** Where uploaded files are kept. */
  folder: string;
  jobs: Jobs;
  onFailure(error: unknown): void;
  /** Told some times a second while something is done with a file; null when that ends. */
  onProgress?(id: string, progress: ImportProgress | null): void;
}

/** Files that wait and the one under way. */
const openMax = 20;

interface UnderWay {
  id: string;
  stop: AbortController;
  progress: ImportProgress;
}

export function importDesk({ house, folder, jobs, onFailure, onProgress }: ImportDeskDeps): ImportDesk {
  let queue: Promise<void> = Promise.resolve();
  const cancelled = new Set<string>();
  const files = importFiles(folder, jobs, rowsMax);
  let isClosing = false;
  const waiting: string[] = [];
  let underWay: UnderWay | null = null;

  function progressOf(id: string): ImportProgress | null {
    if (underWay?.id === id) return underWay.progress;
    const at = waiting.indexOf(id);
    return at < 0 ? null : { phase: "waiting", rows: 0, share: null, ahead: at + (underWay ? 1 : 0) };
  }

  async function rowOf(id: string): Promise<ImportRow> {
    const [row] = await house.db.select().from(imports).where(eq(imports.id, id));
    if (!row) throw new Refusal("not-found", { what: id });
    return row;
  }

  function noLongerWaits(id: string): boolean {
    const at = waiting.indexOf(id);
    if (at >= 0) waiting.splice(at, 1);
    return at >= 0;
  }

  /** One file at a time: two imports of the same boxes must not race. */
  function enqueue(id: string, actor: Actor, isDryRun: boolean): void {
    waiting.push(id);
    queue = queue.then(() => work(id, actor, isDryRun)).catch(onFailure);
  }

  async function work(id: string, actor: Actor, isDryRun: boolean): Promise<void> {
    noLongerWaits(id);
    if (isClosing) return;
    const now: UnderWay = {
      ...{ id, stop: new AbortController() },
      progress: { phase: "waiting", rows: 0, share: null, ahead: 0 },
    };
    underWay = now;
    try {
      if (!cancelled.has(id)) await readAndRun(now, actor, isDryRun);
    } catch (error) {
      // Not at its end: the next start takes it up where its rows say.
      if (!isClosing && !cancelled.has(id)) await fail(id, actor, error);
    } finally {
      underWay = null;
      // Nothing of it was written, and nobody wants it.
      if (isDryRun && cancelled.has(id)) await files.remove(id);
      onProgress?.(id, null);
    }
    if (!isClosing) await sweep();
  }

  async function readAndRun(now: UnderWay, actor: Actor, isDryRun: boolean): Promise<void> {
    const { id, stop } = now;
    const isCancelled = () => isClosing || cancelled.has(id);
    const tell = (more: Partial<ImportProgress>) => {
      now.progress = { ...now.progress, ...more };
      onProgress?.(id, now.progress);
    };
    const [waiting, reading] = ["waiting" as const, "reading" as const];
    await files.read(id, {
      signal: stop.signal,
      onPhase: (phase) => tell({ phase: phase === waiting ? waiting : reading, rows: 0, share: null }),
      onProgress: ({ done, share }) => tell({ phase: reading, rows: done, share: share ?? null }),
    });
    const check = isDryRun ? await beginCheck(house, files.checkFile(id)) : null;
    const phase = isDryRun ? (check?.isAgain ? "checking-again" : "checking") : "writing";
    tell({ phase, rows: check?.from?.rows ?? 0, share: check?.from ? null : 0 });
    let share = 0;
    const rows = files.rows(id, (so) => {
      share = so;
    });
    const totals = await runImport(house, {
      ...{ importId: id, rows, actor, isDryRun, check, isCancelled },
      onRows: (rows) => tell({ rows, share }),
    }).finally(() => check?.close());
    if (isClosing || (isDryRun && cancelled.has(id))) return;
    await files.keepFaults(id, totals.faults);
    await settle(id, actor, isDryRun ? "checked" : "done", totals);
    await files.forgetCheck(id);
    // Those that were refused are asked for with their rows.
    if (!isDryRun && totals.refused === 0) await files.forgetRows(id);
  }

  /** Of what is over, only the last ones' files stay. */
  async function sweep(): Promise<void> {
    const { id, state } = imports;
    const last = house.db.select({ id }).from(imports).orderBy(desc(imports.startedAtMs)).limit(importsKept);
    const rows = await house.db
      .select({ id, state, rowsDone: imports.rowsDone })
      .from(imports)
      .where(or(inArray(state, [...openStates]), inArray(id, last)));
    const isWanted = (row: (typeof rows)[number]) => row.state !== "cancelled" || row.rowsDone > 0;
    await files.keepOnly(new Set(rows.filter(isWanted).map((row) => row.id)));
  }

  async function fail(id: string, actor: Actor, error: unknown): Promise<void> {
    const { code, params } = error instanceof Refusal ? error : { code: "internal" as const, params: {} };
    const faults: RowFault[] = [{ row: 1, column: null, code, params }];
    await settle(id, actor, "failed", { created: 0, changed: 0, unchanged: 0, refused: 0, faults });
    await files.forgetCheck(id);
    if (!(error instanceof Refusal)) throw error;
  }

  async function settle(
    id: string,
    actor: Actor,
    wanted: "checked" | "done" | "failed",
    totals: ImportTotals,
  ): Promise<void> {
    await change(house, async (tx, recorder) => {
      const { faults, ...counts } = totals;
      const kept = { summary: { ...counts, faults: faults.slice(0, faultsShownMax) }, rowsRefused: counts.refused };
      const endedAtMs = wanted === "checked" ? null : recorder.atMs;
      const [row] = await tx
        .update(imports)
        .set({ ...kept, state: wanted, endedAtMs })
        .where(and(eq(imports.id, id), inArray(imports.state, [...openStates])))
        .returning({ id: imports.id });
      // Cancelled meanwhile: that is its end, and its journal row is written.
      if (!row) return void (await tx.update(imports).set(kept).where(eq(imports.id, id)));
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
      if (waiting.length + (underWay ? 1 : 0) >= openMax) throw new Refusal("imports-full", { openMax });
      const id = house.newId();
      await files.keep(id, bytes);
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
      const before = await change(house, async (tx, recorder) => {
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
        return row.state;
      });
      cancelled.add(id);
      if (underWay?.id === id) underWay.stop.abort();
      // Its place is the next file's at once, and so is its room on the disk.
      const hadBegun = !noLongerWaits(id);
      if (before === "checked" || (before === "received" && !hadBegun)) await files.remove(id);
    },
    async view(id) {
      return importView(await rowOf(id), progressOf(id));
    },
    async list() {
      const rows = await house.db.select().from(imports).orderBy(desc(imports.startedAtMs)).limit(50);
      return rows.map((row) => importView(row, progressOf(row.id)));
    },
    async refused(id) {
      const { state, summary } = await rowOf(id);
      if (state === "received") throw new Refusal("import-not-possible");
      const faults = (await files.faults(id)) ?? (summary as Partial<ImportTotals>).faults ?? [];
      if (faults.length === 0) return { rows: [], faults };
      await files.read(id);
      return { rows: files.rows(id), faults };
    },
    async resumeAll() {
      const rows = await house.db
        .select()
        .from(imports)
        .where(inArray(imports.state, [...openStates]))
        .orderBy(imports.startedAtMs);
      for (const row of rows) enqueue(row.id, row.actor, row.state === "received");
      await sweep().catch(onFailure);
    },
    idle: () => queue,
    async close() {
      isClosing = true;
      underWay?.stop.abort();
      await queue;
    },
  };
}

function importView(row: ImportRow, progress: ImportProgress | null): ImportView {
  const { faults, ...summary } = row.summary as Partial<ImportTotals>;
  return {
    id: row.id,
    filename: row.filename,
    state: row.state,
    rowsTotal: row.rowsTotal,
    rowsDone: row.rowsDone,
    rowsRefused: row.rowsRefused,
    summary: { ...summary, firstFaults: (faults ?? []).slice(0, faultsShownMax) },
    startedAtMs: row.startedAtMs,
    endedAtMs: row.endedAtMs,
    progress,
  };
}
