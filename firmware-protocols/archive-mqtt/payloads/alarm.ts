import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { CommandId, envelope, FaultCode, idPattern, Nullable } from "../words.ts";

const schema = Type.Object({
  ...envelope,
  alarmId: CommandId,
  level: Type.Enum(["notice", "warning", "danger"]),
  kind: FaultCode,
  source: Nullable(
    Type.Object(
      {
        device: Type.Enum(["reader", "shelf", "env", "light", "gate", "panel"]),
        id: Type.String({ pattern: idPattern }),
      },
      { description: "The part that saw it. Who sent it is the topic's id and nothing else." },
    ),
  ),
  isCleared: Type.Boolean(),
});

const example = {
  bootId: 4660,
  seq: 22,
  sentAt: "2026-11-22T08:00:12.010Z",
  alarmId: "trip-21",
  level: "danger",
  kind: "tripped",
  source: { device: "shelf", id: "area-a" },
  isCleared: false,
};

/** An alarm that people must know of. `{id}` is the device that sends it; the same device clears it with the same alarmId. */
export const alarm = payload({
  topic: ["alarm", "{id}"],
  title: "Alarm",
  sender: "device",
  qos: 1,
  isRetained: false,
  schema,
  examples: [example],
});

/** The form of devices of 0.1, without their own id. Until 0.2; a broker that knows the publisher adds the id. */
export const alarmUnsigned = payload({
  topic: ["alarm"],
  title: "Alarm without its sender (old form, until 0.2)",
  sender: "device",
  qos: 1,
  isRetained: false,
  schema,
  examples: [example],
});
