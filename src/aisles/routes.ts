import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import {
  areaViewSchema,
  commandViewSchema,
  motionBody,
  openAisleBody,
  openAisleResultSchema,
  showBoxResultSchema,
} from "../contract/aisles.ts";
import { Refusal } from "../contract/errors.ts";
import type { House } from "../house.ts";
import { pressIdOf } from "../http/press-id.ts";
import { type App, actorOf } from "../http/route.ts";
import type { StopPress } from "../motion/messages.ts";
import type { AreaDrive } from "./area-drive.ts";
import type { Areas } from "./areas.ts";
import { commandView } from "./command-row.ts";
import { lockRoutes } from "./lock-routes.ts";
import { showBox } from "./show-box.ts";

const params = Type.Object({ areaKey: Type.String({ maxLength: 70 }) });
const tags = ["aisles"];
/** What else stands there is no reason to refuse a STOP. */
const stopQuery = Type.Object({
  press: Type.Optional(
    Type.Unknown({
      description:
        "A name (8–64 of A–Z, a–z, 0–9, _ and -) for a press that goes to STOP's own door as well (STOP_PORT, the same address): one row in the journal",
    }),
  ),
});

function pressOf({ query, askedAtMs }: { query: { press?: unknown }; askedAtMs: number }): StopPress {
  return { id: pressIdOf(query.press), door: "gateway", askedAtMs };
}

/** All of them go out before anybody waits; 202 only where motion took them, as at STOP's own door. */
async function taken(drives: readonly AreaDrive[], request: FastifyRequest & { query: { press?: unknown } }) {
  const answers = await Promise.all(drives.map((drive) => drive.stop(actorOf(request), pressOf(request))));
  if (answers.includes(false)) throw new Refusal("motion-away");
}

export interface AisleRoutesDeps {
  house: House;
  areas: Areas;
  onFailure(error: unknown): void;
}

export function aisleRoutes(app: App, { house, areas, onFailure }: AisleRoutesDeps): void {
  app.get(
    "/api/v1/areas/:areaKey",
    { config: { right: "look" }, schema: { tags, params, response: { 200: areaViewSchema } } },
    async (request) => areas.drive(request.params.areaKey).view(),
  );
  app.post(
    "/api/v1/areas/:areaKey/open",
    {
      config: { right: "move" },
      schema: { tags, params, body: openAisleBody, response: { 202: openAisleResultSchema } },
    },
    async (request, reply) => {
      const { aisle, reason } = request.body;
      const drive = areas.drive(request.params.areaKey);
      const command = await drive.request(actorOf(request), "open", aisle, reason ?? null, request.askedAtMs);
      return reply.code(202).send({ ...command, attention: drive.view().attention });
    },
  );
  for (const verb of ["close", "ventilate", "inhibit", "release", "pause"] as const) {
    app.post(
      `/api/v1/areas/:areaKey/${verb}`,
      {
        config: { right: verb === "release" ? "release" : "move" },
        schema: { tags, params, body: Type.Optional(motionBody), response: { 202: commandViewSchema } },
      },
      async (request, reply) => {
        const drive = areas.drive(request.params.areaKey);
        const command = await drive.request(actorOf(request), verb, 0, request.body?.reason ?? null, request.askedAtMs);
        // Only now: a refused close leaves the light that somebody follows (I9).
        if (verb === "close" || verb === "ventilate") drive.light(null).catch(onFailure);
        return reply.code(202).send(command);
      },
    );
  }
  app.post(
    "/api/v1/areas/:areaKey/stop",
    {
      config: { right: "stop" },
      schema: { tags, params, querystring: stopQuery, response: { 202: Type.Object({}) } },
    },
    async (request, reply) => {
      await taken([areas.drive(request.params.areaKey)], request);
      return reply.code(202).send({});
    },
  );
  app.post(
    "/api/v1/stop",
    { config: { right: "stop" }, schema: { tags, querystring: stopQuery, response: { 202: Type.Object({}) } } },
    async (request, reply) => {
      await taken(areas.all(), request);
      return reply.code(202).send({});
    },
  );
  lockRoutes(app, areas);
  app.get(
    "/api/v1/commands/:id",
    {
      config: { right: "look" },
      schema: {
        tags,
        params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
        response: { 200: commandViewSchema },
      },
    },
    (request) => commandView(house, request.params.id),
  );
  app.post(
    "/api/v1/boxes/:id/show",
    {
      config: { right: "move" },
      schema: {
        tags,
        params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
        response: { 202: showBoxResultSchema },
      },
    },
    async (request, reply) =>
      reply
        .code(202)
        .send(await showBox({ house, areas, onFailure }, actorOf(request), request.params.id, request.askedAtMs)),
  );
}
