/** Which cached answers a journal row invalidates. Pure. */
import type { JournalRow } from "../../../src/contract/journal.ts";
import type { JournalKind } from "../../../src/contract/kinds/journal-rows.ts";
import type { QueryKey } from "./keys.ts";

const byFamily: Record<string, readonly QueryKey[]> = {
  import: [["imports"], ["import"]],
  stocktake: [["stocktakes"]],
  relocation: [["relocations"]],
  person: [["people"]],
  token: [["tokens"]],
  site: [["rooms"]],
  room: [["alarms"]],
  backup: [["backups"], ["backup-standing"]],
};

/** Kinds of rows that can complete a step of a fresh installation. */
const firstBoxFamilies = ["box", "tag", "import", "person", "slot"];

const boxMoves: readonly JournalKind[] = ["box.placed", "box.taken", "box.returned"];

export function touched(row: Pick<JournalRow, "kind" | "subject" | "body">): QueryKey[] {
  const [family = ""] = row.kind.split(".");
  const keys: QueryKey[] = [...(byFamily[family] ?? [])];
  const boxId = idAfter("box:", row.subject) ?? (typeof row.body.boxId === "string" ? row.body.boxId : null);
  if (family === "box" || family === "tag" || family === "relocation") {
    if (boxId) keys.push(["box", boxId], ["history", `box:${boxId}`]);
    keys.push(["search"]);
  }
  // Shown in the box's history, and changes nothing else of the box.
  if ((family === "locate" || family === "finding") && boxId) keys.push(["history", `box:${boxId}`]);
  if (boxMoves.includes(row.kind as JournalKind)) keys.push(["loans"]);
  if (row.kind === "import.ended") keys.push(["search"]);
  for (const family of ["stocktake", "relocation", "import"] as const) {
    const id = idAfter(`${family}:`, row.subject);
    if (id) keys.push([family, id]);
  }
  const relocationId = row.body.relocationId;
  if (typeof relocationId === "string") keys.push(["relocations"], ["relocation", relocationId]);
  if (firstBoxFamilies.includes(family)) keys.push(["first-box"]);
  if (row.kind === "stocktake.ended" || row.kind === "stocktake.decided") keys.push(["stocktake-lines"]);
  return keys;
}

function idAfter(prefix: string, subject: string | null): string | null {
  return subject?.startsWith(prefix) ? subject.slice(prefix.length) : null;
}
