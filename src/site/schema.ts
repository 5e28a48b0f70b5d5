/** The site file as written (sites/*.yaml). All differences between rooms are in it, none in the code. */
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,31}$" });
const count = (max: number) => Type.Integer({ minimum: 1, maximum: max });
/** Limit for one input device. */
const inputChannelsMax = 64;
const mm = (max: number) => Type.Number({ exclusiveMinimum: 0, maximum: max });

export const bilingualSchema = Type.Object(
  { zh: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) },
  strict,
);
export const sideSchema = Type.Union([Type.Literal("A"), Type.Literal("B")]);
export const codePartSchema = Type.Enum(["room", "area", "column", "side", "bay", "layer", "slot"]);

/** "3" or "1-4": a number or an inclusive range. */
const range = Type.Union([Type.Integer({ minimum: 1 }), Type.String({ pattern: "^[0-9]+(-[0-9]+)?$" })]);

export const columnSchema = Type.Object(
  {
    no: count(99),
    /** Last number, when one entry describes several equal columns. */
    to: Type.Optional(count(99)),
    kind: Type.Union([Type.Literal("fixed"), Type.Literal("mobile")]),
    sides: Type.Array(sideSchema, { minItems: 1, maxItems: 2 }),
    depthMm: Type.Optional(mm(2000)),
    /** Fronts (rail left / rail right) that carry a trip edge or beam over their width (S1). */
    tripEdges: Type.Optional(Type.Array(Type.Union([Type.Literal("left"), Type.Literal("right")]), { maxItems: 2 })),
  },
  strict,
);

/** Equal neighbouring slots of a layer, from left to right as seen by a person in front of the face. */
export const slotRunSchema = Type.Object({ count: count(200), widthMm: mm(1000) }, strict);

export const coverageSchema = Type.Object(
  {
    reader: id,
    /** Antenna ports in the order bay by bay, layer by layer, by their numbers. */
    ports: range,
    column: count(99),
    side: sideSchema,
    bays: range,
    layers: range,
  },
  strict,
);

export const noAntennaSchema = Type.Object(
  { column: count(99), side: sideSchema, bays: range, layers: range, why: Type.String({ minLength: 1 }) },
  strict,
);

/** Keys and buttons, each wired to a channel of an input device. */
const keyInputsSchema = Type.Array(
  Type.Object(
    {
      device: id,
      channel: count(inputChannelsMax),
      /** Required at every area that shares the key: otherwise one key for several areas would be an oversight. */
      shared: Type.Optional(Type.Literal(true)),
    },
    strict,
  ),
  { maxItems: 8 },
);

export const areaSchema = Type.Object(
  {
    id,
    name: bilingualSchema,
    /** The area's purpose; relocation filters use it (closed accounts → 销户区). */
    purpose: Type.Union([Type.Literal("active"), Type.Literal("closed")]),
    controller: id,
    /** Rail end at which numbering starts. */
    fixedSide: Type.Union([Type.Literal("left"), Type.Literal("right")]),
    /** In a mirrored room side A looks away from the fixed side. */
    mirrored: Type.Boolean(),
    openAislesMax: Type.Optional(count(4)),
    aisleWidthMm: mm(3000),
    fingerGapMm: mm(200),
    columnDepthMm: mm(2000),
    columns: Type.Array(columnSchema, { minItems: 2, maxItems: 60 }),
    bays: Type.Object({ count: count(40), widthMm: mm(3000) }, strict),
    layers: Type.Object({ count: count(20), clearHeightMm: mm(1000), usableWidthMm: mm(3000) }, strict),
    /** Where layer 1 is: at the bottom (default) or on top. Only what people see; location codes stay. */
    layerOrder: Type.Optional(Type.Union([Type.Literal("fromBottom"), Type.Literal("fromTop")])),
    slots: Type.Array(slotRunSchema, { minItems: 1, maxItems: 20 }),
    antennas: Type.Array(coverageSchema, { maxItems: 2000 }),
    noAntenna: Type.Optional(Type.Array(noAntennaSchema, { maxItems: 2000 })),
    /**
     * Where people are detected (occupancy): the controller itself, or a channel (`input`) of an input device, for the whole area
     * or, with `aisle`, for one aisle. Every one of them must see nobody before anything moves.
     */
    safetyInputs: Type.Optional(
      Type.Array(
        Type.Object(
          {
            kind: Type.Enum(["occupancy", "beam", "smoke", "fire", "door"]),
            device: id,
            input: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535 })),
            aisle: Type.Optional(count(99)),
          },
          strict,
        ),
        { maxItems: 64 },
      ),
    ),
    /** Key switches and buttons that reset this area after a STOP, each wired to a channel of an input device. */
    resetInputs: Type.Optional(keyInputsSchema),
    /**
     * Buttons at the shelf with which a person who has looked confirms that nobody is inside; required beside occupancy inputs.
     */
    confirmInputs: Type.Optional(keyInputsSchema),
    /** The device that lights slots; usually the controller. */
    lights: Type.Optional(id),
    climate: Type.Optional(Type.Array(id, { maxItems: 16 })),
  },
  strict,
);

export const linkSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal("serial"),
      /** Device path or id under /dev/serial/by-id. */
      port: Type.String({ minLength: 1 }),
      baud: Type.Integer({ minimum: 1200, maximum: 1_000_000 }),
      parity: Type.Optional(Type.Union([Type.Literal("none"), Type.Literal("even"), Type.Literal("odd")])),
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal("tcp"),
      host: Type.String({ minLength: 1 }),
      port: Type.Integer({ minimum: 1, maximum: 65535 }),
    },
    strict,
  ),
  Type.Object({ kind: Type.Literal("mqtt") }, strict),
]);

export const busSchema = Type.Object({ id, link: linkSchema }, strict);

/** One contact wired to an input device. */
export const inputChannelSchema = Type.Object(
  {
    /** From 1, also where the label begins with DI0. */
    no: count(inputChannelsMax),
    /** The contact at rest. Default open: active while closed. */
    normally: Type.Optional(Type.Union([Type.Literal("open"), Type.Literal("closed")])),
    /** A change counts after it has lasted this long (default 50). */
    debounceMs: Type.Optional(Type.Integer({ minimum: 20, maximum: 2000 })),
    /** A contact that is active for longer is a fault, not a press (default 10). */
    stuckAfterS: Type.Optional(Type.Integer({ minimum: 2, maximum: 120 })),
  },
  strict,
);

export const deviceSchema = Type.Object(
  {
    id,
    kind: Type.Enum(["reader", "shelf", "climate", "lights", "input"]),
    /**
     * Its protocol: r2000, archive-mqtt, impinj-r700, zebra-iotc, room-1, fatek-njust, th-transmitter, xy-md02, di-discrete,
     * di-coils, di-holding.
     */
    protocol: Type.String({ minLength: 1 }),
    bus: id,
    /** Bus address: R2000 0–254, Modbus unit 1–247. */
    address: Type.Optional(Type.Integer({ minimum: 0, maximum: 254 })),
    /** Modbus framing on a TCP link: MBAP or RTU bytes on a serial device server. */
    framing: Type.Optional(Type.Union([Type.Literal("rtu"), Type.Literal("tcp")])),
    /** Antenna ports of a reader. */
    ports: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(4), Type.Literal(8), Type.Literal(16)])),
    powerDbm: Type.Optional(Type.Integer({ minimum: 0, maximum: 33 })),
    /** Contacts wired to an input device. */
    channels: Type.Optional(Type.Array(inputChannelSchema, { minItems: 1, maxItems: inputChannelsMax })),
    /** Address of channel 1 of a Modbus input module, 0-based (default 0). */
    firstAddress: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535 })),
    /** The value that a Modbus input module reports for a closed contact (default 1): manufacturers differ. */
    closedReads: Type.Optional(Type.Union([Type.Literal(0), Type.Literal(1)])),
    /** Room in the topic of an MQTT device; required where a site has several rooms. */
    room: Type.Optional(id),
  },
  strict,
);

export const roomSchema = Type.Object(
  { id, name: bilingualSchema, areas: Type.Array(areaSchema, { minItems: 1, maxItems: 20 }) },
  strict,
);

export const siteSchema = Type.Object(
  {
    site: id,
    name: bilingualSchema,
    timezone: Type.String({ minLength: 1 }),
    locationCode: Type.Object(
      {
        order: Type.Array(codePartSchema, { minItems: 5, maxItems: 7 }),
        /** One separator for all places, or one for each place between two parts. */
        separators: Type.Union([
          Type.String({ maxLength: 3 }),
          Type.Array(Type.String({ maxLength: 3 }), { maxItems: 6 }),
        ]),
        digits: Type.Object({ column: count(4), bay: count(4), layer: count(4), slot: count(4) }, strict),
        sideNames: Type.Object(
          { A: Type.String({ minLength: 1, maxLength: 4 }), B: Type.String({ minLength: 1, maxLength: 4 }) },
          strict,
        ),
      },
      strict,
    ),
    rooms: Type.Array(roomSchema, { minItems: 1, maxItems: 20 }),
    buses: Type.Array(busSchema, { minItems: 1, maxItems: 500 }),
    devices: Type.Array(deviceSchema, { minItems: 1, maxItems: 1000 }),
  },
  strict,
);

export type Site = Static<typeof siteSchema>;
export type RoomSpec = Static<typeof roomSchema>;
export type AreaSpec = Static<typeof areaSchema>;
export type BusSpec = Static<typeof busSchema>;
export type InputChannelSpec = Static<typeof inputChannelSchema>;
export type LinkSpec = Static<typeof linkSchema>;
export type DeviceSpec = Static<typeof deviceSchema>;
export type Side = "A" | "B";
export type CodePart = "room" | "area" | "column" | "side" | "bay" | "layer" | "slot";
