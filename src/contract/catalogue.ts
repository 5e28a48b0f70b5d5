import { type Static, Type } from "typebox";
import { listOf } from "./lists.ts";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

export const placeSchema = Type.Object(
  {
    kind: Type.Enum(["slot", "person", "transit", "unknown"]),
    slotId: nullable(Type.String()),
    locationCode: nullable(Type.String()),
    areaKey: nullable(Type.String()),
    aisle: nullable(Type.Integer()),
    holder: nullable(Type.Object({ id: Type.String(), name: Type.String() }, strict)),
    sinceMs: Type.Integer(),
    evidence: Type.Record(Type.String(), Type.Unknown()),
  },
  strict,
);

export const recordSchema = Type.Object(
  {
    id: Type.String(),
    recordNo: Type.String(),
    customerNo: Type.String(),
    name: Type.String(),
    legalEntityCode: nullable(Type.String()),
    businessType: nullable(Type.String()),
    supplyOffice: nullable(Type.String()),
    line: nullable(Type.String()),
    state: Type.Union([Type.Literal("active"), Type.Literal("closed")]),
    secrecyLevel: Type.String(),
    boxId: nullable(Type.String()),
    version: Type.Integer(),
  },
  strict,
);

export const boxSchema = Type.Object(
  {
    id: Type.String(),
    barcode: Type.String(),
    epc: nullable(Type.String()),
    thicknessMm: Type.Integer(),
    homeSlotId: nullable(Type.String()),
    homeLocationCode: nullable(Type.String()),
    place: placeSchema,
    /** When it was withdrawn (注销); null while it is in use. */
    withdrawnAtMs: nullable(Type.Integer()),
    version: Type.Integer(),
  },
  strict,
);

export const boxDetailSchema = Type.Object({ ...boxSchema.properties, records: Type.Array(recordSchema) }, strict);

/** One hit for each box, and for each record without a box. */
export const searchHitSchema = Type.Object(
  {
    /** The field that matched. */
    matched: Type.Enum([
      "customerNo",
      "recordNo",
      "name",
      "pinyin",
      "legalEntityCode",
      "barcode",
      "epc",
      "locationCode",
    ]),
    record: nullable(recordSchema),
    box: nullable(boxSchema),
  },
  strict,
);
export const searchPageSchema = listOf(searchHitSchema, {
  /** The search stopped at its limit; there may be more hits. */
  isCapped: Type.Boolean(),
});

/** Which steps between a fresh installation and the first box found are done. */
export const firstBoxSchema = Type.Object(
  {
    slots: Type.Integer(),
    /** Some person who can sign in has the rights to put boxes away and to open aisles. */
    hasStaff: Type.Boolean(),
    /** The oldest box. */
    box: nullable(Type.Object({ id: Type.String(), barcode: Type.String() }, strict)),
    hasTag: Type.Boolean(),
    isPlaced: Type.Boolean(),
    /** An aisle was opened for a box. */
    isShown: Type.Boolean(),
  },
  strict,
);

/** Creates one box by hand. */
export const createBoxBody = Type.Object(
  {
    barcode: Type.String({ minLength: 1, maxLength: 64 }),
    thicknessMm: Type.Integer({ minimum: 1, maximum: 200 }),
    epc: Type.Optional(Type.String({ pattern: "^[0-9A-Fa-f]{4,124}$" })),
    homeLocationCode: Type.Optional(Type.String({ maxLength: 64 })),
    /** The slot in which the box stands already, if any. */
    locationCode: Type.Optional(Type.String({ maxLength: 64 })),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
);
export const bindTagBody = Type.Object(
  { epc: Type.String({ pattern: "^[0-9A-Fa-f]{4,124}$" }), reason: Type.Optional(Type.String({ maxLength: 500 })) },
  strict,
);
/** Records that a person put a box into a slot; the evidence is the scan of the slot. */
export const placeBoxBody = Type.Object(
  {
    locationCode: Type.String({ maxLength: 64 }),
    scannedLocationCode: Type.Optional(Type.String({ maxLength: 64 })),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
  },
  strict,
);
export const takeBoxBody = Type.Object(
  {
    holderId: Type.String(),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
    dueAtMs: Type.Optional(Type.Integer()),
  },
  strict,
);
/** Returns a box to its home slot, or to the slot named here. */
export const returnBoxBody = Type.Object(
  {
    locationCode: Type.Optional(Type.String({ maxLength: 64 })),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
);
/** Sets a new home slot. */
export const changeHomeBody = Type.Object(
  { locationCode: Type.String({ minLength: 1, maxLength: 64 }), reason: Type.String({ minLength: 1, maxLength: 500 }) },
  strict,
);
export const withdrawBoxBody = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, strict);
const loanSchema = Type.Object(
  {
    id: Type.String(),
    boxId: Type.String(),
    barcode: Type.String(),
    holder: Type.Object({ id: Type.String(), name: Type.String() }, strict),
    reason: Type.String(),
    takenAtMs: Type.Integer(),
    dueAtMs: nullable(Type.Integer()),
    returnedAtMs: nullable(Type.Integer()),
  },
  strict,
);

export const loansPageSchema = listOf(loanSchema);

/**
 * waiting: for imports and jobs before it; reading: the file; comparing: its rows with each other; checking: its rows, without
 * writing; checking-again: from the first row, because the data that the rows were checked against changed during an
 * interruption; database-away: waiting for the database; writing: the rows.
 */
export const importPhases = [
  "waiting",
  "reading",
  "comparing",
  "checking",
  "checking-again",
  "database-away",
  "writing",
] as const;

export const importProgressSchema = Type.Object(
  {
    phase: Type.Enum([...importPhases]),
    /** Rows done in this phase. */
    rows: Type.Integer(),
    /** Share of this phase that is done, 0 to 1; null while unknown. */
    share: nullable(Type.Number()),
    /** Imports and jobs that wait before it. */
    ahead: Type.Integer(),
  },
  strict,
);

export const importViewSchema = Type.Object(
  {
    id: Type.String(),
    filename: Type.String(),
    state: Type.Enum(["received", "checked", "running", "done", "failed", "cancelled"]),
    /** A person paused its check (state received) or its run (state running). Resumed, it goes on where it stopped. */
    isPaused: Type.Boolean(),
    rowsTotal: Type.Integer(),
    /** Rows that its run wrote or refused, all tries together. */
    rowsDone: Type.Integer(),
    rowsRefused: Type.Integer(),
    /** Rows by outcome, as its check predicts or as its run has written so far: created, changed, unchanged, refused. */
    summary: Type.Record(Type.String(), Type.Unknown()),
    startedAtMs: Type.Integer(),
    endedAtMs: nullable(Type.Integer()),
    /** Null while nothing works on the import. */
    progress: nullable(importProgressSchema),
  },
  strict,
);

export type Place = Static<typeof placeSchema>;
export type RecordView = Static<typeof recordSchema>;
export type BoxView = Static<typeof boxSchema>;
export type BoxDetail = Static<typeof boxDetailSchema>;
export type SearchHit = Static<typeof searchHitSchema>;
export type SearchPage = Static<typeof searchPageSchema>;
export type LoanView = Static<typeof loanSchema>;
export type ImportView = Static<typeof importViewSchema>;
export type ImportProgress = Static<typeof importProgressSchema>;
export type FirstBoxView = Static<typeof firstBoxSchema>;
export type CreateBoxBody = Static<typeof createBoxBody>;
