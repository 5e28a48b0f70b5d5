import { createHash } from "node:crypto";
import type { JournalRow } from "../contract/journal.ts";

/** prevHash of the first row of a chain. */
export const firstPrevHash = "0".repeat(64);

/** JSON with sorted keys, so that the same value gives the same text after a trip through jsonb. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

/** SHA-256, hex, over every field of the row but the hash itself. */
export function hashRow(row: Omit<JournalRow, "hash">): string {
  const { chain, revision, atMs, actor, kind, subject, reason, body, prevHash } = row;
  return createHash("sha256")
    .update(canonicalJson([chain, revision, atMs, actor, kind, subject, reason, body, prevHash]))
    .digest("hex");
}
