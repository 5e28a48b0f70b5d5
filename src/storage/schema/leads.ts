import { bigint, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/** Which gateway may move and write, one row a room (src/lead). Times are the database's: clocks of gateways may differ. */
export const leads = pgTable("leads", {
  roomId: text("room_id").primaryKey(),
  /** Grows with every grant: no two grants have the same. */
  epoch: bigint("epoch", { mode: "number" }).notNull(),
  holder: text("holder").notNull(),
  holderName: text("holder_name").notNull(),
  url: text("url"),
  takenAt: timestamp("taken_at", { withTimezone: true }).notNull(),
  expiresAt: timestamp("expires_at", { withTimezone: true }).notNull(),
  /** Keys of areas that need a reset, as the present or last leader's motion reported; its gateway may not have stored that. */
  stopped: jsonb("stopped").$type<string[]>(),
});
