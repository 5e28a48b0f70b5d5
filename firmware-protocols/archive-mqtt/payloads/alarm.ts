import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { CommandId, envelope, FaultCode, idPattern, Nullable } from "../words.ts";

/** Anything a person must know of, from any device of the room; cleared with the same alarmId. */
export const alarm = payload({
  topic: ["alarm"],
  title: "Alarm",
  sender: "device",
  qos: 1,
  isRetained: false,
  schema: Type.Object({
    ...envelope,
    alarmId: CommandId,
    level: Type.Enum(["notice", "warning", "danger"]),
    kind: FaultCode,
    source: Nullable(
      Type.Object({
        device: Type.Enum(["reader", "shelf", "env", "light", "gate", "panel"]),
        id: Type.String({ pattern: idPattern }),
      }),
    ),
    isCleared: Type.Boolean(),
  }),
  examples: [
    {
      bootId: 4660,
      seq: 22,
      sentAt: "2026-11-22T08:00:12.010Z",
      alarmId: "trip-21",
      level: "danger",
      kind: "tripped",
      source: { device: "shelf", id: "area-a" },
      isCleared: false,
    },
  ],
});
