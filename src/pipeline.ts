/** Bytes in, browser out, on one screen: opens everything in order and closes it in the reverse. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Logger } from "pino";
import { saying } from "./aisles/area-view.ts";
import { areasInMotion, openAreas } from "./aisles/areas.ts";
import { aisleRoutes } from "./aisles/routes.ts";
import { backupRoutes } from "./backups/routes.ts";
import { runBackups } from "./backups/run-backups.ts";
import { threadLearner } from "./calibration/learner.ts";
import { calibrationRoutes } from "./calibration/routes.ts";
import { type ImportDesk, importDesk } from "./catalogue/import/import-desk.ts";
import { importRoutes } from "./catalogue/import/routes.ts";
import { catalogueRoutes } from "./catalogue/routes.ts";
import { seededChance } from "./clock/chance.ts";
import { systemClock } from "./clock/clock.ts";
import { backupFolderOf, type Settings } from "./config.ts";
import type { MqttAccess } from "./devices/mqtt-link.ts";
import { type OpenDevicesOptions, openDevices } from "./devices/open-devices.ts";
import type { House } from "./house.ts";
import { houseFeed } from "./house-feed.ts";
import { askedAt } from "./http/asked-at.ts";
import type { App } from "./http/route.ts";
import { hunts } from "./hunt/hunts.ts";
import { huntRoutes } from "./hunt/routes.ts";
import { openJobs } from "./jobs/jobs.ts";
import { journalRoutes } from "./journal/routes.ts";
import { lookupRoutes } from "./lookup/routes.ts";
import { ofMotion } from "./motion/motion-site.ts";
import { makeNewId } from "./new-id.ts";
import { openMotion } from "./open-motion.ts";
import type { PeopleDeps } from "./people/deps.ts";
import { keepBrowserKey } from "./people/known-browsers.ts";
import { openPeople } from "./people/open-people.ts";
import { peopleRoutes } from "./people/people-routes.ts";
import { sessionRoutes } from "./people/session-routes.ts";
import { relocationRoutes } from "./relocation/routes.ts";
import { recordReads } from "./replay/record-reads.ts";
import { replayRoutes } from "./replay/routes.ts";
import { loadSite } from "./room/load-site.ts";
import { buildServer } from "./server/build-server.ts";
import { listen } from "./server/listen.ts";
import { createLive } from "./server/live.ts";
import { roomsRoutes } from "./server/rooms-routes.ts";
import { listenSettingsOf, serverSettingsOf } from "./server-settings.ts";
import type { Layout } from "./site/layout.ts";
import type { LinkSpec } from "./site/schema.ts";
import { deltaRoutes } from "./stocktake/delta/routes.ts";
import { type Deltas, runDeltas } from "./stocktake/delta/run-deltas.ts";
import { stocktakeRoutes } from "./stocktake/routes.ts";
import { stocktakeRunner } from "./stocktake/run-stocktakes.ts";
import { threadJudge } from "./stocktake/thread-judge.ts";
import { backupJob, backupServing } from "./storage/backup-serving.ts";
import type { Database } from "./storage/open-database.ts";
import { openMigrated } from "./storage/open-migrated.ts";
import { alarmRoutes } from "./watch/alarm-routes.ts";
import { jobRoutes, jobView, maySeeJob } from "./watch/job-routes.ts";
import { makeMetrics } from "./watch/metrics.ts";
import { openRoomAlarms } from "./watch/room-alarms.ts";
import { watchRoutes } from "./watch/routes.ts";
import { type StorageWatch, watchStorage } from "./watch/watch-storage.ts";

export interface GatewayOptions {
  settings: Settings;
  layout: Layout;
  log: Logger;
  /** Folder of the built console. */
  webRoot: string;
  version: string;
  /** By bus id, in place of the site file's addresses. */
  links?: Readonly<Record<string, LinkSpec>>;
  mqtt?: OpenDevicesOptions["mqtt"];
  /** How the motion process reaches the broker. */
  motionMqtt?: MqttAccess;
  isDemo?: boolean;
  /** On its way already (openMigrated): the gateway closes it. */
  database?: Promise<Database>;
  /** Told how to stop all motion as soon as there can be any. */
  stopsMotionBy?: (stop: () => void) => void;
  /** What only a new start can mend. */
  endsBecause?: (error: Error) => void;
  /** Further routes, e.g. the demo's panel. */
  extraRoutes?: (app: App) => void;
}

export interface Gateway {
  url: string;
  house: House;
  people: PeopleDeps;
  imports: ImportDesk;
  close(): Promise<void>;
}

export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { settings, layout, log } = options;
  const clock = systemClock();
  const onFailure = (error: unknown) => {
    storage?.saw(error);
    log.error({ err: error }, "a background task failed");
  };
  let storage: StorageWatch | null = null;
  const serverSettings = serverSettingsOf(settings, options);
  const database = await (options.database ?? openMigrated(settings, clock, (line) => log.warn(line)));
  const feed = houseFeed(onFailure);
  const newId = makeNewId(clock, () => randomBytes(4).readUInt32BE());
  const house: House = { db: database.db, clock, newId, layout, publish: feed.publish };
  await loadSite(house);

  const isMotions = ofMotion(layout);
  const devices = openDevices({
    layout,
    opens: (device) => !isMotions(device),
    clock,
    chance: seededChance(randomBytes(8).toString("hex")),
    ...(options.links ? { links: options.links } : {}),
    ...(options.mqtt ? { mqtt: options.mqtt } : {}),
  });
  const people = openPeople(house, randomBytes, {
    isDemo: options.isDemo ?? false,
    browserKey: keepBrowserKey(join(settings.DATA_DIR, "known-browsers.key"), randomBytes),
    onRefusedSignIns: (personId) => live?.tellSession(personId),
  });
  const { sessions } = people;
  const motion = openMotion({
    ...{ layout, links: options.links ?? {}, mqtt: options.motionMqtt ?? null },
    ...{ folder: join(settings.DATA_DIR, "motion"), clock },
    onHealth: (health) => live?.pushDevice(health),
  });
  const health = () => [...motion.health(), ...devices.health()];
  // The live feed needs the server, the server needs the routes, the routes need the areas: what is pushed before is not missed by anybody.
  let live: ReturnType<typeof createLive> | null = null;
  const recorded = recordReads({
    layout,
    readers: devices.readers,
    folder: settings.RECORD_READS ?? null,
    clock,
    onFailure,
  });
  let deltas: Deltas | null = null;
  const areas = await openAreas({
    house,
    ...motion.forAreas,
    onView: (view) => {
      recorded.seen(view);
      deltas?.saw(view);
      live?.pushArea(view);
    },
    onAlarm: (alarm) => live?.pushAlarm(alarm),
    onFailure,
    attentionOf: (areaKey) => deltas?.attentionOf(areaKey) ?? [],
    beforeOpening: async (areaKey, aisle) => deltas?.beforeOpening(areaKey, aisle),
  });
  options.stopsMotionBy?.(() => {
    for (const area of areas.all()) area.stop("gateway");
  });
  const alarms = await openRoomAlarms({
    house,
    onAlarm: (alarm) => live?.pushAlarm(alarm),
    onHold: (roomId, what) => {
      for (const drive of areas.all()) if (drive.areaKey.startsWith(`${roomId}.`)) drive.roomAlarm(what);
    },
    onFailure,
  });
  devices.onAlarm(alarms);
  const judge = threadJudge(layout);
  const stocktakes = stocktakeRunner({
    house,
    readers: recorded.readers,
    judge,
    onProgress: (view) => live?.pushStocktake(view),
    onFailure,
  });
  const recounts = runDeltas({
    house,
    runner: stocktakes,
    isAutomatic: settings.DELTA_STOCKTAKE === "yes",
    onFound: ({ areaKey, ...found }) =>
      live?.pushAlarm({ areaKey, atMs: clock.nowMs(), ...saying("aisle-differs", found) }),
    onFailure,
  });
  deltas = recounts;
  const searches = hunts({
    house,
    readers: recorded.readers,
    onProgress: (view) => live?.pushHunt(view),
    onFailure,
  });
  const jobs = openJobs({ folder: join(settings.DATA_DIR, "jobs") });
  jobs.follow((job, hasEnded) =>
    live?.pushJob(job.id, (who) => (maySeeJob(job, who) ? jobView(job, who.actor) : null), hasEnded),
  );
  const imports = importDesk({
    ...{ house, folder: join(settings.DATA_DIR, "imports"), jobs, onFailure },
    onProgress: (id, progress) => live?.pushImport(id, progress),
  });
  const backupFolder = backupFolderOf(settings);
  const backups = runBackups({
    house,
    folder: backupFolder,
    filesKept: settings.BACKUPS_KEPT,
    everyHours: settings.BACKUP_EVERY_HOURS,
    notStill: () => areasInMotion(areas),
    write: (file, signal, onProgress) =>
      backupServing(database, file, {
        ...{ clock, jobs, signal, copyFolder: join(settings.DATA_DIR, "backup-copy") },
        ...(onProgress ? { onProgress } : {}),
      }),
    check: (file, signal, onProgress) =>
      jobs.run({ ...backupJob, kind: "check-backup", asked: { file }, signal, ...(onProgress ? { onProgress } : {}) }),
    onFailure,
  });
  const watched = watchStorage({
    clock,
    folders: { data: settings.DATA_DIR, backups: backupFolder },
    warnBelowBytes: settings.DISK_WARN_MB * 1024 * 1024,
    isServer: database.engine === "postgres",
    stopped: () => database.stopped?.() ?? null,
    onMended: (error) => options.endsBecause?.(error),
  });
  storage = watched;
  const arrivals = askedAt(clock);
  const metrics = makeMetrics({
    storage: watched,
    devices: health,
    liveConnections: () => live?.connections() ?? 0,
    backups: () => backups.ageAndFailure(),
    broker: (options.mqtt && "openInside" in options.mqtt && options.mqtt.counts) || null,
    alarms: () => alarms.view(),
    jobs: () => jobs.figures(),
  });

  const app = await buildServer({
    house,
    sessions,
    knownBrowser: people.browsers.any,
    settings: serverSettings,
    logger: log,
    momentOfAskingMs: arrivals.momentMs,
    features: [
      (app) => sessionRoutes(app, people),
      (app) => peopleRoutes(app, people),
      (app) => roomsRoutes(app, { layout }),
      (app) => watchRoutes(app, { house, devices: health, metrics, storage: watched, version: options.version }),
      (app) => alarmRoutes(app, { alarms }),
      (app) => jobRoutes(app, { jobs }),
      (app) => journalRoutes(app, { house }),
      (app) => lookupRoutes(app, { house }),
      (app) => catalogueRoutes(app, { house }),
      (app) => importRoutes(app, { house, desk: imports, jobs }),
      (app) => backupRoutes(app, { house, backups, folder: backupFolder }),
      (app) => aisleRoutes(app, { house, areas, onFailure }),
      (app) => stocktakeRoutes(app, { house, runner: stocktakes, jobs }),
      (app) => calibrationRoutes(app, { house, learner: threadLearner(layout) }),
      (app) => huntRoutes(app, { hunts: searches }),
      (app) => replayRoutes(app, { house, jobs }),
      (app) => deltaRoutes(app, { deltas: recounts }),
      (app) => relocationRoutes(app, { house, readers: recorded.readers }),
      (app) => options.extraRoutes?.(app),
    ],
  });
  live = createLive(app.server, {
    db: house.db,
    clock,
    sessions,
    origins: serverSettings.origins,
    trustProxy: serverSettings.trustProxy,
  });
  feed.follow((rows) => live?.publish(rows));
  feed.follow(recounts.followed);
  devices.onHealth((health) => live?.pushDevice(health));
  const { url } = await listen(app, listenSettingsOf(settings));
  await imports.resumeAll();
  await stocktakes.resumeAll();
  await recounts.start();

  return {
    url,
    house,
    people,
    imports,
    async close() {
      watched.close();
      const recounted = recounts.close();
      const backedUp = backups.close();
      const imported = imports.close();
      await stocktakes.close();
      await recounted;
      await searches.close();
      await judge.close();
      arrivals.close();
      await areas.close();
      await live?.close();
      await app.close();
      await devices.close();
      await alarms.close();
      await recorded.flush();
      await imported;
      await backedUp;
      await jobs.close();
      await database.close();
    },
  };
}
