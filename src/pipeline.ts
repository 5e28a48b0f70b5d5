/** The whole gateway on one screen: opens everything in order and closes it in reverse. */
import { randomBytes } from "node:crypto";
import type { ImportDesk } from "./catalogue/import/import-desk.ts";
import { systemClock } from "./clock/clock.ts";
import type { Context } from "./context.ts";
import { gatewayRoutes, type Opened } from "./gateway/gateway-routes.ts";
import type { Ground, Later } from "./gateway/ground.ts";
import { openGatewayMotion, openRoom } from "./gateway/open-room.ts";
import { openWatching } from "./gateway/open-watching.ts";
import { openWork } from "./gateway/open-work.ts";
import type { GatewayOptions } from "./gateway-options.ts";
import { type AskedAt, askedAt } from "./http/asked-at.ts";
import type { App } from "./http/route.ts";
import { makeNewId } from "./new-id.ts";
import type { PeopleDeps } from "./people/deps.ts";
import { loadSite } from "./room/load-site.ts";
import { buildServer } from "./server/build-server.ts";
import { closeServer } from "./server/close-server.ts";
import { listen } from "./server/listen.ts";
import { createLive } from "./server/live.ts";
import { listenSettingsOf, serverSettingsOf } from "./server-settings.ts";
import { siteFeed } from "./site-feed.ts";
import { sqlStateOf } from "./storage/database-error.ts";
import { leadOverState } from "./storage/lead-session.ts";
import { openMigrated } from "./storage/open-migrated.ts";
import { backgroundBook } from "./watch/background-book.ts";

export interface Gateway {
  url: string;
  context: Context;
  people: PeopleDeps;
  imports: ImportDesk;
  close(): Promise<void>;
}

export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { settings, layout, log, lead } = options;
  const clock = systemClock();
  const later: Later = { live: null, storage: null, deltas: null };
  const saw = (error: unknown) => {
    later.storage?.saw(error);
    if (sqlStateOf(error) === leadOverState) lead?.onLost();
  };
  const background = backgroundBook((task, error) => {
    saw(error);
    log.error({ err: error, task }, "a background task failed");
  });
  const onFailure = (error: unknown) => background.failed("other", error);
  const serverSettings = serverSettingsOf(settings, options);
  const database = await (options.database ?? openMigrated(settings, clock, (line) => log.warn(line)));
  database.followUpkeep?.({
    done: () => background.done("upkeep"),
    failed: (error) => background.failed("upkeep", error),
  });
  const feed = siteFeed(onFailure);
  const newId = makeNewId(clock, () => randomBytes(4).readUInt32BE());
  const context: Context = { db: database.db, clock, newId, layout, publish: feed.publish };
  const ground = { options, clock, context, database, serverSettings, later, background, onFailure, saw };
  const motion = openGatewayMotion(ground);
  await loadSite(context);

  const room = await openRoom(ground, motion);
  const work = openWork(ground, room);
  const watching = openWatching(ground, room, work);
  const arrivals = askedAt(clock);
  const door = await room.doorOpening;
  const opened = { room, work, watching, door };
  const { people, devices } = room;
  const { sessions } = people;
  const app = await buildServer({
    context,
    sessions,
    knownBrowser: people.browsers.any,
    settings: serverSettings,
    logger: log,
    momentOfAskingMs: arrivals.momentMs,
    stopDoor: door.address,
    background,
    features: gatewayRoutes(ground, opened),
  });
  const { origins, trustProxy } = serverSettings;
  later.live = createLive(app.server, { db: context.db, clock, sessions, origins, trustProxy });
  feed.follow((rows) => later.live?.publish(rows));
  feed.follow(work.deltas.followed);
  devices.onHealth((health) => later.live?.pushDevice(health));
  await options.beforeListening?.();
  const { url, port } = await listen(app, listenSettingsOf(settings));
  door.consoleAt(port);
  await work.imports.resumeAll();
  await work.stocktakes.resumeAll();
  await work.deltas.start();
  return { url, context, people, imports: work.imports, close: () => closeInOrder(ground, opened, arrivals, app) };
}

async function closeInOrder({ context, database, later }: Ground, opened: Opened, arrivals: AskedAt, app: App) {
  const { room, work, watching, door } = opened;
  watching.storage.close();
  const deltasEnded = work.deltas.close();
  const backedUp = work.backups.close();
  const imported = work.imports.close();
  await work.stocktakes.close();
  await deltasEnded;
  await work.locating.close();
  await work.judge.close();
  arrivals.close();
  await room.areas.close();
  await door.close();
  await later.live?.close();
  await closeServer(app, context.clock);
  await room.devices.close();
  await room.alarms.close();
  await watching.time.close();
  await room.recorded.flush();
  await imported;
  await backedUp;
  await work.jobs.close();
  await database.close();
}
