import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** Selects boxes by a filter over their records or by a list, and names the target. */
export const selectBoxesSchema = Type.Object(
  {
    barcodes: Type.Optional(Type.Array(Type.String(), { maxItems: 20_000 })),
    recordState: Type.Optional(Type.Union([Type.Literal("active"), Type.Literal("closed")])),
    supplyOffice: Type.Optional(Type.String()),
    line: Type.Optional(Type.String()),
    businessType: Type.Optional(Type.String()),
    fromAreaKey: Type.Optional(Type.String()),
    boxesMax: Type.Optional(Type.Integer({ minimum: 1, maximum: 20_000 })),
  },
  strict,
);
export const relocationTargetSchema = Type.Object(
  { areaKey: Type.String(), columns: Type.Optional(Type.Array(Type.Integer(), { maxItems: 99 })) },
  strict,
);
export const planRelocationBody = Type.Object(
  {
    roomId: Type.String(),
    name: Type.String({ minLength: 1, maxLength: 120 }),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
    select: selectBoxesSchema,
    target: relocationTargetSchema,
  },
  strict,
);

export const relocationMoveSchema = Type.Object(
  {
    no: Type.Integer(),
    boxId: Type.String(),
    barcode: Type.String(),
    epc: nullable(Type.String()),
    thicknessMm: Type.Integer(),
    fromSlotId: Type.String(),
    fromCode: Type.String(),
    fromAreaKey: Type.String(),
    fromAisle: Type.Integer(),
    toSlotId: Type.String(),
    toCode: Type.String(),
    toAreaKey: Type.String(),
    toAisle: Type.Integer(),
    state: Type.Enum(["planned", "picked", "placed", "skipped"]),
    evidence: Type.Record(Type.String(), Type.Unknown()),
    skipReason: nullable(Type.String()),
  },
  strict,
);
export const relocationPreviewSchema = Type.Object(
  {
    moves: Type.Array(relocationMoveSchema),
    /** Boxes that the filter selected but that cannot move, each with the reason. */
    collisions: Type.Array(
      Type.Object({ barcode: Type.String(), code: Type.String(), zh: Type.String(), en: Type.String() }, strict),
    ),
    /** Share of the target's usable width that is taken, before and after, 0–1. */
    fillBefore: Type.Number(),
    fillAfter: Type.Number(),
    aisleOpenings: Type.Integer(),
  },
  strict,
);
export const relocationViewSchema = Type.Object(
  {
    id: Type.String(),
    roomId: Type.String(),
    name: Type.String(),
    reason: Type.String(),
    state: Type.Enum(["planned", "running", "paused", "done", "cancelled"]),
    undoOf: nullable(Type.String()),
    createdAtMs: Type.Integer(),
    endedAtMs: nullable(Type.Integer()),
    movesTotal: Type.Integer(),
    movesPicked: Type.Integer(),
    movesPlaced: Type.Integer(),
    movesSkipped: Type.Integer(),
    preview: Type.Object(
      { fillBefore: Type.Number(), fillAfter: Type.Number(), aisleOpenings: Type.Integer() },
      strict,
    ),
  },
  strict,
);
/** The relocation and its work list, grouped by aisle, picks first. */
export const relocationDetailSchema = Type.Object(
  { ...relocationViewSchema.properties, moves: Type.Array(relocationMoveSchema) },
  strict,
);
export const pickBody = Type.Object(
  {
    scannedBarcode: Type.Optional(Type.String({ maxLength: 64 })),
    scannedEpc: Type.Optional(Type.String({ maxLength: 124 })),
  },
  strict,
);
export const putBody = Type.Object(
  {
    scannedBarcode: Type.Optional(Type.String({ maxLength: 64 })),
    scannedLocationCode: Type.Optional(Type.String({ maxLength: 64 })),
  },
  strict,
);
export const skipBody = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, strict);

export type SelectBoxes = Static<typeof selectBoxesSchema>;
export type RelocationTarget = Static<typeof relocationTargetSchema>;
export type PlanRelocationBody = Static<typeof planRelocationBody>;
export type RelocationMove = Static<typeof relocationMoveSchema>;
export type RelocationPreview = Static<typeof relocationPreviewSchema>;
export type RelocationView = Static<typeof relocationViewSchema>;
export type RelocationDetail = Static<typeof relocationDetailSchema>;
