import { stocktakeEndpoints } from "../contract/endpoints/stocktakes.ts";
import type { Context } from "../context.ts";
import { mount } from "../http/mount.ts";
import { type App, actorOf } from "../http/route.ts";
import { learnProfile } from "./learn-profile.ts";
import type { Learner } from "./learner.ts";
import { profileView } from "./profile-view.ts";

export function calibrationRoutes(app: App, { context, learner }: { context: Context; learner: Learner }): void {
  mount(app, stocktakeEndpoints.getProfile, (request) => profileView(context, learner, request.params.areaKey));
  mount(app, stocktakeEndpoints.learnProfile, async (request) => {
    const { areaKey } = request.params;
    await learnProfile(context, learner, actorOf(request), { areaKey, stocktakeIds: request.body.stocktakeIds });
    return profileView(context, learner, areaKey);
  });
}
