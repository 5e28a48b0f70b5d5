/** 自动定位: one search box for customer number, name, pinyin initials, legal entity code, barcode, EPC and location code. */
import { boxView, recordView } from "../catalogue/box-view.ts";
import type { Context } from "../context.ts";
import type { SearchHit, SearchPage } from "../contract/catalogue.ts";
import { type FoundRow, findByKey, type KeyKind, type RecordRow } from "./find-by-key.ts";
import { findBySubstring, type Place } from "./find-by-substring.ts";
import { normaliseQuery, pinyinInitials } from "./search-text.ts";

const queryCharsMax = 64;

export interface SearchRequest {
  query: string;
  limit: number;
  cursor?: string | undefined;
}

/**
 * Exact keys first (a scan finds its box at once), then any substring, newest record first. Within a page, records with exactly
 * that name come before others, and those with a box before those without; paging itself goes by time, or rows would be lost.
 */
export async function search(context: Context, request: SearchRequest): Promise<SearchPage> {
  const typed = request.query.trim().slice(0, queryCharsMax);
  const query = normaliseQuery(typed);
  if (query === "") return { items: [], nextCursor: null, isCapped: false };
  if (!request.cursor) {
    const exact = await findByKey(context, typed);
    if (exact) {
      const items = boxesFirst(exact.rows).map((row) => hitOf(context, row, matchedKey(exact.kind, row, typed)));
      return { items, nextCursor: null, isCapped: false };
    }
  }
  const after = request.cursor ? parseCursor(request.cursor) : null;
  const { rows, isCapped } = await findBySubstring(context, query, request.limit + 1, after);
  const page = rows.slice(0, request.limit);
  return {
    items: boxesFirst(page, query).map((row) =>
      hitOf(context, row, row.record ? matchedField(row.record, query) : "name"),
    ),
    nextCursor: rows.length > request.limit ? cursorOf(page.at(-1)?.record) : null,
    isCapped,
  };
}

/** The rows, stably sorted by that rank. */
function boxesFirst(rows: readonly FoundRow[], name = ""): FoundRow[] {
  const rank = ({ record, box }: FoundRow) =>
    (name !== "" && record && normaliseQuery(record.name) === name ? 0 : 2) + (box ? 0 : 1);
  return [...rows].sort((a, b) => rank(a) - rank(b));
}

function hitOf(context: Context, { record, box }: FoundRow, matched: SearchHit["matched"]): SearchHit {
  return { matched, record: record && recordView(record), box: box && boxView(context.layout, box) };
}

function cursorOf(row: RecordRow | null | undefined): string | null {
  return row ? `${row.updatedAtMs}~${row.id}` : null;
}

function parseCursor(cursor: string): Place | null {
  const [atMs, id] = cursor.split("~");
  return atMs && id && /^\d{1,15}$/.test(atMs) ? { atMs: Number(atMs), id } : null;
}

function matchedKey(kind: KeyKind, { record }: FoundRow, typed: string): SearchHit["matched"] {
  if (kind !== "number") return kind;
  const number = typed.replace(/\s+/g, "");
  if (record?.customerNo === number) return "customerNo";
  return record?.recordNo === number ? "recordNo" : "legalEntityCode";
}

function matchedField(row: RecordRow, query: string): SearchHit["matched"] {
  if (normaliseQuery(row.name).includes(query)) return "name";
  if (normaliseQuery(row.customerNo).includes(query)) return "customerNo";
  if (normaliseQuery(row.recordNo).includes(query)) return "recordNo";
  if (row.legalEntityCode && normaliseQuery(row.legalEntityCode).includes(query)) return "legalEntityCode";
  return pinyinInitials(row.name).toLowerCase().includes(query) ? "pinyin" : "name";
}
