import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { envelope } from "../words.ts";

/** All contacts of an input board: on every change and at least once a second. The last will is `{"state":"offline"}`. */
export const inputState = payload({
  topic: ["input", "{id}", "state"],
  title: "Digital inputs",
  sender: "device",
  qos: 1,
  isRetained: true,
  schema: Type.Union([
    Type.Object({ state: Type.Literal("offline") }),
    Type.Object({
      state: Type.Literal("online"),
      ...envelope,
      channels: Type.Array(
        Type.Object({ channel: Type.Integer({ minimum: 1, maximum: 64 }), closed: Type.Boolean() }),
        { minItems: 1, maxItems: 64 },
      ),
    }),
  ]),
  judge(value) {
    const channels = "channels" in (value as object) ? (value as { channels: { channel: number }[] }).channels : [];
    const isTwice = new Set(channels.map(({ channel }) => channel)).size < channels.length;
    return isTwice ? { path: "/channels", problem: "a channel twice" } : null;
  },
  examples: [
    { state: "offline" },
    {
      state: "online",
      bootId: 4,
      seq: 31,
      sentAt: "2026-11-22T08:00:00.250Z",
      channels: [
        { channel: 1, closed: false },
        { channel: 2, closed: true },
      ],
    },
  ],
});
