import type { Context } from "../context.ts";
import type { DeviceAlarms } from "../contract/alarms.ts";
import { standingAlarms } from "../storage/schema/alarms.ts";
import { rankOf } from "./alarm-budget.ts";
import { placeOfDevice } from "./place-of-device.ts";

/** Standing alarms from the database alone, for a gateway that hears no devices; only the one that does knows rejected ones. */
export async function readStandingAlarms({ db, layout }: Context): Promise<DeviceAlarms> {
  const rows = await db.select().from(standingAlarms).orderBy(standingAlarms.raisedAtMs);
  const standing = rows.map(({ alarmId: _, ...row }) => ({
    ...row,
    areaKey: placeOfDevice(layout, row.roomId, row.deviceId),
    isHolding: rankOf(row) === "fire",
  }));
  return { standing, faults: [] };
}
