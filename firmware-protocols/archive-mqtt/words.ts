import { type TSchema, Type } from "typebox";
import { activities, alarmNames, commandResults, motions, refusalReasonNames } from "../register-maps/wire-status.ts";

/** Ids of rooms, readers, shelves: the parts of a topic between slashes. */
export const idPattern = "^[a-z0-9-]{1,32}$";

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/**
 * UTC, always with Z, e.g. 2026-11-22T08:00:00.123Z. A device without a time server sends 1970: wrong, but still a valid time.
 */
export const Moment = Type.String({
  pattern:
    "^(19[7-9]\\d|20\\d\\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?Z$",
  description: "UTC moment by the sender's clock",
});

export const CommandId = Type.String({
  pattern: "^[0-9A-Za-z-]{1,64}$",
  description: "Unique for each command; a repeat with the same id is the same command",
});

export const BootId = Type.Integer({
  minimum: 0,
  maximum: 0xffffffff,
  description: "Changes when the sender restarts",
});
export const Seq = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "Grows by one with every message of the sender since its boot",
});
export const WireId = Type.Integer({
  minimum: 1,
  maximum: 65_535,
  description: "Short command number, as in registers",
});
export const Epoch = Type.Integer({
  minimum: 0,
  maximum: 65_535,
  description: "Fencing number: a lower one is refused",
});
export const Aisle = Type.Integer({ minimum: 0, maximum: 999, description: "0 = none" });
export const Antenna = Type.Integer({ minimum: 1, maximum: 255, description: "1-based port" });
export const Epc = Type.String({
  pattern: "^(?:[0-9A-F]{4}){1,31}$",
  description: "Upper-case hex, whole 16-bit words",
});
export const SignalDbm = Nullable(Type.Number({ minimum: -150, maximum: 30 }));
export const FaultCode = Type.String({ pattern: "^[a-z0-9-]{1,48}$", description: "A code, never a sentence" });

export const Activity = Type.Enum([...activities]);
export const Motion = Type.Enum([...motions]);
export const Result = Type.Enum([...commandResults]);
export const Reason = Type.Enum([...refusalReasonNames]);
export const Alarm = Type.Enum([...alarmNames]);

export const Light = Type.Object(
  {
    column: Type.Integer({ minimum: 1, maximum: 999 }),
    side: Type.Enum(["A", "B"]),
    bay: Type.Integer({ minimum: 1, maximum: 999 }),
    layer: Type.Integer({ minimum: 1, maximum: 99 }),
    slot: Type.Integer({ minimum: 0, maximum: 999, description: "0 = the whole layer" }),
  },
  { additionalProperties: false },
);

/** In every message but the simplest: the sender's boot, the message's number, and when it was sent. */
export const envelope = { bootId: BootId, seq: Seq, sentAt: Moment };
