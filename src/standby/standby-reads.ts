/** Every read of the API that needs the database alone, by the features' own routes; what needs more only the leader answers. */
import { join } from "node:path";
import { backupRoutes } from "../backups/routes.ts";
import { threadLearner } from "../calibration/learner.ts";
import { calibrationRoutes } from "../calibration/routes.ts";
import { importDesk } from "../catalogue/import/import-desk.ts";
import { importRoutes } from "../catalogue/import/routes.ts";
import { catalogueRoutes } from "../catalogue/routes.ts";
import { backupFolderOf, type Settings } from "../config.ts";
import { Refusal } from "../contract/errors.ts";
import type { LeadView } from "../contract/lead.ts";
import type { DeviceHealth } from "../contract/ports.ts";
import type { House } from "../house.ts";
import type { App } from "../http/route.ts";
import { huntRoutes } from "../hunt/routes.ts";
import { journalRoutes } from "../journal/routes.ts";
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
  house: House;
  people: PeopleDeps;
  settings: Settings;
  storage: StorageWatch;
  metrics: Metrics;
  version: string;
  lead(): LeadView;
  /** Of the sentences that name the leader. */
  leader(): { who: string; url: string };
  onFailure(error: unknown): void;
}

export function standbyReads(deps: StandbyReadsDeps): ((app: App) => void | Promise<void>)[] {
  const { house, people, settings, storage, metrics, version, lead, leader } = deps;
  const { layout } = house;
  const elsewhere = <T extends object>(here: Partial<T> = {}) =>
    onlyTheLeader<T>(() => new Refusal("standby-unavailable", leader()), here);
  const folder = join(settings.DATA_DIR, "imports");
  const desk = importDesk({ house, folder, jobs: elsewhere(), onFailure: deps.onFailure });
  return [
    (app) => sessionRoutes(app, people),
    (app) => peopleRoutes(app, people),
    (app) => roomsRoutes(app, { layout }),
    (app) => watchRoutes(app, { house, devices: () => notAsked(house), metrics, storage, version, lead }),
    (app) => alarmRoutes(app, { alarms: elsewhere<AlarmsShown>({ view: () => readStandingAlarms(house) }) }),
    (app) => journalRoutes(app, { house }),
    (app) => lookupRoutes(app, { house }),
    (app) => catalogueRoutes(app, { house }),
    (app) => importRoutes(app, { house, desk, jobs: elsewhere() }),
    (app) => backupRoutes(app, { house, backups: elsewhere(), folder: backupFolderOf(settings) }),
    (app) => unseenAreaRoutes(app, { house, who: () => leader().who }),
    (app) =>
      stocktakeRoutes(app, {
        house,
        runner: elsewhere<StocktakeRunner>({ remainingMs: () => null }),
        jobs: elsewhere(),
      }),
    (app) => calibrationRoutes(app, { house, learner: threadLearner(layout) }),
    (app) => huntRoutes(app, { hunts: elsewhere() }),
    (app) => replayRoutes(app, { house, jobs: elsewhere() }),
    (app) => relocationRoutes(app, { house, readers: new Map() }),
  ];
}

/** Stands where a part of the leader would: whatever is asked of it is refused, but for what can be told here. */
function onlyTheLeader<T extends object>(refusal: () => Refusal, here: Partial<T>): T {
  return new Proxy(here as T, {
    get: (known, name) =>
      Reflect.get(known, name) ??
      (() => {
        throw refusal();
      }),
  });
}

/** Down, and not "not there": nobody here has asked them. */
function notAsked({ layout, clock }: House): DeviceHealth[] {
  return layout.site.devices.map(({ id, kind }) => ({
    ...{ deviceId: id, kind, state: "down" as const, sinceMs: clock.nowMs() },
    ...{ code: "device-not-asked", detail: null },
  }));
}
