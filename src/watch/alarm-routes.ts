import { Type } from "typebox";
import { type AlarmsView, alarmsViewSchema, clearAlarmBody } from "../contract/alarms.ts";
import { type App, actorOf, nothing } from "../http/route.ts";
import type { RoomAlarms } from "./room-alarms.ts";

const tags = ["alarms"];

export interface AlarmsShown extends Pick<RoomAlarms, "clear"> {
  view(): AlarmsView | Promise<AlarmsView>;
}

export function alarmRoutes(app: App, { alarms }: { alarms: AlarmsShown }): void {
  app.get(
    "/api/v1/alarms",
    { config: { right: "look" }, schema: { tags, response: { 200: alarmsViewSchema } } },
    async () => alarms.view(),
  );
  app.post(
    "/api/v1/alarms/:id/clear",
    {
      config: { right: "clearAlarm" },
      schema: {
        tags,
        params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
        body: Type.Optional(clearAlarmBody),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await alarms.clear(request.params.id, actorOf(request), request.body?.reason ?? null);
      return reply.code(204).send();
    },
  );
}
