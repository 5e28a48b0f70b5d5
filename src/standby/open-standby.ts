/**
 * A gateway that waits: it serves what the database holds, shows who leads, and refuses every change. It opens no serial port,
 * broker, motion or jobs, and writes only sign-ins; the database server enforces this as well (`guiwei_guard_lead`).
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Logger } from "pino";
import { systemClock } from "../clock/clock.ts";
import { backupFolderOf, type Settings } from "../config.ts";
import type { Context } from "../context.ts";
import type { App } from "../http/route.ts";
import { followJournal } from "../journal/follow-journal.ts";
import type { Leader } from "../lead/lead-row.ts";
import { makeNewId } from "../new-id.ts";
import { keepBrowserKey } from "../people/known-browsers.ts";
import { openPeople } from "../people/open-people.ts";
import { buildServer, type ServerDeps } from "../server/build-server.ts";
import { closeServer } from "../server/close-server.ts";
import { listen } from "../server/listen.ts";
import { createLive, type Live } from "../server/live.ts";
import { listenSettingsOf, serverSettingsOf } from "../server-settings.ts";
import type { Layout } from "../site/layout.ts";
import { openDatabase } from "../storage/open-database.ts";
import { makeMetrics } from "../watch/metrics.ts";
import { watchStorage } from "../watch/watch-storage.ts";
import { otherSchemaRoutes } from "./other-schema.ts";
import type { SchemaState } from "./schema-state.ts";
import { onlyHealth, onlyReads, standbyView } from "./standby-door.ts";
import { standbyReads } from "./standby-reads.ts";

export interface StandbyOptions {
  settings: Settings;
  databaseUrl: string;
  layout: Layout;
  log: Logger;
  webRoot: string;
  version: string;
  /** The leader last seen; null: none is known at the moment. */
  leader(): Leader | null;
  schema: SchemaState;
}

export interface Standby {
  url: string;
  close(): Promise<void>;
}

const connectionsMax = 5;
/** Time for a running download before its connection ends; the next leader listens on this port. */
const closeMsMax = 1_000;

export async function openStandby(options: StandbyOptions): Promise<Standby> {
  const { settings, layout, log, schema, databaseUrl, version } = options;
  const clock = systemClock();
  const { db, close } = await openDatabase({ url: databaseUrl, lead: "standby", connectionsMax });
  try {
    const newId = makeNewId(clock, () => randomBytes(4).readUInt32BE());
    const context: Context = { db, clock, newId, layout, publish: () => {} };
    const lead = () => standbyView(options.leader());
    const door = (request: Parameters<typeof onlyHealth>[0]) => {
      if (schema.is !== "same") onlyHealth(request, { ...leaderNamed(options.leader()), ...schema });
    };
    const served =
      schema.is === "same"
        ? readingOf(options, context)
        : {
            ...nobody,
            door,
            features: [(app: App) => otherSchemaRoutes(app, { lead, version })],
            opened: () => () => {},
          };
    const { opened, ...parts } = served;
    const serverSettings = serverSettingsOf(settings, options);
    const app = await buildServer({ context, settings: serverSettings, logger: log, isStandby: true, ...parts });
    const closeParts = opened(app);
    const { url } = await listen(app, listenSettingsOf(settings));
    return {
      url,
      async close() {
        await closeParts();
        await closeServer(app, clock, closeMsMax);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const nobody = { sessions: { whoIs: async () => null, recall: () => null, sweep: async () => {} } };
const leaderNamed = (leader: Leader | null) => ({ who: leader?.name ?? "—", url: leader?.url ?? "—" });

type Parts = Pick<ServerDeps, "sessions" | "knownBrowser" | "door" | "features"> & {
  opened(app: App): () => void | Promise<void>;
};

/** For a database with this program's schema: reads, signing in and out, and live updates of what the leader writes. */
function readingOf({ settings, log, leader, version, webRoot }: StandbyOptions, context: Context): Parts {
  const { clock, db } = context;
  let live: Live | null = null;
  const people = openPeople(context, randomBytes, {
    isDemo: false,
    browserKey: keepBrowserKey(join(settings.DATA_DIR, "known-browsers.key"), randomBytes),
    onRefusedSignIns: (personId) => live?.tellSession(personId),
  });
  const { sessions } = people;
  const storage = watchStorage({
    clock,
    folders: { data: settings.DATA_DIR, backups: backupFolderOf(settings) },
    warnBelowBytes: settings.DISK_WARN_MB * 1024 * 1024,
    isServer: true,
    stopped: () => null,
    onMended: () => {},
  });
  const lead = () => standbyView(leader());
  const metrics = makeMetrics({ storage, devices: () => [], liveConnections: () => live?.connections() ?? 0, lead });
  const onFailure = (error: unknown) => log.error({ err: error }, "a background task failed");
  const named = () => leaderNamed(leader());
  return {
    sessions,
    knownBrowser: people.browsers.any,
    door: (request) => onlyReads(request, named()),
    features: standbyReads({ context, people, settings, storage, metrics, version, lead, leader: named, onFailure }),
    opened(app) {
      const { origins, trustProxy } = serverSettingsOf(settings, { version, webRoot });
      const opened = createLive(app.server, { db, clock, sessions, origins, trustProxy });
      live = opened;
      const stopFollowing = followJournal({
        db,
        clock,
        isWatched: () => opened.connections() > 0,
        publish: opened.publish,
      });
      return async () => {
        stopFollowing();
        storage.close();
        await opened.close();
      };
    },
  };
}
