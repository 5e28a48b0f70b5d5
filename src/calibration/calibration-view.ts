import { desc, eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { CalibrationFitView, CalibrationView } from "../contract/calibrations.ts";
import { Refusal } from "../contract/errors.ts";
import { type Calibration, defaultCalibration } from "../sensing/calibration.ts";
import type { Db, Tx } from "../storage/db.ts";
import { antennaCalibrations } from "../storage/schema/stocktake.ts";
import { finishedStocktakes } from "./finished-stocktakes.ts";
import { knownSession } from "./known-session.ts";
import type { Learner } from "./learner.ts";

const antennasMax = 20;

/** Newest first. */
export function calibrationVersions(
  db: Db | Tx,
  areaKey: string,
): Promise<(typeof antennaCalibrations.$inferSelect)[]> {
  return db
    .select()
    .from(antennaCalibrations)
    .where(eq(antennaCalibrations.areaKey, areaKey))
    .orderBy(desc(antennaCalibrations.version));
}

/** Versions of an area's calibration, and whether the one in use still fits; refuses with not-found. */
export async function calibrationView(context: Context, learner: Learner, areaKey: string): Promise<CalibrationView> {
  if (!context.layout.areas.some((one) => `${one.roomId}.${one.id}` === areaKey))
    throw new Refusal("not-found", { what: areaKey });
  const rows = await calibrationVersions(context.db, areaKey);
  const [newest] = rows;
  return {
    areaKey,
    version: newest?.version ?? 0,
    versions: rows.map(({ version, calibration, stocktakeIds, actor, madeAtMs }) => {
      return {
        version,
        boxes: (calibration as Calibration).boxes,
        stocktakeIds: stocktakeIds as string[],
        actor,
        madeAtMs,
      };
    }),
    fit: await fitOf(context, learner, areaKey, newest),
  };
}

async function fitOf(
  context: Context,
  learner: Learner,
  areaKey: string,
  newest: typeof antennaCalibrations.$inferSelect | undefined,
): Promise<CalibrationFitView | null> {
  const learnedFrom = new Set((newest?.stocktakeIds as string[] | undefined) ?? []);
  const stocktake = (await finishedStocktakes(context.db, areaKey)).find(({ id }) => !learnedFrom.has(id));
  if (!stocktake) return null;
  const session = await knownSession(context.db, context.layout, areaKey, stocktake.id);
  const calibration = (newest?.calibration as Calibration | undefined) ?? defaultCalibration;
  const { isGood, statistic, threshold, antennas } = await learner.fit({ areaKey, session, calibration });
  return {
    ...{ stocktakeId: stocktake.id, endedAtMs: stocktake.endedAtMs, boxes: stocktake.boxes, isGood, threshold },
    statistic: Number.isFinite(statistic) ? statistic : null,
    antennas: antennas.slice(0, antennasMax),
  };
}
