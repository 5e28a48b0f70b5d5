import type { Context } from "../context.ts";
import { stocktakeEndpoints } from "../contract/endpoints/stocktakes.ts";
import { mount } from "../http/mount.ts";
import { type App, actorOf } from "../http/route.ts";
import { calibrationView } from "./calibration-view.ts";
import { learnCalibration } from "./learn-calibration.ts";
import type { Learner } from "./learner.ts";

export function calibrationRoutes(app: App, { context, learner }: { context: Context; learner: Learner }): void {
  mount(app, stocktakeEndpoints.getCalibration, (request) => calibrationView(context, learner, request.params.areaKey));
  mount(app, stocktakeEndpoints.learnCalibration, async (request) => {
    const { areaKey } = request.params;
    await learnCalibration(context, learner, actorOf(request), { areaKey, stocktakeIds: request.body.stocktakeIds });
    return calibrationView(context, learner, areaKey);
  });
}
