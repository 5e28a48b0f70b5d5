import { Type } from "typebox";
import { interlockNames } from "../../register-maps/wire-status.ts";
import { payload } from "../payload-spec.ts";
import {
  Activity,
  Aisle,
  Alarm,
  BootId,
  envelope,
  Light,
  Motion,
  Nullable,
  Reason,
  Result,
  Seq,
  WireId,
} from "../words.ts";

const interlocks = Object.fromEntries(interlockNames.map((name) => [name, Type.Boolean()])) as Record<
  (typeof interlockNames)[number],
  ReturnType<typeof Type.Boolean>
>;
const Count = Nullable(Type.Integer({ minimum: 0, maximum: 0xffffffff }));

/** The complete picture, on every change and at least twice a second. The last will is `{"state":"offline"}`. */
export const shelfState = payload({
  topic: ["shelf", "{id}", "state"],
  title: "Shelf controller state",
  sender: "device",
  qos: 1,
  isRetained: true,
  schema: Type.Union([
    Type.Object({ state: Type.Literal("offline") }),
    Type.Object({
      state: Type.Literal("online"),
      ...envelope,
      activity: Activity,
      openAisle: Nullable(Aisle),
      columns: Type.Array(
        Type.Object({
          column: Type.Integer({ minimum: 1, maximum: 999 }),
          positionMm: Nullable(Type.Integer({ minimum: 0, maximum: 100_000 })),
          motion: Motion,
          fault: Type.Boolean(),
        }),
        { maxItems: 999 },
      ),
      interlocks: Type.Object(interlocks),
      occupancy: Type.Object({ people: Count, entrySeq: Count, confirmedEntrySeq: Count }),
      lastCommand: Nullable(Type.Object({ wireId: WireId, result: Result, reason: Nullable(Reason) })),
      light: Nullable(Light),
      temperatureC: Nullable(Type.Number({ minimum: -60, maximum: 150 })),
      humidityPct: Nullable(Type.Number({ minimum: 0, maximum: 100 })),
      alarms: Type.Array(Alarm, { maxItems: 16 }),
      /** The newest question received since its boot; null: none yet; missing: a firmware that cannot echo. */
      heardAsk: Type.Optional(Nullable(Type.Object({ bootId: BootId, seq: Seq }))),
    }),
  ]),
  examples: [
    { state: "offline" },
    {
      state: "online",
      bootId: 4660,
      seq: 18,
      sentAt: "2026-11-22T08:00:00.000Z",
      activity: "idle",
      openAisle: 2,
      columns: [
        { column: 1, positionMm: 0, motion: "still", fault: false },
        { column: 2, positionMm: 1200, motion: "still", fault: false },
      ],
      interlocks: {
        emergencyStop: false,
        tripped: false,
        overCurrent: false,
        panelLoggedOut: false,
        isProtected: false,
        inhibited: false,
        sensorFault: false,
        notHomed: false,
        heartbeatLost: false,
      },
      occupancy: { people: 0, entrySeq: 5, confirmedEntrySeq: 5 },
      lastCommand: { wireId: 258, result: "done", reason: null },
      light: null,
      temperatureC: 21.5,
      humidityPct: 48.2,
      alarms: [],
      heardAsk: { bootId: 71, seq: 9013 },
    },
  ],
});
