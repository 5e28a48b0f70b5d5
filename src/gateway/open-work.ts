/** Opens the work that people start: stocktakes, deltas, locating, jobs, imports, backups. */
import { join } from "node:path";
import { saying } from "../aisles/area-view.ts";
import { areasInMotion } from "../aisles/areas-in-motion.ts";
import { openBackups } from "../backups/open-backups.ts";
import { importDesk } from "../catalogue/import/import-desk.ts";
import { backupFolderOf } from "../config.ts";
import { openJobs } from "../jobs/jobs.ts";
import { locateJobs } from "../locate/locate-jobs.ts";
import { runDeltas } from "../stocktake/delta/run-deltas.ts";
import { openJudgeThread } from "../stocktake/judging/open-judge-thread.ts";
import { stocktakeRunner } from "../stocktake/run-stocktakes.ts";
import { jobView, maySeeJob } from "../watch/job-routes.ts";
import type { Ground } from "./ground.ts";
import type { OpenedRoom } from "./open-room.ts";

export type OpenedWork = ReturnType<typeof openWork>;

export function openWork({ options, clock, context, database, later, onFailure }: Ground, room: OpenedRoom) {
  const { settings, layout } = options;
  const { recorded, areas } = room;
  const judge = openJudgeThread(layout);
  const stocktakes = stocktakeRunner({
    context,
    readers: recorded.readers,
    judge,
    onProgress: (view) => later.live?.pushStocktake(view),
    onFailure,
  });
  const deltas = runDeltas({
    context,
    runner: stocktakes,
    isAutomatic: settings.DELTA_STOCKTAKE === "yes",
    onFound: ({ areaKey, ...found }) =>
      later.live?.pushAlarm({ areaKey, atMs: clock.nowMs(), ...saying("aisle-differs", found) }),
    onFailure,
  });
  later.deltas = deltas;
  const locating = locateJobs({
    context,
    readers: recorded.readers,
    onProgress: (view) => later.live?.pushLocate(view),
    onFailure,
  });
  const jobs = openJobs({ folder: join(settings.DATA_DIR, "jobs") });
  jobs.follow((job, hasEnded) =>
    later.live?.pushJob(job.id, (who) => (maySeeJob(job, who) ? jobView(job, who.actor) : null), hasEnded),
  );
  const imports = importDesk({
    ...{ context, folder: join(settings.DATA_DIR, "imports"), jobs, onFailure },
    onProgress: (id, progress) => later.live?.pushImport(id, progress),
  });
  const backupFolder = backupFolderOf(settings);
  const backups = openBackups({
    ...{ context, database, jobs, folder: backupFolder, dataFolder: settings.DATA_DIR },
    filesKept: settings.BACKUPS_KEPT,
    everyHours: settings.BACKUP_EVERY_HOURS,
    notStill: () => areasInMotion(areas),
    onFailure,
  });
  return { judge, stocktakes, deltas, locating, jobs, imports, backups, backupFolder };
}
