import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { Antenna, CommandId, Moment } from "../words.ts";

/** Asks for an inventory of these antennas, with this many rounds each. The answer comes on `reader/{id}/inventory`. */
export const readerCmd = payload({
  topic: ["reader", "{id}", "cmd"],
  title: "Reader command",
  sender: "gateway",
  qos: 1,
  isRetained: false,
  schema: Type.Union([
    Type.Object(
      {
        requestId: CommandId,
        verb: Type.Literal("inventory"),
        antennas: Type.Array(Antenna, { minItems: 1, maxItems: 255, uniqueItems: true }),
        rounds: Type.Integer({ minimum: 1, maximum: 1000, description: "Rounds on each antenna" }),
        session: Type.Optional(Type.Enum(["S0", "S1", "S2", "S3"])),
        powerDbm: Type.Optional(Type.Number({ minimum: 0, maximum: 36 })),
        sentAt: Moment,
        expiresAt: Moment,
      },
      { additionalProperties: false },
    ),
    Type.Object(
      { requestId: CommandId, verb: Type.Literal("abort"), sentAt: Moment, expiresAt: Moment },
      { additionalProperties: false },
    ),
  ]),
  examples: [
    {
      requestId: "0199-inv-7",
      verb: "inventory",
      antennas: [1, 2, 3],
      rounds: 4,
      sentAt: "2026-11-22T08:00:00.000Z",
      expiresAt: "2026-11-22T08:00:10.000Z",
    },
    {
      requestId: "0199-inv-7",
      verb: "abort",
      sentAt: "2026-11-22T08:00:02.000Z",
      expiresAt: "2026-11-22T08:00:12.000Z",
    },
  ],
});
