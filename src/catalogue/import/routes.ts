import { Readable } from "node:stream";
import multipart from "@fastify/multipart";
import { eq } from "drizzle-orm";
import { Type } from "typebox";
import { importViewSchema } from "../../contract/catalogue.ts";
import { Refusal } from "../../contract/errors.ts";
import type { House } from "../../house.ts";
import { type App, actorOf } from "../../http/route.ts";
import { imports } from "../../storage/schema/catalogue.ts";
import type { RowFault } from "./check-row.ts";
import type { ImportDesk } from "./import-desk.ts";
import { exportXlsx, faultyRowsXlsx, templateXlsx } from "./workbooks.ts";

const params = Type.Object({ id: Type.String({ maxLength: 64 }) });
const tags = ["import"];
const config = { right: "import" } as const;
const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const fileBytesMax = 100 * 1024 * 1024;

export async function importRoutes(app: App, { house, desk }: { house: House; desk: ImportDesk }): Promise<void> {
  await app.register(multipart, { limits: { fileSize: fileBytesMax, files: 1, fields: 4 } });
  app.get("/api/v1/imports/template.xlsx", { config, schema: { tags } }, async (request, reply) =>
    reply
      .type(xlsx)
      .header("content-disposition", 'attachment; filename="guiwei-template.xlsx"')
      .send(Buffer.from(await templateXlsx(request.language))),
  );
  app.get("/api/v1/export.xlsx", { config: { right: "catalogue" }, schema: { tags } }, async (request, reply) =>
    reply
      .type(xlsx)
      .header("content-disposition", 'attachment; filename="guiwei-export.xlsx"')
      .send(Readable.fromWeb(exportXlsx(house, request.language) as Parameters<typeof Readable.fromWeb>[0])),
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
      const id = await desk.receive(actorOf(request), part.filename, await part.toBuffer());
      return reply.code(202).send(await desk.view(id));
    },
  );
  app.get("/api/v1/imports/:id", { config, schema: { tags, params, response: { 200: importViewSchema } } }, (request) =>
    desk.view(request.params.id),
  );
  for (const step of ["run", "cancel"] as const) {
    app.post(
      `/api/v1/imports/:id/${step}`,
      { config, schema: { tags, params, response: { 202: importViewSchema } } },
      async (request, reply) => {
        const { id } = request.params;
        if (step === "run") await desk.run(actorOf(request), id);
        else await desk.cancel(actorOf(request), id);
        return reply.code(202).send(await desk.view(id));
      },
    );
  }
  app.get("/api/v1/imports/:id/errors.xlsx", { config, schema: { tags, params } }, async (request, reply) => {
    const [row] = await house.db
      .select({ summary: imports.summary })
      .from(imports)
      .where(eq(imports.id, request.params.id));
    const faults = ((row?.summary as { faults?: RowFault[] } | undefined)?.faults ?? []) as RowFault[];
    const bytes = await faultyRowsXlsx(await desk.file(request.params.id), faults, request.language);
    return reply
      .type(xlsx)
      .header("content-disposition", `attachment; filename="problems-${request.params.id}.xlsx"`)
      .send(Buffer.from(bytes));
  });
}
