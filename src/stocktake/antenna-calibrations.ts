import { desc, sql } from "drizzle-orm";
import type { Calibration } from "../sensing/calibration.ts";
import type { Db, Tx } from "../storage/db.ts";
import { antennaCalibrations } from "../storage/schema/stocktake.ts";

/**
 * By area key, the newest calibration of each area that was not learned from this stocktake: a stocktake judged by a calibration
 * that it taught would look better than it is.
 */
export async function newestCalibrations(db: Db | Tx, stocktakeId: string): Promise<Map<string, Calibration>> {
  const rows = await db
    .selectDistinctOn([antennaCalibrations.areaKey], {
      areaKey: antennaCalibrations.areaKey,
      calibration: antennaCalibrations.calibration,
    })
    .from(antennaCalibrations)
    .where(sql`NOT ${antennaCalibrations.stocktakeIds} @> ${JSON.stringify([stocktakeId])}::jsonb`)
    .orderBy(antennaCalibrations.areaKey, desc(antennaCalibrations.version));
  return new Map(rows.map(({ areaKey, calibration }) => [areaKey, calibration as Calibration]));
}
