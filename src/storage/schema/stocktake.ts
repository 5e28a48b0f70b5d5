import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { certainties, lineDecisions, stocktakeClasses } from "../../contract/kinds/stocktake-lines.ts";
import { atMs, id } from "./columns.ts";

export const stocktakeStates = ["running", "paused", "done", "cancelled"] as const;

export const stocktakes = pgTable(
  "stocktakes",
  {
    id: id().primaryKey(),
    roomId: text("room_id").notNull(),
    /** delta: the two faces of an aisle, after the aisle was used. */
    kind: text("kind", { enum: ["full", "delta"] }).notNull(),
    /** For a delta; null otherwise. */
    areaKey: text("area_key"),
    aisle: integer("aisle"),
    scope: jsonb("scope").notNull(),
    settings: jsonb("settings").notNull(),
    state: text("state", { enum: stocktakeStates }).notNull(),
    actor: text("actor").notNull(),
    startedAtMs: atMs("started_at_ms").notNull(),
    endedAtMs: atMs("ended_at_ms"),
    /** Revision of the room's journal at the start and at the end; changes in between are reconciled. */
    startRevision: integer("start_revision").notNull(),
    endRevision: integer("end_revision"),
    summary: jsonb("summary"),
  },
  (t) => [
    index("stocktakes_time").on(t.startedAtMs),
    uniqueIndex("stocktakes_one_open_delta")
      .on(t.areaKey)
      .where(sql`${t.kind} = 'delta' AND ${t.state} IN ('running', 'paused')`),
    check("stocktakes_kind", sql`(${t.kind} = 'delta') = (${t.areaKey} IS NOT NULL AND ${t.aisle} IS NOT NULL)`),
    check("stocktakes_state", sql`${t.state} IN ('running','paused','done','cancelled')`),
  ],
);

/** The work list: one row for each antenna in scope; a restart goes on with those that are not done. */
export const stocktakeAntennas = pgTable(
  "stocktake_antennas",
  {
    stocktakeId: text("stocktake_id").notNull(),
    readerId: text("reader_id").notNull(),
    antenna: integer("antenna").notNull(),
    layerId: text("layer_id").notNull(),
    roundsHealthy: integer("rounds_healthy").notNull(),
    roundsFailed: integer("rounds_failed").notNull(),
    fault: text("fault"),
    /** Rounds to ask for next. */
    roundsWanted: integer("rounds_wanted").notNull(),
    isDone: boolean("is_done").notNull(),
  },
  (t) => [primaryKey({ columns: [t.stocktakeId, t.readerId, t.antenna] })],
);

/** How each antenna read each tag: the evidence for the result. */
export const stocktakeEvidence = pgTable(
  "stocktake_evidence",
  {
    stocktakeId: text("stocktake_id").notNull(),
    epc: text("epc").notNull(),
    readerId: text("reader_id").notNull(),
    antenna: integer("antenna").notNull(),
    roundsAnswered: integer("rounds_answered").notNull(),
    /** Mean over the rounds that answered. */
    meanDbm: real("mean_dbm"),
    lastAtMs: atMs("last_at_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.stocktakeId, t.epc, t.readerId, t.antenna] })],
);

/** The result, stored by value: it never changes afterwards. */
export const stocktakeLines = pgTable(
  "stocktake_lines",
  {
    stocktakeId: text("stocktake_id").notNull(),
    no: integer("no").notNull(),
    class: text("class", { enum: stocktakeClasses }).notNull(),
    certainty: text("certainty", { enum: certainties }).notNull(),
    boxId: text("box_id"),
    barcode: text("barcode"),
    epc: text("epc"),
    expectedCode: text("expected_code"),
    expectedLayerId: text("expected_layer_id"),
    seenLayerId: text("seen_layer_id"),
    /** Location code of its layer, without a slot, at the time of the result. */
    seenCode: text("seen_code"),
    explanation: jsonb("explanation").notNull(),
    probability: real("probability"),
    alternatives: jsonb("alternatives").notNull(),
    proposals: jsonb("proposals").notNull(),
    evidence: jsonb("evidence").notNull(),
  },
  (t) => [primaryKey({ columns: [t.stocktakeId, t.no] }), index("stocktake_lines_class").on(t.stocktakeId, t.class)],
);

/** A person's decision about a line; stored beside the result, which never changes. The journal keeps earlier decisions. */
export const stocktakeDecisions = pgTable(
  "stocktake_decisions",
  {
    stocktakeId: text("stocktake_id").notNull(),
    no: integer("no").notNull(),
    decision: text("decision", { enum: lineDecisions }).notNull(),
    note: text("note"),
    actor: text("actor").notNull(),
    atMs: atMs("at_ms").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.stocktakeId, t.no] }),
    check("stocktake_decisions_decision", sql`${t.decision} IN ('done','dismissed')`),
  ],
);

/** How often a tag answered its own antenna in stocktakes that found it in place: its read probability is learned from this. */
export const tagHistory = pgTable("tag_history", {
  epc: text("epc").primaryKey(),
  roundsOffered: integer("rounds_offered").notNull(),
  roundsAnswered: integer("rounds_answered").notNull(),
});

/** Versions of what the antennas of an area read, learned from boxes known to be right; nothing is overwritten. */
export const antennaCalibrations = pgTable(
  "antenna_profiles",
  {
    areaKey: text("area_key").notNull(),
    version: integer("version").notNull(),
    calibration: jsonb("profile").notNull(),
    /** Stocktakes it was learned from; they are never judged with it. */
    stocktakeIds: jsonb("stocktake_ids").notNull(),
    actor: text("actor").notNull(),
    madeAtMs: atMs("made_at_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.areaKey, t.version] })],
);
