import { Type } from "typebox";
import { huntViewSchema } from "../contract/hunt.ts";
import { type App, actorOf } from "../http/route.ts";
import type { Hunts } from "./hunts.ts";

const params = Type.Object({ id: Type.String({ maxLength: 64 }) });
const tags = ["boxes"];

export function huntRoutes(app: App, { hunts }: { hunts: Hunts }): void {
  app.post(
    "/api/v1/boxes/:id/hunt",
    { config: { right: "hunt" }, schema: { tags, params, response: { 201: huntViewSchema } } },
    async (request, reply) => reply.code(201).send(await hunts.start(actorOf(request), request.params.id)),
  );
  app.get(
    "/api/v1/boxes/:id/hunt",
    { config: { right: "look" }, schema: { tags, params, response: { 200: huntViewSchema } } },
    (request) => hunts.view(request.params.id),
  );
  app.post(
    "/api/v1/boxes/:id/hunt/end",
    { config: { right: "hunt" }, schema: { tags, params, response: { 200: huntViewSchema } } },
    (request) => hunts.end(actorOf(request), request.params.id),
  );
}
