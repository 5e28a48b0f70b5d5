import { type Static, Type } from "typebox";
import { certainties, lineDecisions, stocktakeClasses, stocktakeProposals } from "./kinds/stocktake-lines.ts";
import { listOf } from "./lists.ts";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** The scope of a stocktake: a whole room or a part of it; with `sampleBoxes` a random sample is drawn from it. */
export const scopeSchema = Type.Object(
  {
    areaKeys: Type.Optional(Type.Array(Type.String(), { maxItems: 40 })),
    columns: Type.Optional(Type.Array(Type.Integer(), { maxItems: 99 })),
    sides: Type.Optional(Type.Array(Type.Union([Type.Literal("A"), Type.Literal("B")]), { maxItems: 2 })),
    layerIds: Type.Optional(Type.Array(Type.String(), { maxItems: 20_000 })),
    /** Barcodes: only the layers where these boxes should stand are read, and only these boxes are judged. */
    barcodes: Type.Optional(Type.Array(Type.String(), { maxItems: 20_000 })),
    sampleBoxes: Type.Optional(Type.Integer({ minimum: 1, maximum: 20_000 })),
    sampleSeed: Type.Optional(Type.Integer()),
  },
  strict,
);
export const stocktakeSettingsSchema = Type.Object(
  {
    /** The error bound: a box is reported missing only if the probability that it is present is at most this. */
    presentMax: Type.Number({ minimum: 0.0001, maximum: 0.05 }),
  },
  strict,
);
export const startStocktakeBody = Type.Object(
  { roomId: Type.String(), scope: scopeSchema, settings: Type.Optional(stocktakeSettingsSchema) },
  strict,
);

export const stocktakeViewSchema = Type.Object(
  {
    id: Type.String(),
    roomId: Type.String(),
    /** delta (动态盘点): the gateway read the two faces of `aisle` again after it was used. */
    kind: Type.Enum(["full", "delta"]),
    aisle: nullable(Type.Object({ areaKey: Type.String(), aisle: Type.Integer() }, strict)),
    scope: scopeSchema,
    settings: stocktakeSettingsSchema,
    state: Type.Enum(["running", "paused", "done", "cancelled"]),
    startedAtMs: Type.Integer(),
    endedAtMs: nullable(Type.Integer()),
    antennasTotal: Type.Integer(),
    antennasDone: Type.Integer(),
    antennasUnhealthy: Type.Integer(),
    /** Rounds that healthy antennas were asked for. */
    roundsRead: Type.Integer(),
    /** Estimated time left; null before the first estimate and when nothing runs. */
    remainingMs: nullable(Type.Integer()),
    tagsHeard: Type.Integer(),
    layersTotal: Type.Integer(),
    layersCovered: Type.Integer(),
    /** Counts by class; null until done. */
    summary: nullable(Type.Record(Type.String(), Type.Unknown())),
  },
  strict,
);

export const stocktakeLineSchema = Type.Object(
  {
    no: Type.Integer(),
    class: Type.Enum([...stocktakeClasses]),
    certainty: Type.Enum([...certainties]),
    boxId: nullable(Type.String()),
    barcode: nullable(Type.String()),
    epc: nullable(Type.String()),
    expectedCode: nullable(Type.String()),
    expectedLayerId: nullable(Type.String()),
    seenLayerId: nullable(Type.String()),
    /** Location code of the layer where it was read, without a slot: radio is evidence for a layer only. */
    seenCode: nullable(Type.String()),
    /** The reason, in both languages, with the journal row that explains it where there is one. */
    explanation: Type.Record(Type.String(), Type.Unknown()),
    /** Probability that the line is right; null where no antenna was asked. */
    probability: nullable(Type.Number()),
    /** Other layers where it may be, best first; a null layer: in none of the area. */
    alternatives: Type.Array(
      Type.Object(
        { layerId: nullable(Type.String()), code: nullable(Type.String()), probability: Type.Number() },
        strict,
      ),
    ),
    proposals: Type.Array(Type.Enum([...stocktakeProposals])),
    /** The newest decision; null while the line waits for a person. */
    decision: nullable(
      Type.Object(
        {
          decision: Type.Enum([...lineDecisions]),
          note: nullable(Type.String()),
          actor: Type.String(),
          /** The person's name; null for a system. */
          name: nullable(Type.String()),
          atMs: Type.Integer(),
        },
        strict,
      ),
    ),
    evidence: Type.Array(
      Type.Object(
        {
          readerId: Type.String(),
          antenna: Type.Integer(),
          layerId: nullable(Type.String()),
          /** Location code of that layer at the time of the result. */
          code: nullable(Type.String()),
          roundsAnswered: Type.Integer(),
          roundsHealthy: Type.Integer(),
          meanDbm: nullable(Type.Number()),
        },
        strict,
      ),
    ),
  },
  strict,
);
export const decideLineBody = Type.Object(
  { decision: Type.Enum([...lineDecisions]), note: Type.Optional(Type.String({ maxLength: 500 })) },
  strict,
);
export const stocktakeLinesPageSchema = listOf(stocktakeLineSchema);

export type StocktakeScope = Static<typeof scopeSchema>;
export type StocktakeSettings = Static<typeof stocktakeSettingsSchema>;
export type StocktakeView = Static<typeof stocktakeViewSchema>;
export type StocktakeLine = Static<typeof stocktakeLineSchema>;
