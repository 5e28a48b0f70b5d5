import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { Aisle, CommandId, Epoch, envelope, Moment, WireId } from "../words.ts";

/** A motion command lives at most this long (S15). */
export const motionLifeMsMax = 2000;

const fields = {
  ...envelope,
  commandId: CommandId,
  wireId: WireId,
  epoch: Epoch,
  ttlMs: Type.Integer({ minimum: 1, maximum: motionLifeMsMax, description: "Latest start, counted from receipt" }),
  expiresAt: Moment,
  expectedOpenAisle: Aisle,
};

/** Never retained. The controller refuses one that is late, retained, delivered twice, of a lower epoch or for another aisle. */
export const shelfCmd = payload({
  topic: ["shelf", "{id}", "cmd"],
  title: "Motion command",
  sender: "gateway",
  qos: 1,
  isRetained: false,
  schema: Type.Union([
    Type.Object(
      { ...fields, verb: Type.Literal("open"), aisle: Type.Integer({ minimum: 1, maximum: 999 }) },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        ...fields,
        verb: Type.Enum(["close", "ventilate", "inhibit", "release", "pause"]),
        aisle: Type.Literal(0),
      },
      { additionalProperties: false },
    ),
  ]),
  judge(value) {
    const { sentAt, expiresAt } = value as { sentAt: string; expiresAt: string };
    const lifeMs = Date.parse(expiresAt) - Date.parse(sentAt);
    return lifeMs >= 0 && lifeMs <= motionLifeMsMax
      ? null
      : { path: "/expiresAt", problem: "not 0–2 000 ms after sentAt" };
  },
  examples: [
    {
      bootId: 71,
      seq: 905,
      sentAt: "2026-11-22T08:00:00.000Z",
      commandId: "01937c1e-6b1f-7c3a-9a4e-2f1d5c6b7a80",
      wireId: 258,
      verb: "open",
      aisle: 3,
      epoch: 7,
      ttlMs: 2000,
      expiresAt: "2026-11-22T08:00:02.000Z",
      expectedOpenAisle: 1,
    },
  ],
});
