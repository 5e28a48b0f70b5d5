import type { AlarmsView } from "../contract/alarms.ts";
import { watchEndpoints } from "../contract/endpoints/watch.ts";
import { mount } from "../http/mount.ts";
import { type App, actorOf } from "../http/route.ts";
import type { RoomAlarms } from "./room-alarms.ts";

export interface AlarmsShown extends Pick<RoomAlarms, "clear"> {
  view(): AlarmsView | Promise<AlarmsView>;
}

export function alarmRoutes(app: App, { alarms }: { alarms: AlarmsShown }): void {
  mount(app, watchEndpoints.getAlarms, () => alarms.view());
  mount(app, watchEndpoints.clearAlarm, (request) =>
    alarms.clear(request.params.id, actorOf(request), request.body?.reason ?? null),
  );
}
