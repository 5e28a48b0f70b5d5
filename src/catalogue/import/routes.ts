import type { Readable } from "node:stream";
import multipart from "@fastify/multipart";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Context } from "../../context.ts";
import { fileEndpoints, importActs } from "../../contract/endpoints/files.ts";
import { Refusal } from "../../contract/errors.ts";
import { wholeList } from "../../contract/lists.ts";
import { mount } from "../../http/mount.ts";
import { type App, actorOf } from "../../http/route.ts";
import { sendMade } from "../../http/send-made.ts";
import type { Jobs } from "../../jobs/jobs.ts";
import { makeWorkbook, type Sheet, workbookType } from "../../workbooks/make-workbook.ts";
import type { ImportDesk } from "./import-desk.ts";
import { exportSheet, faultyRowsSheet, templateSheet } from "./workbooks.ts";

const fileBytesMax = fileEndpoints.uploadImport.bodyBytesMax;
const megabyte = 1024 * 1024;

export interface ImportRoutesDeps {
  context: Context;
  desk: ImportDesk;
  jobs: Jobs;
}

export async function importRoutes(app: App, { context, desk, jobs }: ImportRoutesDeps): Promise<void> {
  await app.register(multipart, { limits: { fileSize: fileBytesMax, files: 1, fields: 4 } });
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
    send(request, reply, "guiwei-export", "export", async () => exportSheet(context, request.language)),
  );
  mount(app, fileEndpoints.listImports, async () => wholeList(await desk.list()));
  mount(app, fileEndpoints.uploadImport, async (request) => {
    const part = await request.file();
    if (!part) throw new Refusal("import-unreadable");
    const id = await desk.receive(actorOf(request), part.filename, whole(app, part.file)).catch(inWords);
    return desk.view(id);
  });
  mount(app, fileEndpoints.getImport, (request) => desk.view(request.params.id));
  for (const act of importActs) {
    mount(app, fileEndpoints[`${act}Import`], async (request) => {
      const { id } = request.params;
      await desk[act](actorOf(request), id);
      return desk.view(id);
    });
  }
  mount(app, fileEndpoints.getImportFaults, (request, reply) => {
    const { id } = request.params;
    return send(request, reply, `problems-${id}`, `errors:${id}`, async () => {
      return faultyRowsSheet(await desk.refused(id), request.language);
    });
  });
}

function inWords(error: unknown): never {
  const { code } = error as { code?: string };
  throw code === "FST_REQ_FILE_TOO_LARGE"
    ? new Refusal("import-file-too-large", { mbMax: fileBytesMax / megabyte })
    : error;
}

/** Refuses an upload that was cut off at the size limit, instead of taking it for the whole file. */
async function* whole(app: App, file: Readable & { truncated?: boolean }): AsyncGenerator<Buffer> {
  yield* file as AsyncIterable<Buffer>;
  if (file.truncated) throw new app.multipartErrors.RequestFileTooLargeError();
}
