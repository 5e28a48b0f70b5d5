import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { atMs } from "./columns.ts";

/** Head of each hash chain ("room:r1" …, "house"): locked while a row is appended, so that revisions have no gap. */
export const chainHeads = pgTable("chain_heads", {
  chain: text("chain").primaryKey(),
  revision: integer("revision").notNull(),
  hash: text("hash").notNull(),
});

/** 日志: append-only; a trigger refuses UPDATE and DELETE (see functions.sql). */
export const journal = pgTable(
  "journal",
  {
    chain: text("chain").notNull(),
    revision: integer("revision").notNull(),
    atMs: atMs("at_ms").notNull(),
    actor: text("actor").notNull(),
    kind: text("kind").notNull(),
    subject: text("subject"),
    reason: text("reason"),
    body: jsonb("body").notNull(),
    prevHash: text("prev_hash").notNull(),
    hash: text("hash").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chain, t.revision] }),
    index("journal_subject").on(t.subject, t.atMs),
    index("journal_kind").on(t.kind, t.atMs),
    check("journal_revision_positive", sql`${t.revision} > 0`),
  ],
);
