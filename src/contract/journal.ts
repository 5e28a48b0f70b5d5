import { type Static, Type } from "typebox";

/** A committed row of the journal: history, audit, outbox and live feed are this one shape. */
export interface JournalRow {
  /** "room:r1" or "house". */
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

/** Every kind of fact the house records. */
export const journalKinds = [
  // Boxes and their places: body carries the whole placement afterwards.
  "box.created",
  "box.placed",
  "box.taken",
  "box.returned",
  "box.in-transit",
  "box.home-changed",
  "box.withdrawn",
  "tag.bound",
  "tag.unbound",
  // Records and imports live on the house chain, one row a batch.
  "import.started",
  "import.paused",
  "import.resumed",
  "import.batch",
  "import.ended",
  // Motion: every decision with the inputs it saw.
  "aisle.requested",
  "aisle.decided",
  "aisle.settled",
  "area.stopped",
  "area.alarm",
  /** A person's own lock: put on, taken off by themselves, taken off by somebody else. The body names all that are left. */
  "area.locked",
  "area.unlocked",
  "area.lock-taken-off",
  "area.lock-lost",
  /** A device of the room called out, or took it back. */
  "room.alarm",
  /** A person cleared what a device had raised. */
  "room.alarm-cleared",
  /** So many alarms of a device were not taken, and why. */
  "room.alarms-refused",
  "slot.lit",
  // Work.
  "stocktake.started",
  "stocktake.paused",
  "stocktake.resumed",
  "stocktake.ended",
  /** A person took up a line of the result or laid it aside. */
  "stocktake.decided",
  /** A profile of an area's antennas was learned from finished counts. */
  "profile.learned",
  /** A person has seen what a delta stocktake found. */
  "finding.acknowledged",
  /** Somebody listened for a box by hand, and how that ended. */
  "hunt.started",
  "hunt.ended",
  "relocation.planned",
  "relocation.started",
  "relocation.picked",
  "relocation.placed",
  "relocation.skipped",
  "relocation.paused",
  "relocation.resumed",
  "relocation.ended",
  // House.
  "person.created",
  "person.changed",
  "person.signed-in",
  "person.signed-out",
  "person.sign-in-refused",
  "token.created",
  "token.revoked",
  "site.loaded",
  /** The machine's own clock: it follows its time source again or no more; it was set, or the machine slept. */
  "machine.time",
  "machine.clock-gap",
  /** Made and read back: the body names the file, its rows, bytes and sha256. */
  "backup.made",
  "backup.failed",
  "backup.downloaded",
] as const;
export type JournalKind = (typeof journalKinds)[number];

/** Who acts: "person:<id>", "system:<token id>", "gateway" or "device:<id>". */
export type Actor = string;

export const houseChain = "house";
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
    kind: Type.String(),
    subject: Type.Union([Type.String(), Type.Null()]),
    reason: Type.Union([Type.String(), Type.Null()]),
    body: Type.Record(Type.String(), Type.Unknown()),
    prevHash: Type.String(),
    hash: Type.String(),
  },
  { additionalProperties: false },
);

/** GET /api/v1/journal?chain=…&after=… (oldest first, `head` is the chain's) or ?subject=… (newest first, `head` is 0, paged). */
export const journalPageSchema = Type.Object(
  {
    rows: Type.Array(journalRowSchema),
    head: Type.Integer(),
    nextCursor: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
);

/** GET /api/v1/journal/verify: what does not fit; no fault means that every row is as it was written. */
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
