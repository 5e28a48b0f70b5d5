import { sql } from "drizzle-orm";
import { boolean, check, doublePrecision, index, integer, pgTable, text, unique } from "drizzle-orm/pg-core";
import { atMs } from "./columns.ts";

/** Layers and slots of the site file, stored so that constraints can refer to them; rewritten from the file at start. */
export const layers = pgTable("layers", {
  id: text("id").primaryKey(),
  roomId: text("room_id").notNull(),
  areaId: text("area_id").notNull(),
  usableWidthMm: doublePrecision("usable_width_mm").notNull(),
});

export const slots = pgTable(
  "slots",
  {
    id: text("id").primaryKey(),
    layerId: text("layer_id")
      .notNull()
      .references(() => layers.id),
    slot: integer("slot").notNull(),
    widthMm: doublePrecision("width_mm").notNull(),
    offsetMm: doublePrecision("offset_mm").notNull(),
    layerWidthMm: doublePrecision("layer_width_mm").notNull(),
    locationCode: text("location_code").notNull(),
    /** A slot that a changed site file no longer has stays for the history, but takes no box. */
    retiredAtMs: atMs("retired_at_ms"),
  },
  (t) => [
    unique("slots_id_width").on(t.id, t.widthMm),
    index("slots_layer").on(t.layerId),
    index("slots_code").on(t.locationCode),
    // Slots lie side by side inside their layer: with one box for each slot and no box wider than its slot (boxes), no layer is
    // overfull.
    check("slots_inside_layer", sql`${t.offsetMm} >= 0 AND ${t.offsetMm} + ${t.widthMm} <= ${t.layerWidthMm}`),
  ],
);

/** State of an area's controller loop that must survive a restart. */
export const areaState = pgTable("area_state", {
  /** "r1.1" */
  areaKey: text("area_key").primaryKey(),
  epoch: integer("epoch").notNull(),
  /** The last one used. */
  wireId: integer("wire_id").notNull(),
  /** 禁止移动 (inhibit) outlives a restart of the gateway. */
  isInhibited: boolean("is_inhibited").notNull(),
  /** The controller's own inhibit was set for people's locks, and is to be released after the last of them. */
  isHeldForLocks: boolean("is_held_for_locks").notNull(),
  /** Stopped and not reset since (S3); survives a restart of the gateway. */
  isStopped: boolean("is_stopped").notNull().default(false),
});
