import type { Readable } from "node:stream";
import multipart from "@fastify/multipart";
import type { FastifyReply, FastifyRequest } from "fastify";
import { fileEndpoints } from "../../contract/endpoints/files.ts";
import { Refusal } from "../../contract/errors.ts";
import { wholeList } from "../../contract/lists.ts";
import type { House } from "../../house.ts";
import { mount } from "../../http/mount.ts";
import { type App, actorOf } from "../../http/route.ts";
import { sendMade } from "../../http/send-made.ts";
import type { Jobs } from "../../jobs/jobs.ts";
import { makeWorkbook, type Sheet, workbookType } from "../../workbooks/make-workbook.ts";
import type { ImportDesk } from "./import-desk.ts";
import { exportSheet, faultyRowsSheet, templateSheet } from "./workbooks.ts";

export interface ImportRoutesDeps {
  house: House;
  desk: ImportDesk;
  jobs: Jobs;
}

export async function importRoutes(app: App, { house, desk, jobs }: ImportRoutesDeps): Promise<void> {
  await app.register(multipart, { limits: { fileSize: fileEndpoints.uploadImport.bodyBytesMax, files: 1, fields: 4 } });
  const send = (
    request: FastifyRequest,
    reply: FastifyReply,
    name: string,
    about: string,
    sheet: () => Promise<Sheet>,
  ) =>
    sendMade(request, reply, { type: workbookType, filename: `${name}.xlsx` }, async (asker) =>
      makeWorkbook(jobs, { sheets: [await sheet()], about, ...asker }),
    );
  mount(app, fileEndpoints.getImportTemplate, (request, reply) =>
    send(request, reply, "guiwei-template", "template", async () => templateSheet(request.language)),
  );
  mount(app, fileEndpoints.exportCatalogue, (request, reply) =>
    send(request, reply, "guiwei-export", "export", async () => exportSheet(house, request.language)),
  );
  mount(app, fileEndpoints.listImports, async () => wholeList(await desk.list()));
  mount(app, fileEndpoints.uploadImport, async (request) => {
    const part = await request.file();
    if (!part) throw new Refusal("import-unreadable");
    const id = await desk.receive(actorOf(request), part.filename, whole(app, part.file));
    return desk.view(id);
  });
  mount(app, fileEndpoints.getImport, (request) => desk.view(request.params.id));
  mount(app, fileEndpoints.runImport, async (request) => {
    await desk.run(actorOf(request), request.params.id);
    return desk.view(request.params.id);
  });
  mount(app, fileEndpoints.cancelImport, async (request) => {
    await desk.cancel(actorOf(request), request.params.id);
    return desk.view(request.params.id);
  });
  mount(app, fileEndpoints.getImportFaults, (request, reply) => {
    const { id } = request.params;
    return send(request, reply, `problems-${id}`, `errors:${id}`, async () => {
      return faultyRowsSheet(await desk.refused(id), request.language);
    });
  });
}

/** A file that was cut off at the limit is refused, not taken for the whole. */
async function* whole(app: App, file: Readable & { truncated?: boolean }): AsyncGenerator<Buffer> {
  yield* file as AsyncIterable<Buffer>;
  if (file.truncated) throw new app.multipartErrors.RequestFileTooLargeError();
}
