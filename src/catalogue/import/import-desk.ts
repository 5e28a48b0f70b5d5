/** 导入 (import): keeps uploaded files, processes one at a time and reports progress; a dry run always comes first. */
import { desc, eq, inArray, or } from "drizzle-orm";
import type { ImportProgress } from "../../contract/catalogue.ts";
import { Refusal } from "../../contract/errors.ts";
import type { Actor } from "../../contract/journal.ts";
import { imports } from "../../storage/schema/catalogue.ts";
import { whileAway } from "../../storage/while-away.ts";
import { beginCheck } from "./check-pages.ts";
import type { RowFault } from "./check-row.ts";
import { storeAct } from "./import-acts.ts";
import { importFiles, importsKept } from "./import-files.ts";
import type { ImportDesk, ImportDeskDeps } from "./import-port.ts";
import { importView, isPaused, openStates, type StoredImport, settleImport, storeReceived } from "./import-row.ts";
import { folderBytesMaxUsual, makeRoom } from "./make-room.ts";
import type { ImportTotals } from "./outcomes.ts";
import { readingTold } from "./reading-told.ts";
import { openRunFaults } from "./run-faults.ts";
import { importPatience, rowsMax, runImport } from "./run-import.ts";
import type { RunSoFar } from "./store-batch.ts";

/** Most files that are being uploaded, wait, or are being processed. */
const openMax = 20;
/** Most of these for one person. */
const ownMax = 8;
/**
 * A file that was being processed at this many deaths of the program, without progress in between, is not resumed automatically.
 */
const deathsMax = 5;
/** After this many further rows, an earlier death no longer counts as caused by the current row. */
const rowsOfProgress = 1_000;

interface Waiting {
  id: string;
  actor: Actor;
  isDryRun: boolean;
}

interface UnderWay {
  id: string;
  stop: AbortController;
  progress: ImportProgress;
  /** A person's decision that is already stored: the processing stops here. */
  ends: "paused" | "cancelled" | null;
}

export type { ImportDesk } from "./import-port.ts";

export function importDesk(deps: ImportDeskDeps): ImportDesk {
  const { context, folder, jobs, onFailure, onProgress, folderBytesMax = folderBytesMaxUsual } = deps;
  let queue: Promise<void> = Promise.resolve();
  const files = importFiles({
    ...{ folder, jobs, rowsMax },
    *slots() {
      for (const [code, { id, widthMm }] of context.layout.slotByCode) yield [code, id, widthMm];
    },
  });
  /** Open imports and the person who uploaded each. */
  const open = new Map<string, string>();
  let isClosing = false;
  const waiting: Waiting[] = [];
  let underWay: UnderWay | null = null;

  const waitingAt = (id: string) => waiting.findIndex((one) => one.id === id);

  function progressOf(id: string): ImportProgress | null {
    if (underWay?.id === id) return underWay.progress;
    const at = waitingAt(id);
    return at < 0 ? null : { phase: "waiting", rows: 0, share: null, ahead: at + (underWay ? 1 : 0) };
  }

  async function rowOf(id: string): Promise<StoredImport> {
    const [row] = await context.db.select().from(imports).where(eq(imports.id, id));
    if (!row) throw new Refusal("not-found", { what: id });
    return row;
  }

  /** Uploads in progress count, too. Throws imports-full, imports-full-own. */
  function refuseMore(actor: Actor): void {
    if (open.size >= openMax) throw new Refusal("imports-full", { openMax });
    if ([...open.values()].filter((whose) => whose === actor).length >= ownMax)
      throw new Refusal("imports-full-own", { ownMax });
  }

  /** Files are processed one at a time: two imports of the same boxes must not race. */
  function enqueue(one: Waiting): void {
    waiting.push(one);
    open.set(one.id, one.actor);
    queue = queue.then(() => work(one)).catch(onFailure);
  }

  /** Takes the file out of the queue. False if it is being processed; that ends soon by itself. */
  function left(id: string, ends: NonNullable<UnderWay["ends"]>): boolean {
    if (underWay?.id === id) {
      underWay.ends = ends;
      underWay.stop.abort();
      return false;
    }
    // Its place in the queue is free at once.
    const at = waitingAt(id);
    if (at >= 0) waiting.splice(at, 1);
    open.delete(id);
    return true;
  }

  async function work(one: Waiting): Promise<void> {
    const { id, actor, isDryRun } = one;
    const at = waiting.indexOf(one);
    // It was paused or cancelled before its turn came.
    if (at < 0) return;
    waiting.splice(at, 1);
    if (isClosing) return void open.delete(id);
    const now: UnderWay = {
      ...{ id, stop: new AbortController(), ends: null },
      progress: { phase: "waiting", rows: 0, share: null, ahead: 0 },
    };
    underWay = now;
    try {
      await readAndRun(now, actor, isDryRun);
    } catch (error) {
      // It has not ended: the next start, or the person who resumes it, goes on after its last stored row.
      if (!isClosing && !now.ends) await fail(id, actor, isDryRun, error);
    } finally {
      underWay = null;
      if (waitingAt(id) < 0) open.delete(id);
      // However it ended, the program did not die.
      await files.ended(id);
      // Nothing of it was written and it is not wanted any more.
      if (isDryRun && now.ends === "cancelled") await files.remove(id);
      onProgress?.(id, null);
    }
    if (!isClosing) await sweep();
  }

  async function readAndRun(now: UnderWay, actor: Actor, isDryRun: boolean): Promise<void> {
    const { id, stop } = now;
    const isCancelled = () => isClosing || now.ends !== null;
    const tell = (more: Partial<ImportProgress>) => {
      now.progress = { ...now.progress, ...more };
      if (now.ends === null) onProgress?.(id, now.progress);
    };
    if ((await files.begin(id)) > deathsMax) throw new Refusal("import-gave-up", { deathsMax });
    await files.read(id, { signal: stop.signal, ...readingTold(tell) });
    const patience = patienceFor(isCancelled, tell);
    const check = isDryRun ? await whileAway(patience, () => beginCheck(context, files.checkFile(id))) : null;
    const from = isDryRun ? null : await whileAway(patience, () => runSoFar(id));
    const faults = isDryRun ? null : await openRunFaults(files.runFaultsFile(id), folder, from?.written ?? null);
    const phase = isDryRun ? (check?.isAgain ? "checking-again" : "checking") : "writing";
    const rowsFrom = check?.from?.rows ?? from?.rows ?? 0;
    tell({ phase, rows: rowsFrom, share: rowsFrom > 0 ? null : 0 });
    let share = 0;
    let isFurther = false;
    const rows = files.rows(id, (so) => {
      share = so;
    });
    const totals = await runImport(context, {
      ...{ importId: id, rows, actor, isDryRun, check, from, faults, isCancelled },
      onRows(rows) {
        if (!isFurther && rows >= rowsFrom + rowsOfProgress) void files.ended(id).catch(() => {});
        isFurther ||= rows >= rowsFrom + rowsOfProgress;
        tell({ rows, share });
      },
      onDatabaseAway: (isAway) => tell({ phase: isAway ? "database-away" : phase }),
    }).finally(async () => {
      await check?.close();
      await faults?.close();
    });
    // An interrupted import is settled only if it was cancelled after rows were written.
    if (!totals.isWhole && (isDryRun || now.ends !== "cancelled")) return;
    await files.keepRefused(id, totals.faults);
    await whileAway(patience, () => settleImport(context, id, actor, isDryRun ? "checked" : "done", totals));
    await files.forgetCheck(id);
    if (!isDryRun) await files.forgetRows(id);
  }

  function patienceFor(isCancelled: () => boolean, tell: (more: Partial<ImportProgress>) => void) {
    let phase: ImportProgress["phase"] | null = null;
    return importPatience(context, {
      isCancelled,
      onDatabaseAway(isAway) {
        if (isAway) phase = underWay?.progress.phase ?? null;
        if (isAway) tell({ phase: "database-away" });
        else if (phase) tell({ phase });
      },
    });
  }

  /** Progress that earlier batches of this run have stored; null: nothing. */
  async function runSoFar(id: string): Promise<(RunSoFar & { rows: number }) | null> {
    const { summary, rowsDone } = await rowOf(id);
    const { run } = summary as { run?: RunSoFar };
    return run && rowsDone > 0 ? { ...run, rows: rowsDone } : null;
  }

  /** Deletes the files of finished imports except the last ones. */
  async function sweep(): Promise<void> {
    const { id, state } = imports;
    const last = context.db.select({ id }).from(imports).orderBy(desc(imports.startedAtMs)).limit(importsKept);
    const rows = await context.db
      .select({ id, state, rowsDone: imports.rowsDone })
      .from(imports)
      .where(or(inArray(state, [...openStates]), inArray(id, last)));
    const isWanted = (row: (typeof rows)[number]) => row.state !== "cancelled" || row.rowsDone > 0;
    await files.keepOnly(new Set(rows.filter(isWanted).map((row) => row.id)));
  }

  async function fail(id: string, actor: Actor, isDryRun: boolean, error: unknown): Promise<void> {
    const { code, params } = error instanceof Refusal ? error : { code: "internal" as const, params: {} };
    const faults: RowFault[] = [{ row: 1, column: null, code, params }];
    const isCancelled = () => isClosing || (underWay?.id === id && underWay.ends !== null);
    const patience = importPatience(context, { isCancelled });
    // Rows that its run has written stay written, and are counted in its result.
    const written = isDryRun ? null : await whileAway(patience, () => runSoFar(id));
    const { created = 0, changed = 0, unchanged = 0, refused = 0 } = written ?? {};
    const totals = { created, changed, unchanged, refused, faults };
    await whileAway(patience, () => settleImport(context, id, actor, "failed", totals));
    await files.forgetRows(id);
    await files.forgetCheck(id);
    if (!(error instanceof Refusal)) throw error;
  }

  return {
    async receive(actor, filename, bytes) {
      // Checked before one byte of the upload is read; other uploads in progress count.
      refuseMore(actor);
      const id = context.newId();
      open.set(id, actor);
      try {
        await makeRoom(context, files, new Set(open.keys()), folderBytesMax);
        await files.keep(id, bytes);
        await storeReceived(context, actor, id, filename);
      } catch (error) {
        open.delete(id);
        await files.remove(id).catch(() => {});
        throw error;
      }
      enqueue({ id, actor, isDryRun: true });
      return id;
    },
    async run(actor, id) {
      await storeAct(context, actor, id, "run");
      enqueue({ id, actor, isDryRun: false });
    },
    async pause(actor, id) {
      await storeAct(context, actor, id, "pause");
      if (left(id, "paused")) onProgress?.(id, null);
    },
    async resume(actor, id) {
      refuseMore(actor);
      const { state } = await storeAct(context, actor, id, "resume");
      enqueue({ id, actor, isDryRun: state === "received" });
    },
    async cancel(actor, id) {
      const { state, rowsDone } = await storeAct(context, actor, id, "cancel");
      // Nothing was written and nothing works on it, so its disk space is freed at once.
      if (left(id, "cancelled") && (state !== "running" || rowsDone === 0)) await files.remove(id);
    },
    async view(id) {
      return importView(await rowOf(id), progressOf(id));
    },
    async list() {
      const rows = await context.db.select().from(imports).orderBy(desc(imports.startedAtMs)).limit(50);
      return rows.map((row) => importView(row, progressOf(row.id)));
    },
    async refused(id) {
      const { state, summary } = await rowOf(id);
      if (state === "received") throw new Refusal("import-not-possible");
      const kept = state === "failed" ? null : await files.refused(id);
      if (kept) return kept;
      const { faults = [] } = summary as Partial<ImportTotals>;
      if (state !== "failed" && faults.length > 0 && !(await files.isKept(id)))
        throw new Refusal("import-file-gone", { importsKept });
      // No rows are kept for a file that could not be read or that an earlier version imported: list the faults without them.
      return faults.map((fault) => ({ row: fault.row, raw: {}, faults: [fault] }));
    },
    async resumeAll() {
      await files.forgetCompared();
      const rows = await context.db
        .select()
        .from(imports)
        .where(inArray(imports.state, [...openStates]))
        .orderBy(imports.startedAtMs);
      for (const row of rows)
        if (!isPaused(row)) enqueue({ id: row.id, actor: row.actor, isDryRun: row.state === "received" });
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
