import { desc, sql } from "drizzle-orm";
import type { Profile } from "../sensing/profile.ts";
import type { Db, Tx } from "../storage/db.ts";
import { antennaProfiles } from "../storage/schema/stocktake.ts";

/**
 * What the antennas of each calibrated area hear, by area key: the newest version that did not learn from this count. Judged by
 * what it taught, a count would flatter itself.
 */
export async function newestProfiles(db: Db | Tx, stocktakeId: string): Promise<Map<string, Profile>> {
  const rows = await db
    .selectDistinctOn([antennaProfiles.areaKey], { areaKey: antennaProfiles.areaKey, profile: antennaProfiles.profile })
    .from(antennaProfiles)
    .where(sql`NOT ${antennaProfiles.stocktakeIds} @> ${JSON.stringify([stocktakeId])}::jsonb`)
    .orderBy(antennaProfiles.areaKey, desc(antennaProfiles.version));
  return new Map(rows.map(({ areaKey, profile }) => [areaKey, profile as Profile]));
}
