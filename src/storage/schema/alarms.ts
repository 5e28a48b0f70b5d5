import { sql } from "drizzle-orm";
import { check, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { atMs, id } from "./columns.ts";

/** Standing alarms of devices: raised, and not yet cleared by their device or a person. Cleared ones are in the journal only. */
export const standingAlarms = pgTable(
  "standing_alarms",
  {
    id: id().primaryKey(),
    roomId: text("room_id").notNull(),
    /** The device that raised it, as the broker proved it. */
    deviceId: text("device_id").notNull(),
    /** The device's own id for the alarm. */
    alarmId: text("alarm_id").notNull(),
    level: text("level", { enum: ["warning", "danger"] }).notNull(),
    kind: text("kind").notNull(),
    raisedAtMs: atMs("raised_at_ms").notNull(),
  },
  (t) => [
    uniqueIndex("standing_alarms_one").on(t.roomId, t.deviceId, t.alarmId),
    check("standing_alarms_level", sql`${t.level} IN ('warning','danger')`),
  ],
);
