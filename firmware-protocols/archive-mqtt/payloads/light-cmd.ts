import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { CommandId, envelope, Light, Moment, Nullable } from "../words.ts";

/** Guide light, apart from the motion commands: it moves no carriage and needs no epoch. `{id}` may be a shelf's id. */
export const lightCmd = payload({
  topic: ["light", "{id}", "cmd"],
  title: "Guide light command",
  sender: "gateway",
  qos: 1,
  isRetained: false,
  schema: Type.Object(
    { ...envelope, commandId: CommandId, expiresAt: Moment, target: Nullable(Light) },
    { additionalProperties: false },
  ),
  examples: [
    {
      bootId: 71,
      seq: 906,
      sentAt: "2026-11-22T08:00:00.000Z",
      commandId: "light-0199",
      expiresAt: "2026-11-22T08:00:10.000Z",
      target: { column: 2, side: "B", bay: 1, layer: 4, slot: 7 },
    },
    {
      bootId: 71,
      seq: 907,
      sentAt: "2026-11-22T08:01:00.000Z",
      commandId: "light-0200",
      expiresAt: "2026-11-22T08:01:10.000Z",
      target: null,
    },
  ],
});
