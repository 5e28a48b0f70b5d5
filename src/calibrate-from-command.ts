/** `guiwei calibrate`: does on the command line what POST /api/v1/areas/:areaKey/calibration does, and says whether it fits. */
import { randomBytes } from "node:crypto";
import { calibrationView } from "./calibration/calibration-view.ts";
import { learnCalibration } from "./calibration/learn-calibration.ts";
import { inlineLearner } from "./calibration/learner.ts";
import { systemClock } from "./clock/clock.ts";
import type { Context } from "./context.ts";
import { makeNewId } from "./new-id.ts";
import type { Layout } from "./site/layout.ts";
import type { Db } from "./storage/db.ts";

export async function calibrateFromCommand(
  db: Db,
  layout: Layout,
  request: { areaKey: string; stocktakeIds: string[] | undefined },
  say: (line: string) => void,
): Promise<void> {
  const clock = systemClock();
  const newId = makeNewId(clock, () => randomBytes(4).readUInt32BE());
  const context: Context = { db, clock, newId, layout, publish: () => {} };
  const learner = inlineLearner(layout);
  await learnCalibration(context, learner, "gateway", request);
  const { areaKey, versions, fit } = await calibrationView(context, learner, request.areaKey);
  const [made] = versions;
  say(
    `${areaKey}: 第 ${made?.version} 版 / version ${made?.version}, ${made?.boxes} 盒 / boxes, ${made?.stocktakeIds.join(" ")}`,
  );
  if (!fit) {
    say("没有留出的盘点可供检验 / no count is left to check it with");
    return;
  }
  const statistic = fit.statistic === null ? "—" : fit.statistic.toFixed(2);
  say(
    `${fit.isGood ? "符合 / fits" : "不符合 / does not fit"} ${fit.stocktakeId} (${fit.boxes} 盒 / boxes): ${statistic} ≤ ${fit.threshold}`,
  );
  for (const { key, shiftDb, deviations } of fit.antennas.slice(0, 5))
    say(`  ${key} ${shiftDb.toFixed(1)} dB (${deviations.toFixed(1)} σ)`);
}
