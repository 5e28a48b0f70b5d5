/** Opens what watches a running gateway: its disk and database, its clock, and the metrics for a collector. */
import type { StopDoor } from "../open-stop-door.ts";
import { makeMetrics } from "../watch/metrics.ts";
import { watchStorage } from "../watch/watch-storage.ts";
import { watchTime } from "../watch/watch-time.ts";
import type { Ground } from "./ground.ts";
import type { OpenedRoom } from "./open-room.ts";
import type { OpenedWork } from "./open-work.ts";

export type OpenedWatching = ReturnType<typeof openWatching>;

export function openWatching(
  { options, clock, context, database, later, background, onFailure }: Ground,
  room: OpenedRoom,
  work: OpenedWork,
) {
  const { settings } = options;
  const { factsSetAside } = room.areas;
  const storage = watchStorage({
    clock,
    folders: { data: settings.DATA_DIR, backups: work.backupFolder },
    warnBelowBytes: settings.DISK_WARN_MB * 1024 * 1024,
    isServer: database.engine === "postgres",
    stopped: () => database.stopped?.() ?? null,
    factsSetAside,
    background: background.problems,
    onMended: (error) => options.endsBecause?.(error),
  });
  later.storage = storage;
  const time = watchTime({ context, onAlarm: (alarm) => later.live?.pushAlarm(alarm), onFailure });
  return { storage, time };
}

export function metricsOf(
  { options, later, background }: Ground,
  room: OpenedRoom,
  work: OpenedWork,
  watching: OpenedWatching,
  door: StopDoor,
) {
  const { mqtt, lead } = options;
  return makeMetrics({
    storage: watching.storage,
    time: watching.time.line,
    factsSetAside: room.areas.factsSetAside,
    background: background.counts,
    devices: room.health,
    liveConnections: () => later.live?.connections() ?? 0,
    backups: () => work.backups.ageAndFailure(),
    broker: (mqtt && "openInside" in mqtt && mqtt.counts) || null,
    alarms: () => room.alarms.view(),
    lead: lead?.view,
    stopDoor: door.standing,
    jobs: () => work.jobs.figures(),
  });
}
