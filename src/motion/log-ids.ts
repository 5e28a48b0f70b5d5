/** Names of motion's logs. They sort in the order in which the logs were begun, whatever the wall clock showed. */
import { readdirSync } from "node:fs";

const digits = 14;
const leftPattern = /^(?:facts|stored)-(\d+)-/;

/**
 * Higher than every log still in the folder, and the present wall time if that is later, so that people can read it. It contains
 * the lead's epoch under which it was written (src/aisles/locks-not-held.ts).
 */
export function nextLogId(folder: string, nowMs: number, epoch: number | null, random: string): string {
  const last = Math.max(0, ...namesIn(folder).map((name) => Number(leftPattern.exec(name)?.[1] ?? 0)));
  const under = epoch === null ? "" : `e${epoch}-`;
  return `${String(Math.max(Math.trunc(nowMs), last + 1)).padStart(digits, "0")}-${under}${random}`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
