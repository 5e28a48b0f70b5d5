import { Type } from "typebox";
import { type AreaAlarm, alarmsViewSchema, clearAlarmBody, type DeviceAlarms } from "../contract/alarms.ts";
import { type App, actorOf, nothing } from "../http/route.ts";
import type { RoomAlarms } from "./room-alarms.ts";

const tags = ["alarms"];

export interface AlarmsShown extends Pick<RoomAlarms, "clear"> {
  view(): DeviceAlarms | Promise<DeviceAlarms>;
}

export interface AlarmRoutesDeps {
  alarms: AlarmsShown;
  /** What the areas' own states say; a standby has none. */
  areas?: () => AreaAlarm[];
}

export function alarmRoutes(app: App, { alarms, areas = () => [] }: AlarmRoutesDeps): void {
  app.get(
    "/api/v1/alarms",
    { config: { right: "look" }, schema: { tags, response: { 200: alarmsViewSchema } } },
    async () => ({ ...(await alarms.view()), areas: areas() }),
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
