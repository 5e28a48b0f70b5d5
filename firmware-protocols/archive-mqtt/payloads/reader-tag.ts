import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { Antenna, Epc, envelope, SignalDbm } from "../words.ts";

/** Most reads one message may carry: about 35 KB. */
export const readsPerMessageMax = 500;

/** Reads as they come, in batches. `agoMs` counts back from `sentAt`, so a wrong clock in the reader does no harm. */
export const readerTag = payload({
  topic: ["reader", "{id}", "tag"],
  title: "Tag reads",
  sender: "device",
  qos: 1,
  isRetained: false,
  schema: Type.Object({
    ...envelope,
    reads: Type.Array(
      Type.Object({
        epc: Epc,
        antenna: Antenna,
        rssiDbm: SignalDbm,
        agoMs: Type.Integer({ minimum: 0, maximum: 3_600_000 }),
        count: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: "Reads this entry stands for" })),
      }),
      { minItems: 1, maxItems: readsPerMessageMax },
    ),
  }),
  examples: [
    {
      bootId: 12,
      seq: 4071,
      sentAt: "2026-11-22T08:00:00.250Z",
      reads: [
        { epc: "3034257BF7194E4000001A85", antenna: 3, rssiDbm: -61.5, agoMs: 40 },
        { epc: "3034257BF7194E4000001A86", antenna: 3, rssiDbm: null, agoMs: 0, count: 4 },
      ],
    },
  ],
});
