import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, unique, uniqueIndex } from "drizzle-orm/pg-core";
import { atMs, id } from "./columns.ts";
import { people } from "./people.ts";

export const commandStates = ["stored", "sent", "accepted", "done", "refused", "failed", "expired", "stopped"] as const;

/** Motion commands: stored before they are sent, settled when the device confirms the end state. */
export const commands = pgTable(
  "commands",
  {
    id: id().primaryKey(),
    areaKey: text("area_key").notNull(),
    verb: text("verb").notNull(),
    aisle: integer("aisle").notNull(),
    wireId: integer("wire_id").notNull(),
    epoch: integer("epoch").notNull(),
    expectedOpenAisle: integer("expected_open_aisle").notNull(),
    /** Latest start. */
    expiresAtMs: atMs("expires_at_ms").notNull(),
    actor: text("actor").notNull(),
    reason: text("reason"),
    state: text("state", { enum: commandStates }).notNull(),
    /** Error code and parameters of a refusal or failure. */
    outcome: jsonb("outcome"),
    storedAtMs: atMs("stored_at_ms").notNull(),
    settledAtMs: atMs("settled_at_ms"),
  },
  (t) => [
    // I4: one open motion for each area.
    uniqueIndex("commands_one_open_motion")
      .on(t.areaKey)
      .where(sql`${t.state} IN ('stored', 'sent', 'accepted') AND ${t.verb} IN ('open', 'close', 'ventilate')`),
    index("commands_area_time").on(t.areaKey, t.storedAtMs),
    check(
      "commands_state",
      sql`${t.state} IN ('stored','sent','accepted','done','refused','failed','expired','stopped')`,
    ),
  ],
);

/** How much of each motion process's log is in the journal, so that no fact is written twice. */
export const motionLogs = pgTable("motion_logs", {
  logId: text("log_id").primaryKey(),
  lastFact: integer("last_fact").notNull(),
});

/** S22: the locks on areas; a row exists as long as its lock is on. */
export const areaLocks = pgTable(
  "area_locks",
  {
    id: id().primaryKey(),
    areaKey: text("area_key").notNull(),
    /** A person who is deactivated while their lock is on keeps it: somebody has to go and look. */
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    reason: text("reason").notNull(),
    sinceMs: atMs("since_ms").notNull(),
  },
  (t) => [
    unique("area_locks_one_a_person").on(t.areaKey, t.personId),
    check("area_locks_reason", sql`length(trim(${t.reason})) > 0`),
  ],
);
