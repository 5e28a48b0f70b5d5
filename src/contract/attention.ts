/** Findings of a delta stocktake (动态盘点) at an aisle, shown with the area before somebody opens that aisle again. */
import { type Static, Type } from "typebox";
import { findingClasses } from "./kinds/findings.ts";
import { certainties } from "./kinds/stocktake-lines.ts";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** A difference between the journal and what the antennas of an aisle's two faces read. */
export const findingSchema = Type.Object(
  {
    id: Type.String(),
    /** notCovered: the tag was never read before, so its silence means either a dead tag or a missing box. */
    class: Type.Enum([...findingClasses]),
    certainty: Type.Enum([...certainties]),
    boxId: nullable(Type.String()),
    barcode: nullable(Type.String()),
    epc: nullable(Type.String()),
    expectedCode: nullable(Type.String()),
    seenCode: nullable(Type.String()),
    /** The reason, in the words of the stocktake's line. */
    zh: Type.String(),
    en: Type.String(),
    stocktakeId: Type.String(),
    foundAtMs: Type.Integer(),
  },
  strict,
);

/**
 * due: its faces wait to be read. running: they are being read. notCovered: some layer was not read, see the stocktake.
 * interrupted: the aisle was opened, or the stocktake cancelled, before it was finished. counted: all layers were read.
 */
export const deltaStates = ["due", "running", "counted", "notCovered", "interrupted"] as const;
export type DeltaState = (typeof deltaStates)[number];

/** An aisle with a finding or with a delta stocktake that is not complete. */
export const aisleAttentionSchema = Type.Object(
  {
    aisle: Type.Integer(),
    delta: Type.Enum([...deltaStates]),
    /** The newest delta stocktake of this aisle. */
    stocktakeId: nullable(Type.String()),
    layersTotal: Type.Integer(),
    layersCovered: Type.Integer(),
    /** Findings that nobody has acknowledged. */
    findings: Type.Array(findingSchema),
  },
  strict,
);

export const acknowledgeFindingBody = Type.Object({ reason: Type.Optional(Type.String({ maxLength: 500 })) }, strict);

export type Finding = Static<typeof findingSchema>;
export type AisleAttention = Static<typeof aisleAttentionSchema>;

/** All open findings at an area's aisles. */
export interface AttentionNow {
  /** Equal content has an equal version, in every process and after a restart. */
  version: string;
  aisles: AisleAttention[];
}

/** Nothing was determined yet, or there are no findings. */
export const noAttention: AttentionNow = { version: "none", aisles: [] };

/** Live event "attention": only the aisles changed since version `from`. A console with another version fetches the area. */
export interface AttentionChange {
  areaKey: string;
  from: string;
  version: string;
  changed: AisleAttention[];
  /** Aisles that have no findings any more. */
  gone: number[];
}
