/** 自动定位: one search box for customer number, name, pinyin initials, legal entity code, barcode, EPC and location code. */
import { and, desc, eq, inArray, isNull, or, sql } from "drizzle-orm";
import { boxViews, recordView } from "../catalogue/box-view.ts";
import type { SearchHit, SearchPage } from "../contract/catalogue.ts";
import type { House } from "../house.ts";
import { boxes, records, tags } from "../storage/schema/catalogue.ts";
import { bigramQuery, normaliseQuery, pinyinInitials } from "./search-text.ts";

type RecordRow = typeof records.$inferSelect;

/** Candidates taken from the bigram index before a common query walks the newest records instead. */
const candidatesMax = 2000;
const queryCharsMax = 64;

export interface SearchRequest {
  query: string;
  limit: number;
  cursor?: string | undefined;
}

/** Exact keys first (a scan finds its box at once), then any substring, newest record first. */
export async function search(house: House, request: SearchRequest): Promise<SearchPage> {
  const typed = request.query.trim().slice(0, queryCharsMax);
  const query = normaliseQuery(typed);
  if (query === "") return { hits: [], nextCursor: null, isCapped: false };
  if (!request.cursor) {
    const exact = await searchByKey(house, typed);
    if (exact.length > 0) return { hits: exact, nextCursor: null, isCapped: false };
  }
  const { rows, isCapped, nextCursor } = await searchBySubstring(house, query, request);
  return { hits: await hitsOf(house, rows, (row) => matchedField(row, query)), nextCursor, isCapped };
}

/** Hits by what a scanner or another system would send: location code, barcode, EPC, or a whole number. */
async function searchByKey(house: House, typed: string): Promise<SearchHit[]> {
  const upper = typed.toUpperCase();
  const slot = house.layout.slotByCode.get(typed) ?? house.layout.slotByCode.get(upper);
  if (slot) {
    const found = await house.db.select({ id: boxes.id }).from(boxes).where(eq(boxes.currentSlotId, slot.id));
    return boxHits(
      house,
      found.map((row) => row.id),
      "locationCode",
    );
  }
  const byBarcode = await house.db
    .select({ id: boxes.id })
    .from(boxes)
    .where(inArray(boxes.barcode, [typed, upper]))
    .limit(2);
  if (byBarcode.length > 0)
    return boxHits(
      house,
      byBarcode.map((row) => row.id),
      "barcode",
    );
  if (/^[0-9A-F]{8,124}$/.test(upper)) {
    const byEpc = await house.db
      .select({ id: tags.boxId })
      .from(tags)
      .where(and(eq(tags.epc, upper), isNull(tags.unboundAtMs)));
    if (byEpc.length > 0)
      return boxHits(
        house,
        byEpc.map((row) => row.id),
        "epc",
      );
  }
  const number = typed.replace(/\s+/g, "");
  const rows = await house.db
    .select()
    .from(records)
    .where(
      or(
        eq(records.customerNo, number),
        eq(records.recordNo, number),
        eq(records.legalEntityCode, number.toUpperCase()),
      ),
    )
    .orderBy(desc(records.updatedAtMs))
    .limit(50);
  return hitsOf(house, rows, (row) =>
    row.customerNo === number ? "customerNo" : row.recordNo === number ? "recordNo" : "legalEntityCode",
  );
}

async function boxHits(house: House, ids: readonly string[], matched: SearchHit["matched"]): Promise<SearchHit[]> {
  if (ids.length === 0) return [];
  const [views, rows] = await Promise.all([
    boxViews(house, ids),
    house.db
      .select()
      .from(records)
      .where(inArray(records.boxId, [...ids]))
      .orderBy(records.recordNo)
      .limit(50),
  ]);
  return views.flatMap((box): SearchHit[] => {
    const inside = rows.filter((row) => row.boxId === box.id);
    return inside.length === 0
      ? [{ matched, box, record: null }]
      : inside.map((row) => ({ matched, box, record: recordView(row) }));
  });
}

async function hitsOf(
  house: House,
  rows: readonly RecordRow[],
  matched: (row: RecordRow) => SearchHit["matched"],
): Promise<SearchHit[]> {
  const views = await boxViews(house, [...new Set(rows.flatMap((row) => row.boxId ?? []))]);
  const byId = new Map(views.map((view) => [view.id, view]));
  return rows.map((row) => ({
    matched: matched(row),
    record: recordView(row),
    box: row.boxId ? (byId.get(row.boxId) ?? null) : null,
  }));
}

interface SubstringPage {
  rows: RecordRow[];
  nextCursor: string | null;
  isCapped: boolean;
}

/**
 * Two steps (design 8): candidates from the bigram index while they are few; a common query, whose candidates would be
 * many, walks the newest records instead, where it finds a page at once. One statement for both makes the planner walk
 * the date index for rare names.
 */
async function searchBySubstring(house: House, query: string, request: SearchRequest): Promise<SubstringPage> {
  const { limit } = request;
  const after = request.cursor ? parseCursor(request.cursor) : null;
  const contains = sql`strpos(${records.searchText}, ${query}) > 0`;
  const candidates = await house.db
    .select({ id: records.id, updatedAtMs: records.updatedAtMs })
    .from(records)
    .where(sql`public.guiwei_bigrams(${records.searchText}) @@ ${bigramQuery(query)}::tsquery AND ${contains}`)
    .limit(candidatesMax + 1);
  if (candidates.length <= candidatesMax) {
    const ordered = candidates
      .sort((a, b) => b.updatedAtMs - a.updatedAtMs || (a.id < b.id ? 1 : -1))
      .filter((row) => !after || row.updatedAtMs < after.atMs || (row.updatedAtMs === after.atMs && row.id < after.id));
    const page = ordered.slice(0, limit);
    if (page.length === 0) return { rows: [], nextCursor: null, isCapped: false };
    const rows = await house.db
      .select()
      .from(records)
      .where(
        inArray(
          records.id,
          page.map((row) => row.id),
        ),
      );
    rows.sort((a, b) => b.updatedAtMs - a.updatedAtMs || (a.id < b.id ? 1 : -1));
    return { rows, nextCursor: ordered.length > limit ? cursorOf(rows.at(-1)) : null, isCapped: false };
  }
  const rows = await house.db
    .select()
    .from(records)
    .where(
      after ? and(contains, sql`(${records.updatedAtMs}, ${records.id}) < (${after.atMs}, ${after.id})`) : contains,
    )
    .orderBy(desc(records.updatedAtMs), desc(records.id))
    .limit(limit + 1);
  const page = rows.slice(0, limit);
  return { rows: page, nextCursor: rows.length > limit ? cursorOf(page.at(-1)) : null, isCapped: true };
}

function cursorOf(row: RecordRow | undefined): string | null {
  return row ? `${row.updatedAtMs}~${row.id}` : null;
}

function parseCursor(cursor: string): { atMs: number; id: string } | null {
  const [atMs, id] = cursor.split("~");
  return atMs && id && /^\d+$/.test(atMs) ? { atMs: Number(atMs), id } : null;
}

function matchedField(row: RecordRow, query: string): SearchHit["matched"] {
  if (normaliseQuery(row.name).includes(query)) return "name";
  if (normaliseQuery(row.customerNo).includes(query)) return "customerNo";
  if (normaliseQuery(row.recordNo).includes(query)) return "recordNo";
  if (row.legalEntityCode && normaliseQuery(row.legalEntityCode).includes(query)) return "legalEntityCode";
  return pinyinInitials(row.name).toLowerCase().includes(query) ? "pinyin" : "name";
}
