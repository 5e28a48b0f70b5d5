/** When a backup is due, late or too old to keep. Pure: only the folder and the clock decide. */
const hourMs = 3_600_000;

/** Directly after the start a person is still setting the gateway up. */
export const firstLookAfterMs = 15 * 60_000;
export const lookEveryMs = 5 * 60_000;
const retryFirstMs = 10 * 60_000;
const retryMsMax = 4 * hourMs;

interface Made {
  madeAtMs: number;
}

/** A file from the future was made while the clock was wrong: it does not count as the newest. */
export function newestAtMs(files: readonly Made[], nowMs: number): number | null {
  const known = files.map((file) => file.madeAtMs).filter((madeAtMs) => madeAtMs <= nowMs);
  return known.length === 0 ? null : Math.max(...known);
}

/** `everyHours` 0: never. */
export function isDue(newestMs: number | null, nowMs: number, everyHours: number): boolean {
  return everyHours > 0 && (newestMs === null || newestMs > nowMs || nowMs - newestMs >= everyHours * hourMs);
}

/** `ageMs`: age of the newest backup; without any, time since the gateway's start. */
export function isLate(ageMs: number, everyHours: number): boolean {
  return everyHours > 0 && ageMs > 2 * everyHours * hourMs;
}

/** After `failures` in a row: 10 min, 20 min … at most 4 h, because each failure is a journal row that stays for ever. */
export function retryAfterMs(failures: number): number {
  return Math.min(retryMsMax, retryFirstMs * 2 ** Math.max(0, Math.min(failures, 20) - 1));
}

/** All except the newest `kept`. Files from the future are deleted first: they were made before the present one. */
export function tooOld<T extends Made>(files: readonly T[], nowMs: number, kept: number): T[] {
  const age = (file: T) => (file.madeAtMs > nowMs ? Number.POSITIVE_INFINITY : nowMs - file.madeAtMs);
  const youngestFirst = [...files].sort((a, b) => (age(a) === age(b) ? b.madeAtMs - a.madeAtMs : age(a) - age(b)));
  return youngestFirst.slice(Math.max(1, kept));
}
