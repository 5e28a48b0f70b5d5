import { type Static, Type } from "typebox";
import type { JournalKind } from "./kinds/journal-rows.ts";
import { listOf } from "./lists.ts";

/** A committed row of the journal: history, audit, outbox and live feed are this one shape. */
export interface JournalRow {
  /** "room:r1" or "house" (the whole site; rows are kept under that name). */
  chain: string;
  /** Without gaps within its chain. */
  revision: number;
  atMs: number;
  actor: string;
  kind: JournalKind;
  /** What it is about, e.g. "box:<id>", "area:r1.1". */
  subject: string | null;
  reason: string | null;
  /** Values after the change: replaying the chain gives the same state (I7). */
  body: Record<string, unknown>;
  prevHash: string;
  hash: string;
}

/** Who acts: "person:<id>", "system:<token id>", "gateway" or "device:<id>". */
export type Actor = string;

/** Chain of all that belongs to no room. The name in the rows is part of their hashes, so it stays. */
export const siteChain = "house";
export function roomChain(roomId: string): string {
  return `room:${roomId}`;
}

/** A committed row, as the API gives it. */
export const journalRowSchema = Type.Object(
  {
    chain: Type.String(),
    revision: Type.Integer(),
    atMs: Type.Integer(),
    actor: Type.String(),
    /** A text: rows of earlier versions may have kinds that this one does not know. */
    kind: Type.Unsafe<JournalKind>({ type: "string" }),
    subject: Type.Union([Type.String(), Type.Null()]),
    reason: Type.Union([Type.String(), Type.Null()]),
    body: Type.Record(Type.String(), Type.Unknown()),
    prevHash: Type.String(),
    hash: Type.String(),
  },
  { additionalProperties: false },
);

/** A chain: oldest first, `head` is the chain's; a subject: newest first, paged, `head` is 0. */
export const journalPageSchema = listOf(journalRowSchema, { head: Type.Integer() });

/** What does not fit; no fault means that every row is as it was written. */
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
    /** There were more faults than are listed. */
    isCapped: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type JournalVerification = Static<typeof journalVerificationSchema>;
