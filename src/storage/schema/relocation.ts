import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { boxes } from "./catalogue.ts";
import { atMs, id } from "./columns.ts";
import { slots } from "./room.ts";

export const relocationStates = ["planned", "running", "paused", "done", "cancelled"] as const;
export const moveStates = ["planned", "picked", "placed", "skipped"] as const;

/** 批量移位 (relocation): a plan of moves, with its progress. */
export const relocations = pgTable(
  "relocations",
  {
    id: id().primaryKey(),
    roomId: text("room_id").notNull(),
    name: text("name").notNull(),
    state: text("state", { enum: relocationStates }).notNull(),
    actor: text("actor").notNull(),
    reason: text("reason").notNull(),
    /** The relocation that this one undoes. */
    undoOf: text("undo_of"),
    createdAtMs: atMs("created_at_ms").notNull(),
    endedAtMs: atMs("ended_at_ms"),
    preview: jsonb("preview").notNull(),
  },
  (t) => [
    index("relocations_time").on(t.createdAtMs),
    check("relocations_state", sql`${t.state} IN ('planned','running','paused','done','cancelled')`),
  ],
);

export const relocationMoves = pgTable(
  "relocation_moves",
  {
    relocationId: text("relocation_id")
      .notNull()
      .references(() => relocations.id),
    no: integer("no").notNull(),
    boxId: text("box_id")
      .notNull()
      .references(() => boxes.id),
    fromSlotId: text("from_slot_id")
      .notNull()
      .references(() => slots.id),
    toSlotId: text("to_slot_id")
      .notNull()
      .references(() => slots.id),
    state: text("state", { enum: moveStates }).notNull(),
    pickedAtMs: atMs("picked_at_ms"),
    placedAtMs: atMs("placed_at_ms"),
    /** How pick and put were verified. */
    evidence: jsonb("evidence").notNull(),
    skipReason: text("skip_reason"),
  },
  (t) => [
    primaryKey({ columns: [t.relocationId, t.no] }),
    // A box is in at most one open plan.
    uniqueIndex("relocation_moves_one_open").on(t.boxId).where(sql`${t.state} IN ('planned', 'picked')`),
    check("relocation_moves_state", sql`${t.state} IN ('planned','picked','placed','skipped')`),
  ],
);
