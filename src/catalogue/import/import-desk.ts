/** 导入: keeps uploaded files, runs them one at a time, tells progress; a dry run always comes first. */
import { desc, eq, inArray, or } from "drizzle-orm";
import type { ImportProgress } from "../../contract/catalogue.ts";
import { Refusal } from "../../contract/errors.ts";
import { type Actor, houseChain } from "../../contract/journal.ts";
import { change } from "../../journal/change.ts";
import { imports } from "../../storage/schema/catalogue.ts";
import { whileAway } from "../../storage/while-away.ts";
import { beginCheck } from "./check-pages.ts";
import { type RowFault, storable } from "./check-row.ts";
import { importFiles, importsKept } from "./import-files.ts";
import type { ImportDesk, ImportDeskDeps } from "./import-port.ts";
import { importView, openStates, type StoredImport, settleImport, withoutRun } from "./import-row.ts";
import { folderBytesMaxUsual, makeRoom } from "./make-room.ts";
import { openRunFaults } from "./run-faults.ts";
import { type ImportTotals, importPatience, rowsMax, runImport } from "./run-import.ts";
import type { RunSoFar } from "./store-batch.ts";

/** Files that are uploaded, wait, and the one under way. */
const openMax = 20;
/** Of these, one person's. */
const ownMax = 8;
/** A file that was under way when the program died so often, without getting on, is not taken up again by itself. */
const deathsMax = 5;
/** So many rows further, a death was not this row's. */
const rowsOfProgress = 1_000;

interface UnderWay {
  id: string;
  stop: AbortController;
  progress: ImportProgress;
}

export type { ImportDesk } from "./import-port.ts";

export function importDesk(deps: ImportDeskDeps): ImportDesk {
  const { house, folder, jobs, onFailure, onProgress, folderBytesMax = folderBytesMaxUsual } = deps;
  let queue: Promise<void> = Promise.resolve();
  const cancelled = new Set<string>();
  const files = importFiles({
    ...{ folder, jobs, rowsMax },
    *slots() {
      for (const [code, { id, widthMm }] of house.layout.slotByCode) yield [code, id, widthMm];
    },
  });
  /** Whose uploads, waiting files and work there are. */
  const open = new Map<string, string>();
  let isClosing = false;
  const waiting: string[] = [];
  let underWay: UnderWay | null = null;

  function progressOf(id: string): ImportProgress | null {
    if (underWay?.id === id) return underWay.progress;
    const at = waiting.indexOf(id);
    return at < 0 ? null : { phase: "waiting", rows: 0, share: null, ahead: at + (underWay ? 1 : 0) };
  }

  async function rowOf(id: string): Promise<StoredImport> {
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
    open.set(id, actor);
    queue = queue.then(() => work(id, actor, isDryRun)).catch(onFailure);
  }

  async function work(id: string, actor: Actor, isDryRun: boolean): Promise<void> {
    noLongerWaits(id);
    if (isClosing) return void open.delete(id);
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
      open.delete(id);
      // Whatever it came to, it was no death.
      await files.ended(id);
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
    if ((await files.begin(id)) > deathsMax) throw new Refusal("import-gave-up", { deathsMax });
    const [waiting, reading] = ["waiting" as const, "reading" as const];
    // Its rows are read, then compared: that is one reading for whoever waits, and never less than before.
    let rowsRead = 0;
    await files.read(id, {
      signal: stop.signal,
      onPhase: (phase) =>
        tell({ phase: phase === waiting && rowsRead === 0 ? waiting : reading, rows: rowsRead, share: null }),
      onProgress({ done, share }) {
        rowsRead = Math.max(rowsRead, done);
        tell({ phase: reading, rows: rowsRead, share: share ?? null });
      },
    });
    const patience = patienceFor(isCancelled, tell);
    const check = isDryRun ? await whileAway(patience, () => beginCheck(house, files.checkFile(id))) : null;
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
    const totals = await runImport(house, {
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
    if (isClosing || (isDryRun && cancelled.has(id))) return;
    await files.keepRefused(id, totals.faults);
    await whileAway(patience, () => settleImport(house, id, actor, isDryRun ? "checked" : "done", totals));
    await files.forgetCheck(id);
    if (!isDryRun) await files.forgetRows(id);
  }

  function patienceFor(isCancelled: () => boolean, tell: (more: Partial<ImportProgress>) => void) {
    let phase: ImportProgress["phase"] | null = null;
    return importPatience(house, {
      isCancelled,
      onDatabaseAway(isAway) {
        if (isAway) phase = underWay?.progress.phase ?? null;
        if (isAway) tell({ phase: "database-away" });
        else if (phase) tell({ phase });
      },
    });
  }

  /** What batches of this run have stored already; null: nothing. */
  async function runSoFar(id: string): Promise<(RunSoFar & { rows: number }) | null> {
    const { summary, rowsDone } = await rowOf(id);
    const { run } = summary as { run?: RunSoFar };
    return run && rowsDone > 0 ? { ...run, rows: rowsDone } : null;
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
    const totals = { created: 0, changed: 0, unchanged: 0, refused: 0, faults };
    const patience = importPatience(house, { isCancelled: () => isClosing || cancelled.has(id) });
    await whileAway(patience, () => settleImport(house, id, actor, "failed", totals));
    await files.forgetRows(id);
    await files.forgetCheck(id);
    if (!(error instanceof Refusal)) throw error;
  }

  return {
    async receive(actor, filename, bytes) {
      // Before one byte of it is read, and uploads under way count.
      if (open.size >= openMax) throw new Refusal("imports-full", { openMax });
      if ([...open.values()].filter((whose) => whose === actor).length >= ownMax)
        throw new Refusal("imports-full-own", { ownMax });
      const id = house.newId();
      open.set(id, actor);
      try {
        await makeRoom(house, files, new Set(open.keys()), folderBytesMax);
        await files.keep(id, bytes);
        const counts = { rowsTotal: 0, rowsDone: 0, rowsRefused: 0 };
        const times = { startedAtMs: house.clock.nowMs(), endedAtMs: null };
        await house.db.insert(imports).values({
          id,
          filename: storable(filename.slice(0, 200)),
          state: "received",
          actor,
          ...counts,
          ...times,
          summary: {},
        });
      } catch (error) {
        open.delete(id);
        await files.remove(id).catch(() => {});
        throw error;
      }
      enqueue(id, actor, true);
      return id;
    },
    async run(actor, id) {
      await change(house, async (tx, recorder) => {
        const [row] = await tx.select().from(imports).where(eq(imports.id, id)).for("update");
        if (row?.state !== "checked") throw new Refusal("import-not-possible");
        await tx
          .update(imports)
          .set({ state: "running", rowsDone: 0, actor, summary: withoutRun(row.summary) })
          .where(eq(imports.id, id));
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
      if (!hadBegun) open.delete(id);
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
      const kept = state === "failed" ? null : await files.refused(id);
      if (kept) return kept;
      const { faults = [] } = summary as Partial<ImportTotals>;
      if (state !== "failed" && faults.length > 0 && !(await files.isKept(id)))
        throw new Refusal("import-file-gone", { importsKept });
      // Of a file that could not be read, and of one from before: nobody reads that again.
      return faults.map((fault) => ({ row: fault.row, raw: {}, faults: [fault] }));
    },
    async resumeAll() {
      await files.forgetCompared();
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
