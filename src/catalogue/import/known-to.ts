import { sql } from "drizzle-orm";
import type { Tx } from "../../storage/db.ts";
import type { ImportRow } from "./check-row.ts";

export interface KnownRecord {
  id: string;
  version: number;
  boxId: string | null;
  [field: string]: unknown;
}

interface KnownBox extends Record<string, unknown> {
  id: string;
  barcode: string;
  slotId: string | null;
  epc: string | null;
  isWithdrawn: boolean;
}

/** Loads from the database everything about the numbers, barcodes, tags and slots that a batch names. */
export interface Known {
  boxes: Map<string, KnownBox>;
  barcodeOfEpc: Map<string, string>;
  barcodeOfSlot: Map<string, string>;
  reservedSlots: Map<string, string>;
  records: Map<string, KnownRecord>;
}

export async function knownTo(tx: Tx, rows: readonly ImportRow[]): Promise<Known> {
  const list = (values: (string | null | undefined)[]) =>
    sql`(SELECT jsonb_array_elements_text(${JSON.stringify([...new Set(values.filter((value) => value != null))])}::jsonb))`;
  const barcodes = list(rows.map((row) => row.box?.barcode));
  const epcs = list(rows.map((row) => row.box?.epc));
  const slotIds = list(rows.map((row) => row.box?.slotId));
  const boxes = await tx.execute<KnownBox>(sql`
    SELECT b.id, b.barcode, b.current_slot_id AS "slotId", t.epc, b.withdrawn_at_ms IS NOT NULL AS "isWithdrawn" FROM boxes b
    LEFT JOIN tags t ON t.box_id = b.id AND t.unbound_at_ms IS NULL WHERE b.barcode IN ${barcodes}`);
  const tagged = await tx.execute<{ epc: string; barcode: string }>(sql`
    SELECT t.epc, b.barcode FROM tags t JOIN boxes b ON b.id = t.box_id WHERE t.unbound_at_ms IS NULL AND t.epc IN ${epcs}`);
  const standing = await tx.execute<{ slot_id: string; barcode: string }>(sql`
    SELECT b.current_slot_id AS slot_id, b.barcode FROM boxes b WHERE b.current_slot_id IN ${slotIds}`);
  const reserved = await tx.execute<{ slot_id: string; barcode: string }>(sql`
    SELECT r.slot_id, b.barcode FROM reservations r JOIN boxes b ON b.id = r.box_id WHERE r.slot_id IN ${slotIds}`);
  const records = await tx.execute<Record<string, unknown>>(sql`
    SELECT id, version, record_no AS "recordNo", customer_no AS "customerNo", name, legal_entity_code AS "legalEntityCode",
      business_type AS "businessType", supply_office AS "supplyOffice", line, state, secrecy_level AS "secrecyLevel", box_id AS "boxId"
    FROM records WHERE record_no IN ${list(rows.map((row) => row.record?.recordNo))}`);
  return {
    boxes: new Map([...boxes].map((box) => [box.barcode, box])),
    barcodeOfEpc: new Map([...tagged].map((row) => [row.epc, row.barcode])),
    barcodeOfSlot: new Map([...standing].map((row) => [row.slot_id, row.barcode])),
    reservedSlots: new Map([...reserved].map((row) => [row.slot_id, row.barcode])),
    records: new Map([...records].map((row) => [row.recordNo as string, row as KnownRecord])),
  };
}
