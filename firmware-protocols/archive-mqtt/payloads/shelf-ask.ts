import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { BootId, Seq } from "../words.ts";

/**
 * Sent a few times a second: a state that carries its number was made after it went out. QoS 0: a late question proves nothing.
 */
export const shelfAsk = payload({
  topic: ["shelf", "{id}", "ask"],
  title: "Question for a fresh state",
  sender: "gateway",
  qos: 0,
  isRetained: false,
  schema: Type.Object({ bootId: BootId, seq: Seq }, { additionalProperties: false }),
  examples: [{ bootId: 71, seq: 9013 }],
});
