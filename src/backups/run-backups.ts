/** Makes backups when the newest is old enough, and on request. One at a time; every wait has a limit. */

import type { Context } from "../context.ts";
import type { BackupFile, BackupStanding, BackupStep, BackupsView } from "../contract/backups.ts";
import { Refusal } from "../contract/errors.ts";
import { failureOf } from "./failure-of.ts";
import { listBackups } from "./list-backups.ts";
import { type BackupPlace, type BackupProgress, type MadeBackup, makeBackup } from "./make-backup.ts";
import { type BackupAsked, noteFailed, noteMade } from "./note-backup.ts";
import { firstLookAfterMs, isDue, isLate, lookEveryMs, newestAtMs, retryAfterMs } from "./when-due.ts";

export interface BackupsDeps extends BackupPlace {
  context: Context;
  /** 0: no scheduled backups. */
  everyHours: number;
  /** Keys of areas whose carriages are moving: while there are any, no backup is written. */
  notStill(): string[];
  onFailure(error: unknown): void;
}

export interface Backups {
  /** Begins a backup as soon as all carriages stand still; throws backup-running. Its outcome is in `view` and in the journal. */
  begin(asked: BackupAsked): void;
  view(): Promise<BackupsView>;
  standing(): BackupStanding;
  /** Values for the metrics. */
  ageAndFailure(): { ageSeconds: number | null; hasFailed: boolean };
  list(): Promise<BackupFile[]>;
  /** Resolves when no backup is being made. */
  idle(): Promise<void>;
  /** Cancels the running backup; nothing of it stays. */
  close(): Promise<void>;
}

const limitMinutes = 120;
/** After this long without a standstill the backup fails and names the carriages. */
const standstillMinutesMax = 10;
const lookForStandstillEveryMs = 250;

interface Running {
  sinceMs: number;
  sinceMonoMs: number;
  step: BackupStep;
  /** Progress of the current step. */
  progress: BackupProgress | null;
  ended: Promise<void>;
  end: AbortController;
}

export function runBackups(deps: BackupsDeps): Backups {
  const { context, folder, filesKept, everyHours, notStill, onFailure } = deps;
  const { clock } = context;
  const startedMonoMs = clock.monoMs();
  let running: Running | null = null;
  let newestMs: number | null = null;
  let failure: BackupStanding["failure"] = null;
  let failuresInARow = 0;
  let notBeforeMonoMs = Number.NEGATIVE_INFINITY;
  let isClosing = false;

  async function list(): Promise<BackupFile[]> {
    const files = await listBackups(folder);
    newestMs = newestAtMs(files, clock.nowMs());
    return files;
  }

  function begin(asked: BackupAsked): void {
    if (running || isClosing) throw new Refusal("backup-running");
    const end = new AbortController();
    const step = notStill().length > 0 ? "waiting" : "writing";
    const since = { sinceMs: clock.nowMs(), sinceMonoMs: clock.monoMs() };
    const now: Running = { ...since, step, progress: null, end, ended: Promise.resolve() };
    running = now;
    now.ended = make(asked, now)
      .catch(onFailure)
      .finally(() => {
        running = null;
      });
  }

  async function make(asked: BackupAsked, now: Running): Promise<void> {
    const tooSlow = new Refusal("backup-too-slow", { limitMinutes });
    const cancel = clock.after(limitMinutes * 60_000, () => now.end.abort(tooSlow));
    const durationMs = () => clock.monoMs() - now.sinceMonoMs;
    let made: MadeBackup;
    try {
      await standstill(now.end.signal);
      made = await makeBackup(deps, now.end.signal, (step, progress) => {
        now.step = step;
        now.progress = progress && { done: progress.done, total: progress.total };
      });
    } catch (thrown) {
      if (isClosing) return;
      const { aborted, reason } = now.end.signal;
      const error = aborted ? reason : thrown;
      const told = failureOf(error, folder);
      failure = { atMs: clock.nowMs(), ...told };
      notBeforeMonoMs = clock.monoMs() + retryAfterMs(++failuresInARow);
      onFailure(error);
      return await noteFailed(context, asked, told, durationMs());
    } finally {
      cancel();
    }
    failure = null;
    failuresInARow = 0;
    newestMs = made.madeAtMs;
    await noteMade(context, asked, made, durationMs());
  }

  /** Copying the database would take processor and disk from the processes that move carriages. */
  async function standstill(signal: AbortSignal): Promise<void> {
    const sinceMonoMs = clock.monoMs();
    let wake = () => {};
    signal.addEventListener("abort", () => wake(), { once: true });
    for (let moving = notStill(); moving.length > 0; moving = notStill()) {
      if (clock.monoMs() - sinceMonoMs >= standstillMinutesMax * 60_000)
        throw new Refusal("backup-not-still", { areas: moving.join(", "), standstillMinutesMax });
      await new Promise<void>((resolve) => {
        const cancel = clock.after(lookForStandstillEveryMs, resolve);
        wake = () => [cancel(), resolve()];
      });
      signal.throwIfAborted();
    }
  }

  async function look(): Promise<void> {
    // An unreadable folder is reported when a backup is made, in words that people see.
    await list().catch(() => {
      newestMs = null;
    });
    const isWanted = clock.monoMs() >= notBeforeMonoMs && isDue(newestMs, clock.nowMs(), everyHours);
    if (!isWanted || running || isClosing) {
      movingSinceMs = null;
      return;
    }
    if (notStill().length === 0) return void begin({ actor: "gateway", reason: null });
    // A controller that fell silent while moving never counts as still: the backup then fails visibly instead of never beginning.
    movingSinceMs ??= clock.monoMs();
    if (clock.monoMs() - movingSinceMs >= standstillMinutesMax * 60_000) begin({ actor: "gateway", reason: null });
  }

  /** Set while a due backup waits for a standstill. */
  let movingSinceMs: number | null = null;
  let cancelLook = clock.after(firstLookAfterMs, lookNow);
  function lookNow(): void {
    void look()
      .catch(onFailure)
      .finally(() => {
        if (!isClosing) cancelLook = clock.after(lookEveryMs, lookNow);
      });
  }
  // Reads the folder so that the newest backup's age is known for the first request.
  list().catch(() => {});

  const ageMs = () => (newestMs === null ? null : Math.max(0, clock.nowMs() - newestMs));
  function standing(): BackupStanding {
    return {
      newestAtMs: newestMs,
      isLate: isLate(ageMs() ?? clock.monoMs() - startedMonoMs, everyHours),
      failure,
    };
  }

  return {
    begin,
    list,
    standing,
    ageAndFailure: () => ({
      ageSeconds: newestMs === null ? null : (ageMs() ?? 0) / 1000,
      hasFailed: failure !== null,
    }),
    async view() {
      const files = await list().catch(() => []);
      const now = running && { sinceMs: running.sinceMs, step: running.step, progress: running.progress };
      return { ...standing(), files, running: now, everyHours, filesKept, folder };
    },
    idle: async () => running?.ended,
    async close() {
      isClosing = true;
      cancelLook();
      running?.end.abort(new Error("the gateway is closing"));
      await running?.ended;
    },
  };
}
