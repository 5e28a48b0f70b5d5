import { bigint, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/** Who may move and write, a row a room (src/lead). In the database's own time: the clocks of two gateways may differ. */
export const leads = pgTable("leads", {
  roomId: text("room_id").primaryKey(),
  /** Higher with every grant: no two have the same. */
  epoch: bigint("epoch", { mode: "number" }).notNull(),
  holder: text("holder").notNull(),
  holderName: text("holder_name").notNull(),
  url: text("url"),
  takenAt: timestamp("taken_at", { withTimezone: true }).notNull(),
  expiresAt: timestamp("expires_at", { withTimezone: true }).notNull(),
  /** Keys of areas that want a reset, as the motion of who leads or led last said; its gateway may have stored nothing of it. */
  stopped: jsonb("stopped").$type<string[]>(),
});
