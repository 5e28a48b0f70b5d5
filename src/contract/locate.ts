/** 寻找: hand search for one box by the readers' own live strength. A hint for a person, never a fact (I10). */
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** Why a layer is looked at: the newest stocktake named it, the box belongs there, it is beside one of those, or it is the rest. */
export const locateReasons = ["stocktake", "home", "neighbour", "area"] as const;
export type LocateReason = (typeof locateReasons)[number];

export const locatePlaceSchema = Type.Object(
  {
    layerId: Type.String(),
    /** Location code of the layer. */
    code: Type.String(),
    /** The one to open for it. */
    aisle: Type.Integer(),
    why: Type.Enum([...locateReasons]),
    /** Of the newest stocktake; null where it said nothing of this layer. */
    chance: nullable(Type.Number()),
    readerId: nullable(Type.String()),
    antenna: nullable(Type.Integer()),
    /** Healthy rounds of this locate job, and those in which the tag answered. */
    rounds: Type.Integer(),
    roundsAnswered: Type.Integer(),
    /** Mean of the last rounds that heard it; null: not heard lately. */
    signalDbm: nullable(Type.Number()),
    /** 0 to 1, for a bar: how loud and how often lately. */
    strength: Type.Number(),
    readAtMs: nullable(Type.Integer()),
    heardAtMs: nullable(Type.Integer()),
    /** Why this layer's silence says nothing; null while its antenna is healthy or was not asked yet. */
    fault: nullable(Type.String()),
  },
  strict,
);

/** Also the live event "locate" (state, not history). */
export const locateViewSchema = Type.Object(
  {
    id: Type.String(),
    boxId: Type.String(),
    barcode: Type.String(),
    roomId: Type.String(),
    state: Type.Enum(["running", "ended"]),
    /** found: somebody recorded a place for the box. closed: the gateway was. */
    endedWhy: nullable(Type.Enum(["found", "told", "time", "closed"])),
    actor: Type.String(),
    startedAtMs: Type.Integer(),
    /** It ends by itself then. */
    endsAtMs: Type.Integer(),
    endedAtMs: nullable(Type.Integer()),
    roundsRead: Type.Integer(),
    placesTotal: Type.Integer(),
    /** Layers whose silence says nothing. */
    placesUnhealthy: Type.Integer(),
    /** Best first: heard ones by strength, then the likely ones; unhealthy ones are listed as such. */
    places: Type.Array(locatePlaceSchema),
  },
  strict,
);

export type LocatePlace = Static<typeof locatePlaceSchema>;
export type LocateView = Static<typeof locateViewSchema>;
