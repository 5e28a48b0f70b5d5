import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { BootId, Moment, Seq } from "../words.ts";

/** The gateway's own state for a room. The broker publishes `{"state":"offline"}` as its last will. */
export const status = payload({
  topic: ["status"],
  title: "Is a gateway serving this room?",
  sender: "gateway",
  qos: 1,
  isRetained: true,
  schema: Type.Object({
    state: Type.Enum(["online", "offline"]),
    bootId: Type.Optional(BootId),
    seq: Type.Optional(Seq),
    sentAt: Type.Optional(Moment),
  }),
  examples: [{ state: "offline" }, { state: "online", bootId: 71, seq: 0, sentAt: "2026-11-22T08:00:00.000Z" }],
});
