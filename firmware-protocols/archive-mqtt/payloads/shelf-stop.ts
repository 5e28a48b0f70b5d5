import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { CommandId, FaultCode, Moment } from "../words.ts";

/** STOP. The controller stops on anything that arrives here, whole or damaged, late or early; the fields are for the log. */
export const shelfStop = payload({
  topic: ["shelf", "{id}", "stop"],
  title: "STOP",
  sender: "gateway",
  qos: 1,
  isRetained: false,
  schema: Type.Object({ commandId: CommandId, sentAt: Moment, cause: FaultCode }),
  examples: [{ commandId: "stop-0199", sentAt: "2026-11-22T08:00:00.500Z", cause: "pressed-in-console" }],
});
