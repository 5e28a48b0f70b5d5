import { desc } from "drizzle-orm";
import type { Profile } from "../sensing/profile.ts";
import type { Db, Tx } from "../storage/db.ts";
import { antennaProfiles } from "../storage/schema/stocktake.ts";

/** What the antennas of each calibrated area hear: the newest version, by area key. */
export async function newestProfiles(db: Db | Tx): Promise<Map<string, Profile>> {
  const rows = await db
    .selectDistinctOn([antennaProfiles.areaKey], { areaKey: antennaProfiles.areaKey, profile: antennaProfiles.profile })
    .from(antennaProfiles)
    .orderBy(antennaProfiles.areaKey, desc(antennaProfiles.version));
  return new Map(rows.map(({ areaKey, profile }) => [areaKey, profile as Profile]));
}
