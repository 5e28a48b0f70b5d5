import { type Static, Type } from "typebox";
import { aisleAttentionSchema } from "./attention.ts";
import { safetyRuleIds } from "./safety-rules.ts";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** One sentence shown to a person: a code for programs, the text in both languages. */
export const sayingSchema = Type.Object({ code: Type.String(), zh: Type.String(), en: Type.String() }, strict);

/** A motion command and how it ended. */
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

/** The command, and the findings still open at the area's aisles; the console shows them before an aisle stands open. */
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

/** A lock as it is held now. It counts at once; `isKept` says whether it is stored as well, and so would outlive a restart. */
export const areaLockViewSchema = Type.Object({ ...areaLockSchema.properties, isKept: Type.Boolean() }, strict);

/** Text of a reason: no control characters, because the database refuses some of them. */
const sayable = "[^\\u0000-\\u0008\\u000b-\\u001f\\u007f]*";
const why = Type.String({ minLength: 1, maxLength: 500, pattern: `^${sayable}\\S${sayable}$` });
const reason = Type.Optional(Type.String({ maxLength: 500, pattern: `^${sayable}$` }));
export const lockBody = Type.Object({ reason: why }, strict);

/** An area as the API shows it. The live event "area" leaves out `attention`, which may be long and seldom changes. */
export const areaViewSchema = Type.Object(
  {
    areaKey: Type.String(),
    atMs: Type.Integer(),
    isOnline: Type.Boolean(),
    activity: nullable(Type.String()),
    openAisle: nullable(Type.Integer()),
    /** Carriages; positions are the left edge's distance from the rail's left end, mm. */
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
    /** Possible commands: true, or the reason why not. Keys: "open:3", "close", "ventilate", "inhibit", "release", "pause". */
    may: Type.Record(Type.String(), Type.Union([Type.Literal(true), sayingSchema])),
    /** The locks on the area, oldest first. Owners take theirs off; others need the right `takeOff` of contract/roles.ts. */
    locks: Type.Array(areaLockViewSchema),
    /** Safety rules that the controller's protocol cannot carry; safety-rules.ts says what the gateway does instead. */
    keptByGateway: Type.Array(Type.Enum([...safetyRuleIds])),
    /** Set while no motion process drives the area: says what that means for its carriages. */
    undriven: nullable(sayingSchema),
    /** Findings of delta stocktakes at the aisles, and aisles whose faces wait to be read; other aisles are left out. */
    attention: Type.Array(aisleAttentionSchema),
    /** Version of `attention`: it stays the same as long as the content does. */
    attentionVersion: Type.String(),
  },
  strict,
);

export const openAisleBody = Type.Object({ aisle: Type.Integer({ minimum: 1, maximum: 99 }), reason }, strict);
export const motionBody = Type.Object({ reason }, strict);

/** `attention` as in the answer to openAisle. */
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

/** The geometry that the map draws. */
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
          /** Whether layer 1 is the lowest or the highest. */
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
