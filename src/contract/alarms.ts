/** Alarms that devices of a room called out and nobody has cleared, and what of alarms was not taken. */
import { type Static, Type } from "typebox";
import { alarmFaults, alarmLevels } from "./kinds/alarms.ts";

const level = Type.Enum([...alarmLevels]);

export const standingAlarmSchema = Type.Object(
  {
    id: Type.String(),
    roomId: Type.String(),
    /** The area of the device that raised it, or the room where it works in none. */
    areaKey: Type.String(),
    /** The device that raised it: it alone takes it back, or a person. */
    deviceId: Type.String(),
    level,
    /** A code, e.g. "smoke". */
    kind: Type.String(),
    raisedAtMs: Type.Integer(),
    /** Every area of its room is held by it (S21). */
    isHolding: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type StandingAlarm = Static<typeof standingAlarmSchema>;

export const alarmFaultCountSchema = Type.Object(
  {
    /** Null: it came without a sender. */
    deviceId: Type.Union([Type.String(), Type.Null()]),
    fault: Type.Enum([...alarmFaults]),
    level: Type.Union([level, Type.Null()]),
    /** Since the gateway started. */
    count: Type.Integer(),
  },
  { additionalProperties: false },
);
export type AlarmFaultCount = Static<typeof alarmFaultCountSchema>;

/** What an area's own state says for as long as it is so: nobody acknowledges or clears it. */
export const areaAlarmSchema = Type.Object(
  { areaKey: Type.String(), code: Type.String(), zh: Type.String(), en: Type.String() },
  { additionalProperties: false },
);
export type AreaAlarm = Static<typeof areaAlarmSchema>;

export const alarmsViewSchema = Type.Object(
  {
    standing: Type.Array(standingAlarmSchema),
    areas: Type.Array(areaAlarmSchema),
    faults: Type.Array(alarmFaultCountSchema),
  },
  { additionalProperties: false },
);
export type AlarmsView = Static<typeof alarmsViewSchema>;
export type DeviceAlarms = Omit<AlarmsView, "areas">;

export const clearAlarmBody = Type.Object(
  { reason: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false },
);
