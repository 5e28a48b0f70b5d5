/** Alarms that devices of a room raised and that are not cleared yet, and counts of alarms that were refused. */
import { type Static, Type } from "typebox";
import { alarmFaults, alarmLevels } from "./kinds/alarms.ts";

const level = Type.Enum([...alarmLevels]);

export const standingAlarmSchema = Type.Object(
  {
    id: Type.String(),
    roomId: Type.String(),
    /** The area of the device that raised it, or the room if the device belongs to no area. */
    areaKey: Type.String(),
    /** The device that raised the alarm: only this device or a person may clear it. */
    deviceId: Type.String(),
    level,
    /** A code, e.g. "smoke". */
    kind: Type.String(),
    raisedAtMs: Type.Integer(),
    /** True while this alarm holds every area of its room (S21). */
    isHolding: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type StandingAlarm = Static<typeof standingAlarmSchema>;

export const alarmFaultCountSchema = Type.Object(
  {
    /** Null: the alarm came without a sender. */
    deviceId: Type.Union([Type.String(), Type.Null()]),
    fault: Type.Enum([...alarmFaults]),
    level: Type.Union([level, Type.Null()]),
    /** Since the gateway started. */
    count: Type.Integer(),
  },
  { additionalProperties: false },
);
export type AlarmFaultCount = Static<typeof alarmFaultCountSchema>;

/** An alarm that follows from an area's own state. It stands as long as that state does, so nobody acknowledges or clears it. */
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
