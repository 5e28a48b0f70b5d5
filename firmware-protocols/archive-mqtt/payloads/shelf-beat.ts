import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { BootId, Epoch, Seq } from "../words.ts";

/**
 * Heartbeat, sent every 100 ms while a motion command holds its lease; motion stops after 500 ms without one (S14). QoS 0,
 * because a late heartbeat must not count.
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
