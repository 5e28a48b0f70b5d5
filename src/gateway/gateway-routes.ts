/** The routes of all features, in the order in which OpenAPI shows them. */
import { areaAlarms } from "../aisles/area-alarms.ts";
import { aisleRoutes } from "../aisles/routes.ts";
import { backupRoutes } from "../backups/routes.ts";
import { threadLearner } from "../calibration/learner.ts";
import { calibrationRoutes } from "../calibration/routes.ts";
import { importRoutes } from "../catalogue/import/routes.ts";
import { catalogueRoutes } from "../catalogue/routes.ts";
import type { App } from "../http/route.ts";
import { journalRoutes } from "../journal/routes.ts";
import { locateRoutes } from "../locate/routes.ts";
import { lookupRoutes } from "../lookup/routes.ts";
import type { StopDoor } from "../open-stop-door.ts";
import { peopleRoutes } from "../people/people-routes.ts";
import { sessionRoutes } from "../people/session-routes.ts";
import { relocationRoutes } from "../relocation/routes.ts";
import { replayRoutes } from "../replay/routes.ts";
import { roomsRoutes } from "../server/rooms-routes.ts";
import { deltaRoutes } from "../stocktake/delta/routes.ts";
import { stocktakeRoutes } from "../stocktake/routes.ts";
import { alarmRoutes } from "../watch/alarm-routes.ts";
import { jobRoutes } from "../watch/job-routes.ts";
import { watchRoutes } from "../watch/routes.ts";
import type { Ground } from "./ground.ts";
import type { OpenedRoom } from "./open-room.ts";
import { metricsOf, type OpenedWatching } from "./open-watching.ts";
import type { OpenedWork } from "./open-work.ts";

export interface Opened {
  room: OpenedRoom;
  work: OpenedWork;
  watching: OpenedWatching;
  door: StopDoor;
}

export function gatewayRoutes(
  ground: Ground & { saw(error: unknown): void },
  { room, work, watching, door }: Opened,
): ((app: App) => void)[] {
  const { options, context, onFailure, saw } = ground;
  const { layout, lead } = options;
  const { people, areas, alarms, recorded } = room;
  const { stocktakes, deltas, locating, jobs, imports, backups, backupFolder } = work;
  const metrics = metricsOf(ground, room, work, watching, door);
  const watched = {
    ...{
      context,
      devices: room.health,
      metrics,
      version: options.version,
      stopDoor: door.standing,
      time: watching.time,
    },
    ...(lead ? { lead: lead.view } : {}),
  };
  return [
    (app) => sessionRoutes(app, people, door.address),
    (app) => peopleRoutes(app, people),
    (app) => roomsRoutes(app, { layout }),
    (app) => watchRoutes(app, { ...watched, storage: { ...watching.storage, saw } }),
    (app) => alarmRoutes(app, { alarms, areas: () => areaAlarms(areas) }),
    (app) => jobRoutes(app, { jobs }),
    (app) => journalRoutes(app, { context }),
    (app) => lookupRoutes(app, { context }),
    (app) => catalogueRoutes(app, { context }),
    (app) => importRoutes(app, { context, desk: imports, jobs }),
    (app) => backupRoutes(app, { context, backups, folder: backupFolder }),
    (app) => aisleRoutes(app, { context, areas, onFailure }),
    (app) => stocktakeRoutes(app, { context, runner: stocktakes, jobs }),
    (app) => calibrationRoutes(app, { context, learner: threadLearner(layout) }),
    (app) => locateRoutes(app, { locateJobs: locating }),
    (app) => replayRoutes(app, { context, jobs }),
    (app) => deltaRoutes(app, { deltas: deltas }),
    (app) => relocationRoutes(app, { context, readers: recorded.readers }),
    (app) => options.extraRoutes?.(app),
  ];
}
