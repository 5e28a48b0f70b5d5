import { desc, eq } from "drizzle-orm";
import { Refusal } from "../contract/errors.ts";
import type { ProfileFitView, ProfileView } from "../contract/profiles.ts";
import type { Context } from "../context.ts";
import { defaultProfile, type Profile } from "../sensing/profile.ts";
import type { Db, Tx } from "../storage/db.ts";
import { antennaProfiles } from "../storage/schema/stocktake.ts";
import { finishedCounts } from "./finished-counts.ts";
import { knownSession } from "./known-session.ts";
import type { Learner } from "./learner.ts";

const antennasMax = 20;

/** Newest first. */
export function profileVersions(db: Db | Tx, areaKey: string): Promise<(typeof antennaProfiles.$inferSelect)[]> {
  return db
    .select()
    .from(antennaProfiles)
    .where(eq(antennaProfiles.areaKey, areaKey))
    .orderBy(desc(antennaProfiles.version));
}

/** Versions of an area's profile, and whether the one in use still fits; refuses with not-found. */
export async function profileView(context: Context, learner: Learner, areaKey: string): Promise<ProfileView> {
  if (!context.layout.areas.some((one) => `${one.roomId}.${one.id}` === areaKey))
    throw new Refusal("not-found", { what: areaKey });
  const rows = await profileVersions(context.db, areaKey);
  const [newest] = rows;
  return {
    areaKey,
    version: newest?.version ?? 0,
    versions: rows.map(({ version, profile, stocktakeIds, actor, madeAtMs }) => {
      return { version, boxes: (profile as Profile).boxes, stocktakeIds: stocktakeIds as string[], actor, madeAtMs };
    }),
    fit: await fitOf(context, learner, areaKey, newest),
  };
}

async function fitOf(
  context: Context,
  learner: Learner,
  areaKey: string,
  newest: typeof antennaProfiles.$inferSelect | undefined,
): Promise<ProfileFitView | null> {
  const learnedFrom = new Set((newest?.stocktakeIds as string[] | undefined) ?? []);
  const count = (await finishedCounts(context.db, areaKey)).find(({ id }) => !learnedFrom.has(id));
  if (!count) return null;
  const session = await knownSession(context.db, context.layout, areaKey, count.id);
  const profile = (newest?.profile as Profile | undefined) ?? defaultProfile;
  const { isGood, statistic, threshold, antennas } = await learner.fit({ areaKey, session, profile });
  return {
    ...{ stocktakeId: count.id, endedAtMs: count.endedAtMs, boxes: count.boxes, isGood, threshold },
    statistic: Number.isFinite(statistic) ? statistic : null,
    antennas: antennas.slice(0, antennasMax),
  };
}
