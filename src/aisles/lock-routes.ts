import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { areaLockViewSchema, lockBody } from "../contract/aisles.ts";
import { Refusal } from "../contract/errors.ts";
import type { Person } from "../contract/people.ts";
import { type App, nothing } from "../http/route.ts";
import type { Areas } from "./areas.ts";

const params = Type.Object({ areaKey: Type.String({ maxLength: 70 }) });
const tags = ["aisles"];

/** A token is nobody who could come out of the aisle again. */
function personOf({ person }: FastifyRequest): Person {
  if (!person) throw new Refusal("lock-is-personal");
  return person;
}

export function lockRoutes(app: App, areas: Areas): void {
  app.post(
    "/api/v1/areas/:areaKey/lock",
    {
      config: { right: "move", isAtOnce: true, idempotency: "off" },
      schema: { tags, params, body: lockBody, response: { 201: areaLockViewSchema } },
    },
    async (request, reply) => {
      const drive = areas.drive(request.params.areaKey);
      return reply.code(201).send(await drive.locks.lock(personOf(request), request.body.reason));
    },
  );
  app.post(
    "/api/v1/areas/:areaKey/unlock",
    // Of everybody signed in: who lost a role meanwhile still holds their lock, and can only take off that one.
    { config: { right: "signed-in" }, schema: { tags, params, response: { 204: nothing } } },
    async (request, reply) => {
      await areas.drive(request.params.areaKey).locks.unlock(personOf(request).id);
      return reply.code(204).send();
    },
  );
  app.post(
    "/api/v1/areas/:areaKey/locks/:lockId/take-off",
    {
      config: { right: "takeOff" },
      schema: {
        tags,
        params: Type.Object({ ...params.properties, lockId: Type.String({ maxLength: 64 }) }),
        body: lockBody,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { areaKey, lockId } = request.params;
      await areas.drive(areaKey).locks.takeOff(lockId, personOf(request).id, request.body.reason);
      return reply.code(204).send();
    },
  );
}
