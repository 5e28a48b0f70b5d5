import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { atMs, id } from "./columns.ts";

export const people = pgTable(
  "people",
  {
    id: id().primaryKey(),
    login: text("login").notNull(),
    name: text("name").notNull(),
    /** argon2id; null = cannot sign in (a person who only borrows). */
    passwordHash: text("password_hash"),
    roles: text("roles").array().notNull(),
    language: text("language", { enum: ["zh", "en"] }).notNull(),
    isActive: boolean("is_active").notNull(),
    version: integer("version").notNull(),
    createdAtMs: atMs("created_at_ms").notNull(),
  },
  (t) => [uniqueIndex("people_login").on(sql`lower(${t.login})`)],
);

/** Sessions with an opaque cookie: only its hash is stored. */
export const sessions = pgTable(
  "sessions",
  {
    tokenHash: text("token_hash").primaryKey(),
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    createdAtMs: atMs("created_at_ms").notNull(),
    lastSeenAtMs: atMs("last_seen_at_ms").notNull(),
    expiresAtMs: atMs("expires_at_ms").notNull(),
  },
  (t) => [index("sessions_person").on(t.personId)],
);

/** API tokens of business systems: shown once, stored as a hash. */
export const tokens = pgTable("tokens", {
  id: id().primaryKey(),
  name: text("name").notNull(),
  tokenHash: text("token_hash").notNull().unique(),
  roles: text("roles").array().notNull(),
  createdBy: text("created_by").notNull(),
  createdAtMs: atMs("created_at_ms").notNull(),
  revokedAtMs: atMs("revoked_at_ms"),
});

/** One-time codes, for the first set-up and the demo's link. */
export const oneTimeCodes = pgTable("one_time_codes", {
  codeHash: text("code_hash").primaryKey(),
  purpose: text("purpose", { enum: ["set-up", "demo-sign-in"] }).notNull(),
  personId: text("person_id"),
  expiresAtMs: atMs("expires_at_ms").notNull(),
  usedAtMs: atMs("used_at_ms"),
});

export const idempotencyKeys = pgTable("idempotency_keys", {
  /** Actor and key joined. */
  key: text("key").primaryKey(),
  requestHash: text("request_hash").notNull(),
  status: integer("status"),
  response: jsonb("response"),
  createdAtMs: atMs("created_at_ms").notNull(),
});
