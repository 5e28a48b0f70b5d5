import type { AreaAlarm, DeviceAlarms } from "../contract/alarms.ts";
import { watchEndpoints } from "../contract/endpoints/watch.ts";
import { mount } from "../http/mount.ts";
import { type App, actorOf } from "../http/route.ts";
import type { RoomAlarms } from "./room-alarms.ts";

export interface AlarmsShown extends Pick<RoomAlarms, "clear"> {
  view(): DeviceAlarms | Promise<DeviceAlarms>;
}

export interface AlarmRoutesDeps {
  alarms: AlarmsShown;
  /** Alarms by the areas' own states; a standby has none. */
  areas?: () => AreaAlarm[];
}

export function alarmRoutes(app: App, { alarms, areas = () => [] }: AlarmRoutesDeps): void {
  mount(app, watchEndpoints.getAlarms, async () => ({ ...(await alarms.view()), areas: areas() }));
  mount(app, watchEndpoints.clearAlarm, (request) =>
    alarms.clear(request.params.id, actorOf(request), request.body?.reason ?? null),
  );
}
