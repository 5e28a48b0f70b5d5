import { Type } from "typebox";
import { acknowledgeFindingBody, aisleAttentionSchema } from "../../contract/attention.ts";
import { type App, actorOf } from "../../http/route.ts";
import type { Deltas } from "./run-deltas.ts";

const areaKey = Type.String({ maxLength: 70 });
const tags = ["stocktakes"];
const response = Type.Array(aisleAttentionSchema);

/** Both answer with the area's aisles of which there is something to say, as in GET /api/v1/areas/:areaKey. */
export function deltaRoutes(app: App, { deltas }: { deltas: Pick<Deltas, "recount" | "acknowledge"> }): void {
  app.post(
    "/api/v1/areas/:areaKey/aisles/:aisle/recount",
    {
      config: { right: "stocktake" },
      schema: { tags, params: Type.Object({ areaKey, aisle: Type.Integer() }), response: { 202: response } },
    },
    async (request, reply) => {
      const { areaKey, aisle } = request.params;
      return reply.code(202).send(await deltas.recount(actorOf(request), areaKey, aisle));
    },
  );
  app.post(
    "/api/v1/areas/:areaKey/findings/:id/acknowledge",
    {
      config: { right: "decide" },
      schema: {
        tags,
        params: Type.Object({ areaKey, id: Type.String({ maxLength: 64 }) }),
        body: Type.Optional(acknowledgeFindingBody),
        response: { 200: response },
      },
    },
    (request) => {
      const { areaKey, id } = request.params;
      return deltas.acknowledge(actorOf(request), { areaKey, id, reason: request.body?.reason ?? null });
    },
  );
}
