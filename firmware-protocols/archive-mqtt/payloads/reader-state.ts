import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { Antenna, envelope, FaultCode, Nullable } from "../words.ts";

/** Shows that the reader is alive, and the health of its antennas. The last will is `{"state":"offline"}`. */
export const readerState = payload({
  topic: ["reader", "{id}", "state"],
  title: "Reader state",
  sender: "device",
  qos: 1,
  isRetained: true,
  schema: Type.Union([
    Type.Object({ state: Type.Literal("offline") }),
    Type.Object({
      state: Type.Enum(["online", "fault"]),
      ...envelope,
      fault: Nullable(FaultCode),
      temperatureC: Nullable(Type.Number({ minimum: -60, maximum: 150 })),
      antennas: Type.Array(Type.Object({ antenna: Antenna, healthy: Type.Boolean(), fault: Nullable(FaultCode) }), {
        maxItems: 255,
      }),
    }),
  ]),
  examples: [
    { state: "offline" },
    {
      state: "online",
      bootId: 12,
      seq: 1,
      sentAt: "2026-11-22T08:00:00Z",
      fault: null,
      temperatureC: 41,
      antennas: [
        { antenna: 1, healthy: true, fault: null },
        { antenna: 2, healthy: false, fault: "antenna-missing" },
      ],
    },
  ],
});
