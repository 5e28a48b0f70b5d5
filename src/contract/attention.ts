/** What a delta stocktake (动态盘点) found at an aisle: shown with the area, before somebody opens that aisle again. */
import { type Static, Type } from "typebox";
import { findingClasses } from "./kinds/findings.ts";
import { certainties } from "./kinds/stocktake-lines.ts";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** A difference between the journal and what the two faces of an aisle answered. */
export const findingSchema = Type.Object(
  {
    id: Type.String(),
    /** notCovered: the tag was never read before, so its silence says either that it is dead or that the box is gone. */
    class: Type.Enum([...findingClasses]),
    certainty: Type.Enum([...certainties]),
    boxId: nullable(Type.String()),
    barcode: nullable(Type.String()),
    epc: nullable(Type.String()),
    expectedCode: nullable(Type.String()),
    seenCode: nullable(Type.String()),
    /** Why, as the line of the result says it. */
    zh: Type.String(),
    en: Type.String(),
    stocktakeId: Type.String(),
    foundAtMs: Type.Integer(),
  },
  strict,
);

/**
 * due: its faces wait to be read. running: they are read now. notCovered: some layer said nothing, see the stocktake.
 * interrupted: the aisle was opened, or the stocktake cancelled, before it could be finished. counted: all layers were read.
 */
export const deltaStates = ["due", "running", "counted", "notCovered", "interrupted"] as const;
export type DeltaState = (typeof deltaStates)[number];

/** An aisle of which there is something to say. */
export const aisleAttentionSchema = Type.Object(
  {
    aisle: Type.Integer(),
    delta: Type.Enum([...deltaStates]),
    /** The newest delta stocktake of this aisle. */
    stocktakeId: nullable(Type.String()),
    layersTotal: Type.Integer(),
    layersCovered: Type.Integer(),
    /** Those that nobody has acknowledged. */
    findings: Type.Array(findingSchema),
  },
  strict,
);

export const acknowledgeFindingBody = Type.Object({ reason: Type.Optional(Type.String({ maxLength: 500 })) }, strict);

export type Finding = Static<typeof findingSchema>;
export type AisleAttention = Static<typeof aisleAttentionSchema>;

/** All that is to be told of an area's aisles now. */
export interface AttentionNow {
  /** The same name, the same words: in every process, and over a restart. */
  version: string;
  aisles: AisleAttention[];
}

/** Nobody has looked yet, or there is nothing to tell. */
export const noAttention: AttentionNow = { version: "none", aisles: [] };

/** Live event "attention": only aisles of which something else is to be told. Who has not `from` asks for the area. */
export interface AttentionChange {
  areaKey: string;
  from: string;
  version: string;
  changed: AisleAttention[];
  /** Aisles of which there is nothing to say any more. */
  gone: number[];
}
