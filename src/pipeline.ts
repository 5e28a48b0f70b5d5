/** Bytes in, browser out, on one screen: opens everything in order and closes it in the reverse. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { areaAlarms } from "./aisles/area-alarms.ts";
import { saying } from "./aisles/area-view.ts";
import { openAreas } from "./aisles/areas.ts";
import { areasInMotion } from "./aisles/areas-in-motion.ts";
import { aisleRoutes } from "./aisles/routes.ts";
import { openBackups } from "./backups/open-backups.ts";
import { backupRoutes } from "./backups/routes.ts";
import { threadLearner } from "./calibration/learner.ts";
import { calibrationRoutes } from "./calibration/routes.ts";
import { type ImportDesk, importDesk } from "./catalogue/import/import-desk.ts";
import { importRoutes } from "./catalogue/import/routes.ts";
import { catalogueRoutes } from "./catalogue/routes.ts";
import { systemClock } from "./clock/clock.ts";
import { backupFolderOf, motionFolderOf } from "./config.ts";
import type { GatewayOptions } from "./gateway-options.ts";
import type { House } from "./house.ts";
import { houseFeed } from "./house-feed.ts";
import { askedAt } from "./http/asked-at.ts";
import { hunts } from "./hunt/hunts.ts";
import { huntRoutes } from "./hunt/routes.ts";
import { openJobs } from "./jobs/jobs.ts";
import { journalRoutes } from "./journal/routes.ts";
import { lookupRoutes } from "./lookup/routes.ts";
import { makeNewId } from "./new-id.ts";
import { openMotion } from "./open-motion.ts";
import { openOtherDevices } from "./open-other-devices.ts";
import { openStopDoor } from "./open-stop-door.ts";
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
import { closeServer } from "./server/close-server.ts";
import { listen } from "./server/listen.ts";
import { createLive } from "./server/live.ts";
import { roomsRoutes } from "./server/rooms-routes.ts";
import { listenSettingsOf, serverSettingsOf } from "./server-settings.ts";
import { deltaRoutes } from "./stocktake/delta/routes.ts";
import { type Deltas, runDeltas } from "./stocktake/delta/run-deltas.ts";
import { stocktakeRoutes } from "./stocktake/routes.ts";
import { stocktakeRunner } from "./stocktake/run-stocktakes.ts";
import { threadJudge } from "./stocktake/thread-judge.ts";
import { sqlStateOf } from "./storage/database-error.ts";
import { leadOverState } from "./storage/lead-session.ts";
import { openMigrated } from "./storage/open-migrated.ts";
import { alarmRoutes } from "./watch/alarm-routes.ts";
import { backgroundBook } from "./watch/background-book.ts";
import { dangerFiles } from "./watch/danger-files.ts";
import { jobRoutes, jobView, maySeeJob } from "./watch/job-routes.ts";
import { makeMetrics } from "./watch/metrics.ts";
import { openRoomAlarms } from "./watch/room-alarms.ts";
import { watchRoutes } from "./watch/routes.ts";
import { type StorageWatch, watchStorage } from "./watch/watch-storage.ts";
import { watchTime } from "./watch/watch-time.ts";

export interface Gateway {
  url: string;
  house: House;
  people: PeopleDeps;
  imports: ImportDesk;
  close(): Promise<void>;
}

export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { settings, layout, log, spawner, lead } = options;
  const clock = systemClock();
  const saw = (error: unknown) => {
    storage?.saw(error);
    if (sqlStateOf(error) === leadOverState) lead?.onLost();
  };
  const background = backgroundBook((task, error) => {
    saw(error);
    log.error({ err: error, task }, "a background task failed");
  });
  const onFailure = (error: unknown) => background.failed("other", error);
  let storage: StorageWatch | null = null;
  const serverSettings = serverSettingsOf(settings, options);
  const database = await (options.database ?? openMigrated(settings, clock, (line) => log.warn(line)));
  database.followUpkeep?.({
    done: () => background.done("upkeep"),
    failed: (error) => background.failed("upkeep", error),
  });
  const feed = houseFeed(onFailure);
  const newId = makeNewId(clock, () => randomBytes(4).readUInt32BE());
  const house: House = { db: database.db, clock, newId, layout, publish: feed.publish };
  // The live feed needs the server, the server needs the routes, the routes need the areas: what is pushed before is not missed by anybody.
  let live: ReturnType<typeof createLive> | null = null;
  const motion = openMotion({
    ...{ layout, links: options.links ?? {}, mqtt: options.motionMqtt ?? null },
    ...{ folder: motionFolderOf(settings), lead: options.lead?.grant ?? null, clock, spawner },
    onHealth: (health) => live?.pushDevice(health),
    onFailure,
  });
  await loadSite(house);

  const devices = openOtherDevices(options, clock);
  const people = openPeople(house, randomBytes, {
    isDemo: options.isDemo ?? false,
    browserKey: keepBrowserKey(join(settings.DATA_DIR, "known-browsers.key"), randomBytes),
    onRefusedSignIns: (personId) => live?.tellSession(personId),
  });
  const { sessions } = people;
  // Opened beside all that follows; only a gateway that has motion has one.
  const doorOpening = openStopDoor({ settings, serverSettings, house, sessions, spawner, log, onFailure });
  doorOpening.catch(() => {});
  const health = () => [...motion.health(), ...devices.health()];
  const recorded = recordReads({
    ...{ layout, readers: devices.readers, folder: settings.RECORD_READS ?? null, clock, onFailure },
  });
  let deltas: Deltas | null = null;
  const areas = await openAreas({
    house,
    ...motion.forAreas,
    leadEpoch: lead?.grant.epoch ?? null,
    onLead: (standing) => {
      log[standing === "held" ? "info" : "warn"]({ standing }, "the lead, as motion has it");
      lead?.onStanding(standing);
    },
    onView: (view) => {
      recorded.seen(view);
      deltas?.saw(view);
      live?.pushArea(view);
    },
    onAlarm: (alarm) => live?.pushAlarm(alarm),
    onFailure,
    onLeftOver: (logId, factsStored) => log.info({ logId, factsStored }, "storing what an earlier motion decided"),
    attentionOf: (areaKey) => deltas?.attentionOf(areaKey),
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
    onOver: areas.fireOver,
    files: dangerFiles(motionFolderOf(settings), clock, onFailure),
    onFailure,
  });
  devices.onAlarm(alarms);
  areas.onFire(alarms.alsoHeard);
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
  const backups = openBackups({
    ...{ house, database, jobs, folder: backupFolder, dataFolder: settings.DATA_DIR },
    filesKept: settings.BACKUPS_KEPT,
    everyHours: settings.BACKUP_EVERY_HOURS,
    notStill: () => areasInMotion(areas),
    onFailure,
  });
  const watched = watchStorage({
    clock,
    folders: { data: settings.DATA_DIR, backups: backupFolder },
    warnBelowBytes: settings.DISK_WARN_MB * 1024 * 1024,
    isServer: database.engine === "postgres",
    stopped: () => database.stopped?.() ?? null,
    factsSetAside: areas.factsSetAside,
    background: background.problems,
    onMended: (error) => options.endsBecause?.(error),
  });
  storage = watched;
  const time = watchTime({ house, onAlarm: (alarm) => live?.pushAlarm(alarm), onFailure });
  const arrivals = askedAt(clock);
  const door = await doorOpening;
  const metrics = makeMetrics({
    storage: watched,
    time: time.line,
    factsSetAside: areas.factsSetAside,
    background: background.counts,
    devices: health,
    liveConnections: () => live?.connections() ?? 0,
    backups: () => backups.ageAndFailure(),
    broker: (options.mqtt && "openInside" in options.mqtt && options.mqtt.counts) || null,
    alarms: () => alarms.view(),
    lead: lead?.view,
    stopDoor: door.standing,
    jobs: () => jobs.figures(),
  });

  const watching = {
    ...{ house, devices: health, metrics, version: options.version, stopDoor: door.standing, time },
    ...(lead ? { lead: lead.view } : {}),
  };
  const app = await buildServer({
    house,
    sessions,
    knownBrowser: people.browsers.any,
    settings: serverSettings,
    logger: log,
    momentOfAskingMs: arrivals.momentMs,
    stopDoor: door.address,
    background,
    features: [
      (app) => sessionRoutes(app, people, door.address),
      (app) => peopleRoutes(app, people),
      (app) => roomsRoutes(app, { layout }),
      (app) => watchRoutes(app, { ...watching, storage: { ...watched, saw } }),
      (app) => alarmRoutes(app, { alarms, areas: () => areaAlarms(areas) }),
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
  const { origins, trustProxy } = serverSettings;
  live = createLive(app.server, { db: house.db, clock, sessions, origins, trustProxy });
  feed.follow((rows) => live?.publish(rows));
  feed.follow(recounts.followed);
  devices.onHealth((health) => live?.pushDevice(health));
  await options.beforeListening?.();
  const { url, port } = await listen(app, listenSettingsOf(settings));
  door.consoleAt(port);
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
      await door.close();
      await live?.close();
      await closeServer(app, house.clock);
      await devices.close();
      await alarms.close();
      await time.close();
      await recorded.flush();
      await imported;
      await backedUp;
      await jobs.close();
      await database.close();
    },
  };
}
