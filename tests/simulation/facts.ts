/** The content of all tables, read in one statement, in a fixed order. */
import type { Sql } from "postgres";
import type { JournalRow } from "../../src/contract/journal.ts";
import type { ReplayedBox, ReplayedLoan, ReplayedLock, ReplayedMove } from "./replay-journal.ts";

export interface BoxFact extends ReplayedBox {
  id: string;
  slotWidthMm: number | null;
}
export interface MoveFact extends ReplayedMove {
  relocationId: string;
  no: number;
}
export interface StocktakeFact {
  id: string;
  kind: "full" | "delta";
  areaKey: string | null;
  aisle: number | null;
  state: string;
  startedAtMs: number;
  linesHash: string | null;
}
export interface FindingFact {
  id: string;
  subject: string;
  areaKey: string;
  aisle: number;
  class: string;
  boxId: string | null;
  barcode: string | null;
  epc: string | null;
  seenCode: string | null;
  stocktakeId: string;
  foundAtMs: number;
  acknowledgedAtMs: number | null;
}
export interface Facts {
  boxes: BoxFact[];
  tags: { epc: string; boxId: string }[];
  loans: (ReplayedLoan & { id: string })[];
  reservations: { slotId: string; boxId: string }[];
  relocations: { id: string; state: string }[];
  moves: MoveFact[];
  stocktakes: StocktakeFact[];
  findings: FindingFact[];
  /** Aisles whose faces wait to be read. */
  uses: { areaKey: string; aisle: number; isOpen: boolean; dueSinceMs: number | null }[];
  commands: { id: string; areaKey: string; verb: string; state: string; epoch: number }[];
  areas: { areaKey: string; epoch: number; inhibited: boolean }[];
  locks: (ReplayedLock & { id: string })[];
  people: string[];
  recordsHash: string;
}

const list = (fields: string, from: string, order: string) =>
  `(SELECT coalesce(json_agg(json_build_object(${fields}) ORDER BY ${order}), '[]'::json) FROM ${from})`;

const statement = `SELECT json_build_object(
  'boxes', ${list(
    `'id', id, 'barcode', barcode, 'thicknessMm', thickness_mm, 'homeSlotId', home_slot_id, 'place', place, 'slotId', current_slot_id,
     'holderId', holder_id, 'sinceMs', since_ms, 'evidence', evidence, 'version', version, 'slotWidthMm', current_slot_width_mm`,
    "boxes",
    "id",
  )},
  'tags', ${list("'epc', epc, 'boxId', box_id", "tags WHERE unbound_at_ms IS NULL", "epc")},
  'loans', ${list(
    `'id', id, 'boxId', box_id, 'holderId', holder_id, 'reason', reason, 'takenAtMs', taken_at_ms, 'dueAtMs', due_at_ms, 'returnedAtMs', returned_at_ms`,
    "loans",
    "id",
  )},
  'reservations', ${list("'slotId', slot_id, 'boxId', box_id", "reservations", "slot_id")},
  'relocations', ${list("'id', id, 'state', state", "relocations", "id")},
  'moves', ${list(
    `'relocationId', relocation_id, 'no', no, 'boxId', box_id, 'fromSlotId', from_slot_id, 'toSlotId', to_slot_id, 'state', state,
     'pickedAtMs', picked_at_ms, 'placedAtMs', placed_at_ms`,
    "relocation_moves",
    "relocation_id, no",
  )},
  'stocktakes', ${list(
    `'id', id, 'kind', kind, 'areaKey', area_key, 'aisle', aisle, 'state', state, 'startedAtMs', started_at_ms, 'linesHash', CASE WHEN state <> 'done' THEN NULL ELSE (
       SELECT coalesce(md5(string_agg(l::text, '' ORDER BY no)), '') FROM stocktake_lines l WHERE l.stocktake_id = stocktakes.id) END`,
    "stocktakes",
    "id",
  )},
  'findings', ${list(
    `'id', id, 'subject', subject, 'areaKey', area_key, 'aisle', aisle, 'class', class, 'boxId', box_id, 'barcode', barcode, 'epc', epc,
     'seenCode', seen_code, 'stocktakeId', stocktake_id, 'foundAtMs', found_at_ms, 'acknowledgedAtMs', acknowledged_at_ms`,
    "aisle_findings",
    "subject",
  )},
  'uses', ${list("'areaKey', area_key, 'aisle', aisle, 'isOpen', is_open, 'dueSinceMs', due_since_ms", "aisle_uses", "area_key, aisle")},
  'commands', ${list("'id', id, 'areaKey', area_key, 'verb', verb, 'state', state, 'epoch', epoch", "commands", "id")},
  'areas', ${list("'areaKey', area_key, 'epoch', epoch, 'inhibited', is_inhibited", "area_state", "area_key")},
  'locks', ${list("'id', id, 'areaKey', area_key, 'personId', person_id, 'reason', reason, 'sinceMs', since_ms", "area_locks", "id")},
  'people', (SELECT coalesce(json_agg(id ORDER BY id), '[]'::json) FROM people),
  'recordsHash', (SELECT coalesce(md5(string_agg(r::text, '' ORDER BY id)), '') FROM records r)
)::text AS facts`;

export async function readFacts(sql: Sql): Promise<Facts> {
  const [row] = await sql.unsafe<{ facts: string }[]>(statement);
  return JSON.parse(row?.facts ?? "{}") as Facts;
}

/** Rows after the last one seen of each chain, oldest first; advances `seen`. */
export async function readNewRows(sql: Sql, seen: Map<string, number>): Promise<JournalRow[]> {
  const marks = JSON.stringify(Object.fromEntries(seen));
  const rows = await sql.unsafe<{ row: string }[]>(
    `SELECT json_build_object('chain', chain, 'revision', revision, 'atMs', at_ms, 'actor', actor, 'kind', kind, 'subject', subject,
       'reason', reason, 'body', body, 'prevHash', prev_hash, 'hash', hash)::text AS row
     FROM journal WHERE revision > coalesce(($1::jsonb ->> chain)::int, 0) ORDER BY chain, revision`,
    [marks],
  );
  const read = rows.map(({ row }) => JSON.parse(row) as JournalRow);
  for (const { chain, revision } of read) seen.set(chain, Math.max(seen.get(chain) ?? 0, revision));
  return read;
}
