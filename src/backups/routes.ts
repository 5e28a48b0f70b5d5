import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { fileEndpoints } from "../contract/endpoints/files.ts";
import { Refusal } from "../contract/errors.ts";
import { mount } from "../http/mount.ts";
import { type App, actorOf } from "../http/route.ts";
import { noteDownloaded } from "./note-backup.ts";
import type { Backups } from "./run-backups.ts";

export interface BackupRoutesDeps {
  context: Context;
  backups: Backups;
  folder: string;
}

export function backupRoutes(app: App, { context, backups, folder }: BackupRoutesDeps): void {
  mount(app, fileEndpoints.getBackups, () => backups.view());
  mount(app, fileEndpoints.makeBackup, (request) => {
    backups.begin({ actor: actorOf(request), reason: request.body.reason });
    return backups.view();
  });
  mount(app, fileEndpoints.getBackupStanding, () => backups.standing());
  mount(app, fileEndpoints.downloadBackup, async (request, reply) => {
    // Only names in the folder's own list are accepted, so a name with a path is refused.
    const found = (await backups.list()).find(({ file }) => file === request.params.file);
    if (!found) throw new Refusal("not-found", { what: request.params.file });
    const { file } = found;
    // Opened before the answer begins: an old backup may be deleted meanwhile.
    const handle = await open(join(folder, file)).catch(() => null);
    if (!handle) throw new Refusal("not-found", { what: file });
    try {
      if (request.method === "GET") await noteDownloaded(context, actorOf(request), file);
      const { size } = await handle.stat();
      return reply
        .type("application/gzip")
        .header("content-length", size)
        .header("content-disposition", `attachment; filename="${file}"`)
        .send(handle.createReadStream());
    } catch (error) {
      await handle.close();
      throw error;
    }
  });
}
