import { type Static, Type } from "typebox";
import { aisleAttentionSchema } from "./attention.ts";
import { safetyRuleIds } from "./safety-rules.ts";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** A sentence to a person: code for machines, both languages for people. */
export const sayingSchema = Type.Object({ code: Type.String(), zh: Type.String(), en: Type.String() }, strict);

/** A motion command and what became of it. */
export const commandViewSchema = Type.Object(
  {
    id: Type.String(),
    areaKey: Type.String(),
    verb: Type.String(),
    aisle: Type.Integer(),
    state: Type.Enum(["stored", "sent", "accepted", "done", "refused", "failed", "expired", "stopped"]),
    why: nullable(sayingSchema),
    storedAtMs: Type.Integer(),
    settledAtMs: nullable(Type.Integer()),
  },
  strict,
);

/** The command, and what is still to be told of the area's aisles before one stands open. */
export const openAisleResultSchema = Type.Object(
  { ...commandViewSchema.properties, attention: Type.Array(aisleAttentionSchema) },
  strict,
);

/** A person's own lock on an area (S22): nothing starts there while one is on. */
export const areaLockSchema = Type.Object(
  {
    id: Type.String(),
    personId: Type.String(),
    name: Type.String(),
    reason: Type.String(),
    sinceMs: Type.Integer(),
  },
  strict,
);

/** As it is held now: it holds at once; `isKept` says whether it is stored, too, and would outlive a restart. */
export const areaLockViewSchema = Type.Object({ ...areaLockSchema.properties, isKept: Type.Boolean() }, strict);

/** A reason in words: control characters are none, and no database takes all of them. */
const sayable = "[^\\u0000-\\u0008\\u000b-\\u001f\\u007f]*";
const why = Type.String({ minLength: 1, maxLength: 500, pattern: `^${sayable}\\S${sayable}$` });
const reason = Type.Optional(Type.String({ maxLength: 500, pattern: `^${sayable}$` }));
export const lockBody = Type.Object({ reason: why }, strict);

/** The live event "area" is the same without `attention`, which may be long and seldom changes. */
export const areaViewSchema = Type.Object(
  {
    areaKey: Type.String(),
    atMs: Type.Integer(),
    isOnline: Type.Boolean(),
    activity: nullable(Type.String()),
    openAisle: nullable(Type.Integer()),
    /** Carriages: left edge from the rail's left end, mm. */
    columns: Type.Array(
      Type.Object(
        { column: Type.Integer(), positionMm: nullable(Type.Number()), motion: Type.String(), fault: Type.Boolean() },
        strict,
      ),
    ),
    /** The gateway's own warning (S12): the carriages move at `movesAtMs` unless the last look at all inputs forbids it. */
    warning: nullable(Type.Object({ verb: Type.String(), aisle: Type.Integer(), movesAtMs: Type.Integer() }, strict)),
    people: nullable(Type.Integer()),
    interlocks: Type.Array(Type.String()),
    light: nullable(
      Type.Object(
        {
          column: Type.Integer(),
          side: Type.String(),
          bay: Type.Integer(),
          layer: Type.Integer(),
          slot: Type.Integer(),
        },
        strict,
      ),
    ),
    temperatureC: nullable(Type.Number()),
    humidityPct: nullable(Type.Number()),
    command: nullable(commandViewSchema),
    /** What may be done now; why not, otherwise. Keys: "open:3", "close", "ventilate", "inhibit", "release", "pause". */
    may: Type.Record(Type.String(), Type.Union([Type.Literal(true), sayingSchema])),
    /** Who locked the area, in the order they did; only they themselves take them off, or `takeOff` of contract/roles.ts. */
    locks: Type.Array(areaLockViewSchema),
    /** Safety rules that the controller's protocol cannot carry: what is done instead, safety-rules.ts says. */
    keptByGateway: Type.Array(Type.Enum([...safetyRuleIds])),
    /** Nobody drives it just now: what that means for its carriages. */
    undriven: nullable(sayingSchema),
    /** What delta stocktakes found at its aisles, and whose faces still wait to be read; only aisles with something to say. */
    attention: Type.Array(aisleAttentionSchema),
    /** Names what `attention` says: as long as it is the same, nothing of it has changed. */
    attentionVersion: Type.String(),
  },
  strict,
);

export const openAisleBody = Type.Object({ aisle: Type.Integer({ minimum: 1, maximum: 99 }), reason }, strict);
export const motionBody = Type.Object({ reason }, strict);

/** `attention` as in the result of opening an aisle. */
export const showBoxResultSchema = Type.Object(
  {
    command: nullable(commandViewSchema),
    areaKey: Type.String(),
    aisle: Type.Integer(),
    locationCode: Type.String(),
    attention: Type.Array(aisleAttentionSchema),
  },
  strict,
);

/** The geometry the map draws. */
export const roomSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.Object({ zh: Type.String(), en: Type.String() }, strict),
    areas: Type.Array(
      Type.Object(
        {
          areaKey: Type.String(),
          name: Type.Object({ zh: Type.String(), en: Type.String() }, strict),
          purpose: Type.String(),
          railLengthMm: Type.Number(),
          aisleWidthMm: Type.Number(),
          bays: Type.Integer(),
          bayWidthMm: Type.Number(),
          layers: Type.Integer(),
          layerHeightMm: Type.Number(),
          /** Where layer 1 is. */
          layerOrder: Type.Enum(["fromBottom", "fromTop"]),
          usableWidthMm: Type.Number(),
          /** In the order they stand on the rail from its left end. */
          columns: Type.Array(
            Type.Object(
              {
                no: Type.Integer(),
                kind: Type.String(),
                sides: Type.Array(Type.String()),
                depthMm: Type.Number(),
                leftSide: nullable(Type.String()),
                rightSide: nullable(Type.String()),
              },
              strict,
            ),
          ),
          aisles: Type.Array(
            Type.Object({ no: Type.Integer(), leftColumn: Type.Integer(), rightColumn: Type.Integer() }, strict),
          ),
          slotWidthsMm: Type.Array(Type.Number()),
          layersWithoutAntenna: Type.Integer(),
        },
        strict,
      ),
    ),
  },
  strict,
);

export type Saying = Static<typeof sayingSchema>;
export type CommandView = Static<typeof commandViewSchema>;
export type OpenAisleResult = Static<typeof openAisleResultSchema>;
export type AreaLock = Static<typeof areaLockSchema>;
export type AreaLockView = Static<typeof areaLockViewSchema>;
export type AreaView = Static<typeof areaViewSchema>;
export type RoomView = Static<typeof roomSchema>;
export type AreaPush = Omit<AreaView, "attention">;
export type ShowBoxResult = Static<typeof showBoxResultSchema>;
