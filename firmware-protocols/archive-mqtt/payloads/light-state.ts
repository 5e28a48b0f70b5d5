import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { CommandId, envelope, Light, Nullable } from "../words.ts";

/** The light that is on now, for lights that are not part of a shelf controller. The last will is `{"state":"offline"}`. */
export const lightState = payload({
  topic: ["light", "{id}", "state"],
  title: "Guide light state",
  sender: "device",
  qos: 1,
  isRetained: true,
  schema: Type.Union([
    Type.Object({ state: Type.Literal("offline") }),
    Type.Object({
      state: Type.Literal("online"),
      ...envelope,
      target: Nullable(Light),
      commandId: Nullable(CommandId),
    }),
  ]),
  examples: [
    { state: "offline" },
    {
      state: "online",
      bootId: 9,
      seq: 2,
      sentAt: "2026-11-22T08:00:00.100Z",
      target: { column: 2, side: "B", bay: 1, layer: 4, slot: 7 },
      commandId: "light-0199",
    },
  ],
});
