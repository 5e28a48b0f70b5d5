import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { Antenna, CommandId, Epc, envelope, FaultCode, Nullable, SignalDbm } from "../words.ts";

/**
 * The answer to an inventory command: what every requested antenna heard. Long answers come in parts; an antenna's tags may be
 * spread over parts, each repeating its rounds. With an unhealthy antenna a missing tag proves nothing.
 */
export const readerInventory = payload({
  topic: ["reader", "{id}", "inventory"],
  title: "Inventory result",
  sender: "device",
  qos: 1,
  isRetained: false,
  schema: Type.Object({
    ...envelope,
    requestId: CommandId,
    result: Type.Enum(["done", "refused", "aborted"]),
    reason: Nullable(FaultCode),
    part: Type.Integer({ minimum: 1, maximum: 1000 }),
    parts: Type.Integer({ minimum: 1, maximum: 1000 }),
    antennas: Type.Array(
      Type.Object({
        antenna: Antenna,
        roundsOffered: Type.Integer({ minimum: 0, maximum: 1000 }),
        healthy: Type.Boolean(),
        fault: Nullable(FaultCode),
        tags: Type.Array(
          Type.Object({
            epc: Epc,
            roundsAnswered: Type.Integer({ minimum: 1, maximum: 1000 }),
            rssiDbm: SignalDbm,
          }),
          { maxItems: 2000 },
        ),
      }),
      { maxItems: 255 },
    ),
  }),
  judge(value) {
    const { part, parts, antennas } = value as {
      part: number;
      parts: number;
      antennas: { roundsOffered: number; tags: { roundsAnswered: number }[] }[];
    };
    if (part > parts) return { path: "/part", problem: "above parts" };
    const index = antennas.findIndex(({ roundsOffered, tags }) =>
      tags.some((tag) => tag.roundsAnswered > roundsOffered),
    );
    return index < 0 ? null : { path: `/antennas/${index}`, problem: "a tag answered more rounds than were offered" };
  },
  examples: [
    {
      bootId: 12,
      seq: 4100,
      sentAt: "2026-11-22T08:00:03.000Z",
      requestId: "0199-inv-7",
      result: "done",
      reason: null,
      part: 1,
      parts: 1,
      antennas: [
        {
          antenna: 1,
          roundsOffered: 4,
          healthy: true,
          fault: null,
          tags: [{ epc: "3034257BF7194E4000001A85", roundsAnswered: 4, rssiDbm: -58 }],
        },
        { antenna: 2, roundsOffered: 0, healthy: false, fault: "antenna-missing", tags: [] },
      ],
    },
  ],
});
