import { stocktakeEndpoints } from "../contract/endpoints/stocktakes.ts";
import type { House } from "../house.ts";
import { mount } from "../http/mount.ts";
import { type App, actorOf } from "../http/route.ts";
import { learnProfile } from "./learn-profile.ts";
import type { Learner } from "./learner.ts";
import { profileView } from "./profile-view.ts";

export function calibrationRoutes(app: App, { house, learner }: { house: House; learner: Learner }): void {
  mount(app, stocktakeEndpoints.getProfile, (request) => profileView(house, learner, request.params.areaKey));
  mount(app, stocktakeEndpoints.learnProfile, async (request) => {
    const { areaKey } = request.params;
    await learnProfile(house, learner, actorOf(request), { areaKey, stocktakeIds: request.body.stocktakeIds });
    return profileView(house, learner, areaKey);
  });
}
