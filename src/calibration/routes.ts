import { Type } from "typebox";
import { learnProfileBody, profileViewSchema } from "../contract/profiles.ts";
import type { House } from "../house.ts";
import { type App, actorOf } from "../http/route.ts";
import { learnProfile } from "./learn-profile.ts";
import type { Learner } from "./learner.ts";
import { profileView } from "./profile-view.ts";

const params = Type.Object({ areaKey: Type.String({ maxLength: 80 }) });
const tags = ["areas"];

export function calibrationRoutes(app: App, { house, learner }: { house: House; learner: Learner }): void {
  app.get(
    "/api/v1/areas/:areaKey/profile",
    { config: { right: "look" }, schema: { tags, params, response: { 200: profileViewSchema } } },
    (request) => profileView(house, learner, request.params.areaKey),
  );
  app.post(
    "/api/v1/areas/:areaKey/profile",
    {
      config: { right: "calibrate" },
      schema: { tags, params, body: learnProfileBody, response: { 201: profileViewSchema } },
    },
    async (request, reply) => {
      const { areaKey } = request.params;
      await learnProfile(house, learner, actorOf(request), { areaKey, stocktakeIds: request.body.stocktakeIds });
      return reply.code(201).send(await profileView(house, learner, areaKey));
    },
  );
}
