import type { Readable } from "node:stream";
import multipart from "@fastify/multipart";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { importViewSchema } from "../../contract/catalogue.ts";
import { Refusal } from "../../contract/errors.ts";
import type { House } from "../../house.ts";
import { type App, actorOf } from "../../http/route.ts";
import { sendMade } from "../../http/send-made.ts";
import type { Jobs } from "../../jobs/jobs.ts";
import { makeWorkbook, type Sheet, workbookType } from "../../workbooks/make-workbook.ts";
import type { ImportDesk } from "./import-desk.ts";
import { exportSheet, faultyRowsSheet, templateSheet } from "./workbooks.ts";

const params = Type.Object({ id: Type.String({ maxLength: 64 }) });
const tags = ["import"];
const config = { right: "import" } as const;
const megabyte = 1024 * 1024;
const fileMbMax = 100;
const fileBytesMax = fileMbMax * megabyte;

export interface ImportRoutesDeps {
  house: House;
  desk: ImportDesk;
  jobs: Jobs;
}

export async function importRoutes(app: App, { house, desk, jobs }: ImportRoutesDeps): Promise<void> {
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
  app.get("/api/v1/imports/template.xlsx", { config, schema: { tags } }, (request, reply) =>
    send(request, reply, "guiwei-template", "template", async () => templateSheet(request.language)),
  );
  app.get("/api/v1/export.xlsx", { config: { right: "catalogue" }, schema: { tags } }, (request, reply) =>
    send(request, reply, "guiwei-export", "export", async () => exportSheet(house, request.language)),
  );
  app.get("/api/v1/imports", { config, schema: { tags, response: { 200: Type.Array(importViewSchema) } } }, () =>
    desk.list(),
  );
  app.post(
    "/api/v1/imports",
    {
      config: { ...config, idempotency: "off" },
      bodyLimit: fileBytesMax,
      schema: { tags, consumes: ["multipart/form-data"], response: { 202: importViewSchema } },
    },
    async (request, reply) => {
      const part = await request.file();
      if (!part) throw new Refusal("import-unreadable");
      const id = await desk.receive(actorOf(request), part.filename, whole(app, part.file)).catch(inWords);
      return reply.code(202).send(await desk.view(id));
    },
  );
  app.get("/api/v1/imports/:id", { config, schema: { tags, params, response: { 200: importViewSchema } } }, (request) =>
    desk.view(request.params.id),
  );
  for (const act of ["run", "pause", "resume", "cancel"] as const) {
    app.post(
      `/api/v1/imports/:id/${act}`,
      { config, schema: { tags, params, response: { 202: importViewSchema } } },
      async (request, reply) => {
        const { id } = request.params;
        await desk[act](actorOf(request), id);
        return reply.code(202).send(await desk.view(id));
      },
    );
  }
  app.get("/api/v1/imports/:id/errors.xlsx", { config, schema: { tags, params } }, async (request, reply) => {
    const { id } = request.params;
    return send(request, reply, `problems-${id}`, `errors:${id}`, async () => {
      return faultyRowsSheet(await desk.refused(id), request.language);
    });
  });
}

function inWords(error: unknown): never {
  const { code } = error as { code?: string };
  throw code === "FST_REQ_FILE_TOO_LARGE" ? new Refusal("import-file-too-large", { mbMax: fileMbMax }) : error;
}

/** A file that was cut off at the limit is refused, not taken for the whole. */
async function* whole(app: App, file: Readable & { truncated?: boolean }): AsyncGenerator<Buffer> {
  yield* file as AsyncIterable<Buffer>;
  if (file.truncated) throw new app.multipartErrors.RequestFileTooLargeError();
}
