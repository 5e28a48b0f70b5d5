/** Names of motion's logs: sorted, they are in the order in which they were begun, wherever the wall clock stood. */
import { readdirSync } from "node:fs";

const digits = 14;
const leftPattern = /^(?:facts|stored)-(\d+)-/;

/**
 * Above every log that the folder still holds, and the wall's own moment where that is later, for people to read. It names the
 * lead that it was written under (src/aisles/locks-not-held.ts).
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
