import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { findingClasses } from "../../contract/kinds/findings.ts";
import { certainties } from "../../contract/kinds/stocktake-lines.ts";
import { atMs, id } from "./columns.ts";

/** 动态盘点: aisles that stand open, or whose faces wait to be read again; at most one row for each aisle. */
export const aisleUses = pgTable(
  "aisle_uses",
  {
    areaKey: text("area_key").notNull(),
    aisle: integer("aisle").notNull(),
    /** As last seen: an aisle that closed while the gateway was down is due at its start. */
    isOpen: boolean("is_open").notNull(),
    dueSinceMs: atMs("due_since_ms"),
    /** Stocktakes since then that did not cover everything. */
    tries: integer("tries").notNull(),
    /** The next try is not before this. */
    tryAtMs: atMs("try_at_ms").notNull(),
    /** The actor who asked for the stocktake; null: the gateway started it. */
    askedBy: text("asked_by"),
    /** How the newest stocktake ended; null before the first. */
    outcome: text("outcome", { enum: ["counted", "notCovered", "interrupted"] }),
    stocktakeId: text("stocktake_id"),
    layersTotal: integer("layers_total").notNull(),
    layersCovered: integer("layers_covered").notNull(),
  },
  (t) => [primaryKey({ columns: [t.areaKey, t.aisle] })],
);

/** Differences that delta stocktakes found and that nothing has settled since; one for each box or unknown tag. */
export const aisleFindings = pgTable(
  "aisle_findings",
  {
    /** Box id, or the EPC of a tag without box. */
    subject: text("subject").primaryKey(),
    id: id().notNull().unique(),
    areaKey: text("area_key").notNull(),
    aisle: integer("aisle").notNull(),
    class: text("class", { enum: findingClasses }).notNull(),
    certainty: text("certainty", { enum: certainties }).notNull(),
    boxId: text("box_id"),
    barcode: text("barcode"),
    epc: text("epc"),
    expectedCode: text("expected_code"),
    expectedLayerId: text("expected_layer_id"),
    seenLayerId: text("seen_layer_id"),
    seenCode: text("seen_code"),
    explanation: jsonb("explanation").notNull(),
    stocktakeId: text("stocktake_id").notNull(),
    foundAtMs: atMs("found_at_ms").notNull(),
    /** The row stays after it was acknowledged, so that the next stocktake does not report it again. */
    acknowledgedAtMs: atMs("acknowledged_at_ms"),
    acknowledgedBy: text("acknowledged_by"),
  },
  (t) => [index("aisle_findings_area").on(t.areaKey)],
);
