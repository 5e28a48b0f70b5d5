import { and, isNull, type SQL, sql } from "drizzle-orm";
import type { SelectBoxes } from "../contract/relocation.ts";
import type { Db, Tx } from "../storage/db.ts";
import { boxes, records } from "../storage/schema/catalogue.ts";

const boxesMax = 20_000;

export interface SelectedBox {
  id: string;
  barcode: string;
  thicknessMm: number;
  place: string;
  slotId: string | null;
}

/**
 * Boxes that a filter or a list names. A record filter selects a box only if every record in it matches: one active customer
 * keeps a shared box where it is.
 */
export async function selectBoxes(db: Db | Tx, select: SelectBoxes): Promise<SelectedBox[]> {
  const conditions: SQL[] = [];
  const field = (column: SQL | typeof records.line, value: string) =>
    sql`EXISTS (SELECT 1 FROM ${records} WHERE ${records.boxId} = ${boxes.id})
      AND NOT EXISTS (SELECT 1 FROM ${records} WHERE ${records.boxId} = ${boxes.id} AND ${column} IS DISTINCT FROM ${value})`;
  if (select.recordState) conditions.push(field(sql`${records.state}`, select.recordState));
  if (select.supplyOffice) conditions.push(field(sql`${records.supplyOffice}`, select.supplyOffice));
  if (select.line) conditions.push(field(records.line, select.line));
  if (select.businessType) conditions.push(field(sql`${records.businessType}`, select.businessType));
  if (select.barcodes)
    conditions.push(
      sql`${boxes.barcode} IN (SELECT jsonb_array_elements_text(${JSON.stringify(select.barcodes)}::jsonb))`,
    );
  if (select.fromAreaKey) {
    const [roomId, areaId] = select.fromAreaKey.split(".");
    conditions.push(sql`EXISTS (SELECT 1 FROM slots s JOIN layers l ON l.id = s.layer_id
      WHERE s.id = ${boxes.currentSlotId} AND l.room_id = ${roomId} AND l.area_id = ${areaId})`);
  }
  if (conditions.length === 0) return [];
  return db
    .select({
      id: boxes.id,
      barcode: boxes.barcode,
      thicknessMm: boxes.thicknessMm,
      place: boxes.place,
      slotId: boxes.currentSlotId,
    })
    .from(boxes)
    .where(and(isNull(boxes.withdrawnAtMs), ...conditions))
    .orderBy(boxes.barcode)
    .limit(Math.min(select.boxesMax ?? boxesMax, boxesMax));
}

/** Slots of these areas that hold no box and are reserved for none. */
export async function freeSlotIds(
  db: Db | Tx,
  roomId: string,
  areaId: string,
  atMs: number,
): Promise<{ id: string; widthMm: number }[]> {
  const rows = await db.execute<{ id: string; width_mm: number }>(sql`
    SELECT s.id, s.width_mm FROM slots s JOIN layers l ON l.id = s.layer_id
    WHERE l.room_id = ${roomId} AND l.area_id = ${areaId} AND s.retired_at_ms IS NULL
      AND NOT EXISTS (SELECT 1 FROM boxes b WHERE b.current_slot_id = s.id)
      AND NOT EXISTS (SELECT 1 FROM reservations r WHERE r.slot_id = s.id AND r.expires_at_ms > ${atMs})`);
  return rows.map((row) => ({ id: row.id, widthMm: Number(row.width_mm) }));
}

/** Boxes that are in an open plan already. */
export async function boxesInPlans(db: Db | Tx): Promise<Set<string>> {
  const rows = await db.execute<{ box_id: string }>(
    sql`SELECT box_id FROM relocation_moves WHERE state IN ('planned', 'picked')`,
  );
  return new Set(rows.map((row) => row.box_id));
}

/** Millimetres of boxes standing in an area, by its current slots. */
export async function boxesWidthMm(db: Db | Tx, roomId: string, areaId: string): Promise<number> {
  const [row] = await db.execute<{ mm: number | null }>(sql`
    SELECT sum(b.thickness_mm)::float8 AS mm FROM boxes b JOIN slots s ON s.id = b.current_slot_id JOIN layers l ON l.id = s.layer_id
    WHERE l.room_id = ${roomId} AND l.area_id = ${areaId}`);
  return row?.mm ?? 0;
}
