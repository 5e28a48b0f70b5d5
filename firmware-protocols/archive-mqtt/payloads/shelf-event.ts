import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { Aisle, CommandId, envelope, Nullable, Reason, WireId } from "../words.ts";

const entrySeq = Type.Integer({ minimum: 0, maximum: 0xffffffff });

/** Events as they happen. Only the state topic is authoritative: a lost event changes nothing. */
export const shelfEvent = payload({
  topic: ["shelf", "{id}", "event"],
  title: "Shelf event",
  sender: "device",
  qos: 1,
  isRetained: false,
  schema: Type.Union([
    Type.Object({
      ...envelope,
      event: Type.Literal("command"),
      commandId: CommandId,
      wireId: WireId,
      result: Type.Enum(["accepted", "done", "refused"]),
      reason: Nullable(Reason),
    }),
    Type.Object({ ...envelope, event: Type.Enum(["entry", "exit", "confirmed"]), aisle: Nullable(Aisle), entrySeq }),
    Type.Object({ ...envelope, event: Type.Enum(["stopped", "tripped", "emergency-stop", "reset", "restarted"]) }),
  ]),
  examples: [
    {
      bootId: 4660,
      seq: 19,
      sentAt: "2026-11-22T08:00:00.040Z",
      event: "command",
      commandId: "01937c1e-6b1f-7c3a-9a4e-2f1d5c6b7a80",
      wireId: 258,
      result: "refused",
      reason: "occupied",
    },
    { bootId: 4660, seq: 20, sentAt: "2026-11-22T08:00:09.000Z", event: "entry", aisle: 2, entrySeq: 6 },
    { bootId: 4660, seq: 21, sentAt: "2026-11-22T08:00:12.000Z", event: "tripped" },
  ],
});
