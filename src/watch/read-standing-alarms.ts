import type { Context } from "../context.ts";
import type { DeviceAlarms } from "../contract/alarms.ts";
import { standingAlarms } from "../storage/schema/alarms.ts";
import { rankOf } from "./alarm-budget.ts";
import { placeOfDevice } from "./place-of-device.ts";

/** What stands by the database alone, where no devices are heard: what was not taken only their listener knows. */
export async function readStandingAlarms({ db, layout }: Context): Promise<DeviceAlarms> {
  const rows = await db.select().from(standingAlarms).orderBy(standingAlarms.raisedAtMs);
  const standing = rows.map(({ alarmId: _, ...row }) => ({
    ...row,
    areaKey: placeOfDevice(layout, row.roomId, row.deviceId),
    isHolding: rankOf(row) === "fire",
  }));
  return { standing, faults: [] };
}
