import { eq, sql } from "drizzle-orm";
import { type JoinedBox, joinedBox } from "../catalogue/box-view.ts";
import type { Context } from "../context.ts";
import { boxes, records, tags } from "../storage/schema/catalogue.ts";
import { people } from "../storage/schema/people.ts";
import { keptStatement } from "./kept-statement.ts";

export type RecordRow = typeof records.$inferSelect;

export interface FoundRow {
  record: RecordRow | null;
  box: JoinedBox | null;
}

/** Kinds of key, the strongest first: a location code names one box, a number may name several records. */
const kinds = ["locationCode", "barcode", "epc", "number"] as const;
export type KeyKind = (typeof kinds)[number];

const recordsPerKeyMax = 50;

/** Separate queries for the kinds would cost eight round trips, more than the search itself: one statement asks for all. */
const ask = keptStatement((db) => {
  const [typed, upper, number, upperNumber] = ["typed", "upper", "number", "upperNumber"].map((name) =>
    sql.placeholder(name),
  );
  const inside = sql`LEFT JOIN LATERAL
    (SELECT id FROM records WHERE box_id = b.id ORDER BY record_no LIMIT ${sql.raw(`${recordsPerKeyMax}`)}) i ON true`;
  const hit = sql`(
    (SELECT 0 AS kind, b.id AS box_id, i.id AS record_id FROM boxes b ${inside}
      WHERE b.current_slot_id = ${sql.placeholder("slotId")}::text)
    UNION ALL
    (SELECT 1, b.id, i.id FROM boxes b ${inside} WHERE b.barcode IN (${typed}, ${upper}))
    UNION ALL
    (SELECT 2, b.id, i.id FROM tags t JOIN boxes b ON b.id = t.box_id ${inside}
      WHERE t.epc = ${upper} AND t.unbound_at_ms IS NULL)
    UNION ALL
    (SELECT 3, r.box_id, r.id FROM records r
      WHERE r.customer_no = ${number} OR r.record_no = ${number} OR r.legal_entity_code = ${upperNumber}
      ORDER BY r.updated_at_ms DESC LIMIT ${sql.raw(`${recordsPerKeyMax}`)})
  ) AS hit`;
  return db
    .select({ kind: sql<number>`hit.kind`, record: records, box: boxes, epc: tags.epc, holderName: people.name })
    .from(hit)
    .leftJoin(records, sql`${records.id} = hit.record_id`)
    .leftJoin(boxes, sql`${boxes.id} = hit.box_id`)
    .leftJoin(tags, sql`${tags.boxId} = hit.box_id AND ${tags.unboundAtMs} IS NULL`)
    .leftJoin(people, eq(people.id, boxes.holderId))
    .prepare("find_by_key");
});

/** Rows that match a scanned or transmitted key, of the strongest kind with a match. */
export async function findByKey(context: Context, typed: string): Promise<{ kind: KeyKind; rows: FoundRow[] } | null> {
  const upper = typed.toUpperCase();
  const slot = context.layout.slotByCode.get(typed) ?? context.layout.slotByCode.get(upper);
  const number = typed.replace(/\s+/g, "");
  const upperNumber = number.toUpperCase();
  const found = await ask(context.db, 0, { slotId: slot?.id ?? null, typed, upper, number, upperNumber });
  const strongest = Math.min(...found.map((row) => row.kind));
  const kind = kinds[strongest];
  // The location code of an empty slot is still not a barcode.
  if (!kind || (slot && kind !== "locationCode")) return null;
  const rows = found.filter((row) => row.kind === strongest);
  if (kind === "number") rows.sort((a, b) => (b.record?.updatedAtMs ?? 0) - (a.record?.updatedAtMs ?? 0));
  else rows.sort((a, b) => ((a.record?.recordNo ?? "") < (b.record?.recordNo ?? "") ? -1 : 1));
  return { kind, rows: rows.map((row) => ({ record: row.record, box: joinedBox(row) })) };
}
