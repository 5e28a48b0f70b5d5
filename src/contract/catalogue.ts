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
    /** 注销; null while it is in use. */
    withdrawnAtMs: nullable(Type.Integer()),
    version: Type.Integer(),
  },
  strict,
);

export const boxDetailSchema = Type.Object({ ...boxSchema.properties, records: Type.Array(recordSchema) }, strict);

/** One hit a box, or a record that has none. */
export const searchHitSchema = Type.Object(
  {
    /** Which field matched. */
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
  /** There may be more than were looked through. */
  isCapped: Type.Boolean(),
});

/** How far a fresh installation is on its way to the first box found. */
export const firstBoxSchema = Type.Object(
  {
    slots: Type.Integer(),
    /** Somebody who can sign in may put boxes away and open aisles. */
    hasStaff: Type.Boolean(),
    /** The oldest one. */
    box: nullable(Type.Object({ id: Type.String(), barcode: Type.String() }, strict)),
    hasTag: Type.Boolean(),
    isPlaced: Type.Boolean(),
    /** An aisle was opened for a box. */
    isShown: Type.Boolean(),
  },
  strict,
);

/** One box by hand. */
export const createBoxBody = Type.Object(
  {
    barcode: Type.String({ minLength: 1, maxLength: 64 }),
    thicknessMm: Type.Integer({ minimum: 1, maximum: 200 }),
    epc: Type.Optional(Type.String({ pattern: "^[0-9A-Fa-f]{4,124}$" })),
    homeLocationCode: Type.Optional(Type.String({ maxLength: 64 })),
    /** Where it stands now, if it already does. */
    locationCode: Type.Optional(Type.String({ maxLength: 64 })),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
);
export const bindTagBody = Type.Object(
  { epc: Type.String({ pattern: "^[0-9A-Fa-f]{4,124}$" }), reason: Type.Optional(Type.String({ maxLength: 500 })) },
  strict,
);
/** Put away by hand; evidence is the slot scan. */
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
/** To its home slot or the one named. */
export const returnBoxBody = Type.Object(
  {
    locationCode: Type.Optional(Type.String({ maxLength: 64 })),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
);
/** Where it belongs from now on. */
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
 * writing; checking-again: from the first one, because what the rows before an interruption were checked against has changed;
 * database-away: it is waited for; writing: them.
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
    /** Rows so far, in this phase. */
    rows: Type.Integer(),
    /** Of this phase, 0 to 1; null as long as nobody knows. */
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
    /** Somebody stopped its check (received) or its run (running) for now: it goes on where it was when somebody resumes it. */
    isPaused: Type.Boolean(),
    rowsTotal: Type.Integer(),
    /** Written, or looked at and refused, by its run and all its tries together. */
    rowsDone: Type.Integer(),
    rowsRefused: Type.Integer(),
    /** Counts by what a row would do (its check) or did (its run so far): created, changed, unchanged, refused. */
    summary: Type.Record(Type.String(), Type.Unknown()),
    startedAtMs: Type.Integer(),
    endedAtMs: nullable(Type.Integer()),
    /** Null when nothing is done with it now. */
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
