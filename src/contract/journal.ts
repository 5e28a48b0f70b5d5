import { type Static, Type } from "typebox";
import type { JournalKind } from "./kinds/journal-rows.ts";
import { listOf } from "./lists.ts";

/** A committed row of the journal. History, audit, outbox and live feed all use this one shape. */
export interface JournalRow {
  /** "room:r1", or "house" for the whole site (the stored name, see `siteChain`). */
  chain: string;
  /** Counts up by one within its chain, without gaps. */
  revision: number;
  atMs: number;
  actor: string;
  kind: JournalKind;
  /** The object of the row, e.g. "box:<id>", "area:r1.1". */
  subject: string | null;
  reason: string | null;
  /** Values after the change: replaying the chain gives the same state (I7). */
  body: Record<string, unknown>;
  prevHash: string;
  hash: string;
}

/** The actor: "person:<id>", "system:<token id>", "gateway" or "device:<id>". */
export type Actor = string;

/** Chain of all facts that belong to no room. The stored name is part of the rows' hashes, so it stays. */
export const siteChain = "house";
export function roomChain(roomId: string): string {
  return `room:${roomId}`;
}

/** A committed row as the API returns it. */
export const journalRowSchema = Type.Object(
  {
    chain: Type.String(),
    revision: Type.Integer(),
    atMs: Type.Integer(),
    actor: Type.String(),
    /** A plain string, because rows of other versions may have kinds that this version does not know. */
    kind: Type.Unsafe<JournalKind>({ type: "string" }),
    subject: Type.Union([Type.String(), Type.Null()]),
    reason: Type.Union([Type.String(), Type.Null()]),
    body: Type.Record(Type.String(), Type.Unknown()),
    prevHash: Type.String(),
    hash: Type.String(),
  },
  { additionalProperties: false },
);

/** By chain: oldest first, `head` is the chain's newest revision. By subject: newest first, paged, `head` is 0. */
export const journalPageSchema = listOf(journalRowSchema, { head: Type.Integer() });

/** Rows that fail verification; an empty list means that every row is as it was written. */
export const journalVerificationSchema = Type.Object(
  {
    rows: Type.Integer(),
    faults: Type.Array(
      Type.Object(
        {
          chain: Type.String(),
          revision: Type.Integer(),
          what: Type.Union([
            Type.Literal("changed"),
            Type.Literal("missing"),
            Type.Literal("reordered"),
            Type.Literal("head"),
          ]),
        },
        { additionalProperties: false },
      ),
    ),
    /** There were more faults than the list holds. */
    isCapped: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type JournalVerification = Static<typeof journalVerificationSchema>;
