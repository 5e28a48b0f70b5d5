/** 寻找: hand search for one box by the live signal strength that readers report. A hint for a person, never a fact (I10). */
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/**
 * Why a layer is searched: the newest stocktake named it, the box belongs there, it is next to one of those, or it is the rest.
 */
export const locateReasons = ["stocktake", "home", "neighbour", "area"] as const;
export type LocateReason = (typeof locateReasons)[number];

export const locatePlaceSchema = Type.Object(
  {
    layerId: Type.String(),
    /** Location code of the layer. */
    code: Type.String(),
    /** The aisle to open to reach it. */
    aisle: Type.Integer(),
    why: Type.Enum([...locateReasons]),
    /** Probability from the newest stocktake; null where it said nothing about this layer. */
    chance: nullable(Type.Number()),
    readerId: nullable(Type.String()),
    antenna: nullable(Type.Integer()),
    /** Healthy rounds of this search, and the rounds in which the tag answered. */
    rounds: Type.Integer(),
    roundsAnswered: Type.Integer(),
    /** Mean of the last rounds that read the tag, dBm; null: not read lately. */
    signalDbm: nullable(Type.Number()),
    /** 0 to 1, for a bar: how strongly and how often the tag answered lately. */
    strength: Type.Number(),
    readAtMs: nullable(Type.Integer()),
    heardAtMs: nullable(Type.Integer()),
    /** Why this layer's silence proves nothing; null while its antenna is healthy or was not asked yet. */
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
    /** found: somebody recorded a place for the box. closed: the gateway was closed. */
    endedWhy: nullable(Type.Enum(["found", "told", "time", "closed"])),
    actor: Type.String(),
    startedAtMs: Type.Integer(),
    /** When the search ends by itself. */
    endsAtMs: Type.Integer(),
    endedAtMs: nullable(Type.Integer()),
    roundsRead: Type.Integer(),
    placesTotal: Type.Integer(),
    /** Layers whose silence proves nothing. */
    placesUnhealthy: Type.Integer(),
    /** Best first: layers that read the tag by strength, then likely ones; layers with an unhealthy antenna are marked. */
    places: Type.Array(locatePlaceSchema),
  },
  strict,
);

export type LocatePlace = Static<typeof locatePlaceSchema>;
export type LocateView = Static<typeof locateViewSchema>;
