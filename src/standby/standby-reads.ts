/**
 * Every read of the API that needs only the database, by the features' own routes; all others are answered by the leader only.
 */
import { join } from "node:path";
import { backupRoutes } from "../backups/routes.ts";
import { threadLearner } from "../calibration/learner.ts";
import { calibrationRoutes } from "../calibration/routes.ts";
import { importDesk } from "../catalogue/import/import-desk.ts";
import { importRoutes } from "../catalogue/import/routes.ts";
import { catalogueRoutes } from "../catalogue/routes.ts";
import { backupFolderOf, type Settings } from "../config.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { LeadView } from "../contract/lead.ts";
import type { DeviceHealth } from "../contract/ports.ts";
import type { App } from "../http/route.ts";
import { journalRoutes } from "../journal/routes.ts";
import { locateRoutes } from "../locate/routes.ts";
import { lookupRoutes } from "../lookup/routes.ts";
import type { PeopleDeps } from "../people/deps.ts";
import { peopleRoutes } from "../people/people-routes.ts";
import { sessionRoutes } from "../people/session-routes.ts";
import { relocationRoutes } from "../relocation/routes.ts";
import { replayRoutes } from "../replay/routes.ts";
import { roomsRoutes } from "../server/rooms-routes.ts";
import { stocktakeRoutes } from "../stocktake/routes.ts";
import type { StocktakeRunner } from "../stocktake/run-stocktakes.ts";
import { type AlarmsShown, alarmRoutes } from "../watch/alarm-routes.ts";
import type { Metrics } from "../watch/metrics.ts";
import { readStandingAlarms } from "../watch/read-standing-alarms.ts";
import { watchRoutes } from "../watch/routes.ts";
import type { StorageWatch } from "../watch/watch-storage.ts";
import { unseenAreaRoutes } from "./unseen-areas.ts";

export interface StandbyReadsDeps {
  context: Context;
  people: PeopleDeps;
  settings: Settings;
  storage: StorageWatch;
  metrics: Metrics;
  version: string;
  lead(): LeadView;
  /** For sentences that name the leader. */
  leader(): { who: string; url: string };
  onFailure(error: unknown): void;
}

export function standbyReads(deps: StandbyReadsDeps): ((app: App) => void | Promise<void>)[] {
  const { context, people, settings, storage, metrics, version, lead, leader } = deps;
  const { layout } = context;
  const elsewhere = <T extends object>(here: Partial<T> = {}) =>
    onlyTheLeader<T>(() => new Refusal("standby-unavailable", leader()), here);
  const folder = join(settings.DATA_DIR, "imports");
  const desk = importDesk({ context, folder, jobs: elsewhere(), onFailure: deps.onFailure });
  return [
    (app) => sessionRoutes(app, people),
    (app) => peopleRoutes(app, people),
    (app) => roomsRoutes(app, { layout }),
    (app) => watchRoutes(app, { context, devices: () => notAsked(context), metrics, storage, version, lead }),
    (app) => alarmRoutes(app, { alarms: elsewhere<AlarmsShown>({ view: () => readStandingAlarms(context) }) }),
    (app) => journalRoutes(app, { context }),
    (app) => lookupRoutes(app, { context }),
    (app) => catalogueRoutes(app, { context }),
    (app) => importRoutes(app, { context, desk, jobs: elsewhere() }),
    (app) => backupRoutes(app, { context, backups: elsewhere(), folder: backupFolderOf(settings) }),
    (app) => unseenAreaRoutes(app, { context, who: () => leader().who }),
    (app) =>
      stocktakeRoutes(app, {
        context,
        runner: elsewhere<StocktakeRunner>({ remainingMs: () => null }),
        jobs: elsewhere(),
      }),
    (app) => calibrationRoutes(app, { context, learner: threadLearner(layout) }),
    (app) => locateRoutes(app, { locateJobs: elsewhere() }),
    (app) => replayRoutes(app, { context, jobs: elsewhere() }),
    (app) => relocationRoutes(app, { context, readers: new Map() }),
  ];
}

/** Stands in for a part of the leader: every use of it is refused, except for what is given in `here`. */
function onlyTheLeader<T extends object>(refusal: () => Refusal, here: Partial<T>): T {
  return new Proxy(here as T, {
    get: (known, name) =>
      Reflect.get(known, name) ??
      (() => {
        throw refusal();
      }),
  });
}

/** Reported as down instead of missing: this gateway has not asked the devices. */
function notAsked({ layout, clock }: Context): DeviceHealth[] {
  return layout.site.devices.map(({ id, kind }) => ({
    ...{ deviceId: id, kind, state: "down" as const, sinceMs: clock.nowMs() },
    ...{ code: "device-not-asked", detail: null },
  }));
}
