import { desc, sql } from "drizzle-orm";
import type { Calibration } from "../sensing/calibration.ts";
import type { Db, Tx } from "../storage/db.ts";
import { antennaCalibrations } from "../storage/schema/stocktake.ts";

/**
 * What the antennas of each calibrated area hear, by area key: the newest version that did not learn from this stocktake. Judged by
 * what it taught, a stocktake would flatter itself.
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
