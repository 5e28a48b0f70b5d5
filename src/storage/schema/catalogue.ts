import { sql } from "drizzle-orm";
import {
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { atMs, id } from "./columns.ts";
import { people } from "./people.ts";
import { slots } from "./room.ts";

export const placeKinds = ["slot", "person", "transit", "unknown"] as const;

/** 档案盒 (boxes) with their placement: exactly one place at a time (I1). */
export const boxes = pgTable(
  "boxes",
  {
    id: id().primaryKey(),
    barcode: text("barcode").notNull(),
    thicknessMm: integer("thickness_mm").notNull(),
    homeSlotId: text("home_slot_id").references(() => slots.id),
    place: text("place", { enum: placeKinds }).notNull(),
    currentSlotId: text("current_slot_id"),
    /** Copied from the slot so that the database itself refuses a box that does not fit (I2). */
    currentSlotWidthMm: doublePrecision("current_slot_width_mm"),
    holderId: text("holder_id").references(() => people.id),
    sinceMs: atMs("since_ms").notNull(),
    /** Evidence of the place: { by: "import" | "slot-scan" | "light" | "radio" | "person" | "stocktake", … }. */
    evidence: jsonb("evidence").notNull(),
    /** Grows with every change of the row; an update names the version that it read. */
    version: integer("version").notNull(),
    createdAtMs: atMs("created_at_ms").notNull(),
    withdrawnAtMs: atMs("withdrawn_at_ms"),
  },
  (t) => [
    uniqueIndex("boxes_barcode").on(t.barcode),
    uniqueIndex("boxes_current_slot").on(t.currentSlotId),
    index("boxes_home_slot").on(t.homeSlotId),
    index("boxes_holder").on(t.holderId),
    foreignKey({
      name: "boxes_current_slot_fk",
      columns: [t.currentSlotId, t.currentSlotWidthMm],
      foreignColumns: [slots.id, slots.widthMm],
    }),
    check(
      "boxes_one_place",
      sql`(${t.place} = 'slot') = (${t.currentSlotId} IS NOT NULL) AND (${t.place} = 'person') = (${t.holderId} IS NOT NULL)`,
    ),
    check("boxes_slot_width_known", sql`(${t.currentSlotId} IS NULL) = (${t.currentSlotWidthMm} IS NULL)`),
    check("boxes_fits", sql`${t.currentSlotWidthMm} IS NULL OR ${t.thicknessMm} <= ${t.currentSlotWidthMm}`),
    check("boxes_place", sql`${t.place} IN ('slot','person','transit','unknown')`),
    check("boxes_thickness", sql`${t.thicknessMm} BETWEEN 1 AND 1000`),
  ],
);

/** 标签 (tags): a tag is on one box, and a box has one tag, at a time; unbound tags stay for the history. */
export const tags = pgTable(
  "tags",
  {
    id: id().primaryKey(),
    epc: text("epc").notNull(),
    boxId: text("box_id")
      .notNull()
      .references(() => boxes.id),
    boundAtMs: atMs("bound_at_ms").notNull(),
    unboundAtMs: atMs("unbound_at_ms"),
  },
  (t) => [
    uniqueIndex("tags_one_box").on(t.epc).where(sql`${t.unboundAtMs} IS NULL`),
    uniqueIndex("tags_one_tag").on(t.boxId).where(sql`${t.unboundAtMs} IS NULL`),
  ],
);

export const recordStates = ["active", "closed"] as const;

/** 档案: a record of the business system; one without a box is electronic only (全程电子化). */
export const records = pgTable(
  "records",
  {
    id: id().primaryKey(),
    recordNo: text("record_no").notNull(),
    customerNo: text("customer_no").notNull(),
    name: text("name").notNull(),
    legalEntityCode: text("legal_entity_code"),
    businessType: text("business_type"),
    supplyOffice: text("supply_office"),
    line: text("line"),
    state: text("state", { enum: recordStates }).notNull(),
    secrecyLevel: text("secrecy_level").notNull(),
    boxId: text("box_id").references(() => boxes.id),
    /** The text that the search box searches, made by searchTextOf (catalogue). */
    searchText: text("search_text").notNull(),
    version: integer("version").notNull(),
    updatedAtMs: atMs("updated_at_ms").notNull(),
  },
  (t) => [
    uniqueIndex("records_record_no").on(t.recordNo),
    index("records_customer_no").on(t.customerNo),
    index("records_legal_entity").on(t.legalEntityCode),
    index("records_box").on(t.boxId),
    // The index contains the text: a walk over the newest records reads only the index, a hundred records a page.
    index("records_recent").on(t.updatedAtMs, t.id, t.searchText),
    index("records_bigrams").using("gin", sql`public.guiwei_bigrams(${t.searchText})`),
    check("records_state", sql`${t.state} IN ('active','closed')`),
  ],
);

/** 借阅: a box lent to a person; closed by its return. */
export const loans = pgTable(
  "loans",
  {
    id: id().primaryKey(),
    boxId: text("box_id")
      .notNull()
      .references(() => boxes.id),
    holderId: text("holder_id")
      .notNull()
      .references(() => people.id),
    reason: text("reason").notNull(),
    takenAtMs: atMs("taken_at_ms").notNull(),
    dueAtMs: atMs("due_at_ms"),
    returnedAtMs: atMs("returned_at_ms"),
  },
  (t) => [
    uniqueIndex("loans_one_open").on(t.boxId).where(sql`${t.returnedAtMs} IS NULL`),
    index("loans_holder").on(t.holderId),
  ],
);

/** A suggested slot is reserved for one box until it expires. */
export const reservations = pgTable(
  "reservations",
  {
    slotId: text("slot_id")
      .primaryKey()
      .references(() => slots.id),
    boxId: text("box_id")
      .notNull()
      .references(() => boxes.id),
    purpose: text("purpose").notNull(),
    relocationId: text("relocation_id"),
    expiresAtMs: atMs("expires_at_ms").notNull(),
  },
  (t) => [uniqueIndex("reservations_box").on(t.boxId)],
);

export const importStates = ["received", "checked", "running", "done", "failed", "cancelled"] as const;

export const imports = pgTable("imports", {
  id: id().primaryKey(),
  filename: text("filename").notNull(),
  state: text("state", { enum: importStates }).notNull(),
  actor: text("actor").notNull(),
  rowsTotal: integer("rows_total").notNull(),
  rowsDone: integer("rows_done").notNull(),
  rowsRefused: integer("rows_refused").notNull(),
  startedAtMs: atMs("started_at_ms").notNull(),
  endedAtMs: atMs("ended_at_ms"),
  summary: jsonb("summary").notNull(),
});
