import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { BootId, Epoch, Seq } from "../words.ts";

/**
 * Sent every 100 ms while a motion command holds its lease; motion stops 500 ms after the last (S14). QoS 0: a late one is void.
 */
export const shelfBeat = payload({
  topic: ["shelf", "{id}", "beat"],
  title: "Heartbeat",
  sender: "gateway",
  qos: 0,
  isRetained: false,
  schema: Type.Object({ bootId: BootId, seq: Seq, epoch: Epoch }, { additionalProperties: false }),
  examples: [{ bootId: 71, seq: 9012, epoch: 7 }],
});
