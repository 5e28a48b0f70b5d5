import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import { type Actor, roomChain } from "../contract/journal.ts";
import { change } from "../journal/change.ts";
import { type Calibration, defaultCalibration } from "../sensing/calibration.ts";
import { antennaCalibrations } from "../storage/schema/stocktake.ts";
import { calibrationVersions } from "./calibration-view.ts";
import { boxesMin, type FinishedStocktake, finishedStocktakes } from "./finished-stocktakes.ts";
import { knownSession } from "./known-session.ts";
import type { Learner } from "./learner.ts";

/** Number of stocktakes to learn from when the request names none. */
const countsMax = 5;

/**
 * Learns from finished stocktakes what the antennas of an area read, and stores it as a new version; nothing is overwritten.
 * Refuses with not-found, calibration-no-stocktakes, calibration-stocktake-unfit, conflict.
 */
export async function learnCalibration(
  context: Context,
  learner: Learner,
  actor: Actor,
  request: { areaKey: string; stocktakeIds?: readonly string[] | undefined },
): Promise<number> {
  const { areaKey } = request;
  const area = context.layout.areas.find((one) => `${one.roomId}.${one.id}` === areaKey);
  if (!area) throw new Refusal("not-found", { what: areaKey });
  const stocktakes = chosenStocktakes(await finishedStocktakes(context.db, areaKey), areaKey, request.stocktakeIds);
  const [before] = await calibrationVersions(context.db, areaKey);
  const sessions = [];
  for (const { id } of stocktakes) sessions.push(await knownSession(context.db, context.layout, areaKey, id));
  const known = (before?.calibration as Calibration | undefined) ?? defaultCalibration;
  const calibration = await learner.learn({ areaKey, sessions, before: { ...known, version: before?.version ?? 0 } });
  // The new version builds on the one before, so the stocktakes of that one must not be judged with it either.
  const learnedFrom = stocktakes.map(({ id }) => id);
  const stocktakeIds = [...new Set([...((before?.stocktakeIds as string[] | undefined) ?? []), ...learnedFrom])];
  await change(context, async (tx, recorder) => {
    const { version, boxes } = calibration;
    // Two simultaneous requests make the same version number: the second is refused and nothing is lost.
    await tx
      .insert(antennaCalibrations)
      .values({ areaKey, version, calibration, stocktakeIds, actor, madeAtMs: recorder.atMs });
    recorder.note({
      chain: roomChain(area.roomId),
      actor,
      kind: "calibration.learned",
      subject: `area:${areaKey}`,
      body: { areaKey, version, boxes, stocktakeIds, learnedFrom },
    });
  });
  return calibration.version;
}

function chosenStocktakes(
  finished: readonly FinishedStocktake[],
  areaKey: string,
  ids: readonly string[] | undefined,
): readonly FinishedStocktake[] {
  if (ids) {
    return [...new Set(ids)].map((id) => {
      const stocktake = finished.find((one) => one.id === id);
      if (!stocktake) throw new Refusal("calibration-stocktake-unfit", { id, areaKey, limit: boxesMin });
      return stocktake;
    });
  }
  if (finished.length === 0) throw new Refusal("calibration-no-stocktakes", { areaKey, limit: boxesMin });
  // The newest stocktake is held out, so that it can show at once whether the result fits.
  return finished.length === 1 ? finished : finished.slice(1, 1 + countsMax);
}
