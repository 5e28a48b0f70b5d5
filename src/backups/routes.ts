import { open } from "node:fs/promises";
import { join } from "node:path";
import { Type } from "typebox";
import { backupStandingSchema, backupsViewSchema, makeBackupBody } from "../contract/backups.ts";
import { Refusal } from "../contract/errors.ts";
import type { House } from "../house.ts";
import { type App, actorOf } from "../http/route.ts";
import { noteDownloaded } from "./note-backup.ts";
import type { Backups } from "./run-backups.ts";

const tags = ["backups"];
const config = { right: "backups" } as const;

export interface BackupRoutesDeps {
  house: House;
  backups: Backups;
  folder: string;
}

export function backupRoutes(app: App, { house, backups, folder }: BackupRoutesDeps): void {
  app.get("/api/v1/backups", { config, schema: { tags, response: { 200: backupsViewSchema } } }, () => backups.view());
  app.post(
    "/api/v1/backups",
    { config, schema: { tags, body: makeBackupBody, response: { 202: backupsViewSchema } } },
    async (request, reply) => {
      backups.begin({ actor: actorOf(request), reason: request.body.reason });
      return reply.code(202).send(await backups.view());
    },
  );
  // For everybody: whoever sees that the newest is old can tell the administrator.
  app.get(
    "/api/v1/backups/standing",
    { config: { right: "devices" }, schema: { tags, response: { 200: backupStandingSchema } } },
    () => backups.standing(),
  );
  app.get(
    "/api/v1/backups/:file",
    { config, schema: { tags, params: Type.Object({ file: Type.String({ maxLength: 100 }) }) } },
    async (request, reply) => {
      // Only a name that the folder's own list holds: a path in it is no such name.
      const found = (await backups.list()).find(({ file }) => file === request.params.file);
      if (!found) throw new Refusal("not-found", { what: request.params.file });
      const { file } = found;
      // Opened before it is promised: an older one may give way meanwhile.
      const handle = await open(join(folder, file)).catch(() => null);
      if (!handle) throw new Refusal("not-found", { what: file });
      try {
        if (request.method === "GET") await noteDownloaded(house, actorOf(request), file);
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
    },
  );
}
