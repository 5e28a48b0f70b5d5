import { Type } from "typebox";
import {
  decideLineBody,
  type StocktakeLine,
  type StocktakeView,
  startStocktakeBody,
  stocktakeClasses,
  stocktakeLineSchema,
  stocktakeLinesPageSchema,
  stocktakeViewSchema,
} from "../contract/stocktake.ts";
import type { House } from "../house.ts";
import { type App, actorOf } from "../http/route.ts";
import { sendMade } from "../http/send-made.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { makeWorkbook, workbookType } from "../workbooks/make-workbook.ts";
import { decideLine } from "./decide-line.ts";
import { readLines } from "./read-lines.ts";
import { resultSheets } from "./result-xlsx.ts";
import type { StocktakeRunner } from "./run-stocktakes.ts";
import { setStocktakeState } from "./set-stocktake-state.ts";
import { startStocktake } from "./start-stocktake.ts";
import { listStocktakes, stocktakeView } from "./stocktake-view.ts";

const params = Type.Object({ id: Type.String({ maxLength: 64 }) });
const lineParams = Type.Object({ id: Type.String({ maxLength: 64 }), no: Type.Integer({ minimum: 1 }) });
const tags = ["stocktakes"];

export interface StocktakeRoutesDeps {
  house: House;
  runner: StocktakeRunner;
  jobs: Jobs;
}

export function stocktakeRoutes(app: App, { house, runner, jobs }: StocktakeRoutesDeps): void {
  const withRemaining = (view: StocktakeView): StocktakeView =>
    view.state === "running" ? { ...view, remainingMs: runner.remainingMs(view.id) } : view;
  app.get(
    "/api/v1/stocktakes",
    {
      config: { right: "look" },
      schema: {
        tags,
        querystring: Type.Object({ kind: Type.Optional(Type.Enum(["full", "delta"])) }),
        response: { 200: Type.Array(stocktakeViewSchema) },
      },
    },
    async (request) => (await listStocktakes(house, 50, request.query.kind)).map(withRemaining),
  );
  app.post(
    "/api/v1/stocktakes",
    {
      config: { right: "stocktake" },
      schema: { tags, body: startStocktakeBody, response: { 201: stocktakeViewSchema } },
    },
    async (request, reply) => {
      const id = await startStocktake(house, actorOf(request), request.body);
      runner.run(id, actorOf(request));
      return reply.code(201).send(await stocktakeView(house, id));
    },
  );
  app.get(
    "/api/v1/stocktakes/:id",
    { config: { right: "look" }, schema: { tags, params, response: { 200: stocktakeViewSchema } } },
    async (request) => withRemaining(await stocktakeView(house, request.params.id)),
  );
  for (const step of ["pause", "resume", "cancel"] as const) {
    app.post(
      `/api/v1/stocktakes/:id/${step}`,
      { config: { right: "stocktake" }, schema: { tags, params, response: { 200: stocktakeViewSchema } } },
      async (request) => {
        const { id } = request.params;
        await setStocktakeState(house, actorOf(request), id, step);
        if (step === "resume") runner.run(id, actorOf(request));
        else await runner.halt(id);
        return stocktakeView(house, id);
      },
    );
  }
  app.get(
    "/api/v1/stocktakes/:id/lines",
    {
      config: { right: "look" },
      schema: {
        tags,
        params,
        querystring: Type.Object({
          class: Type.Optional(Type.Enum([...stocktakeClasses])),
          cursor: Type.Optional(Type.Integer({ minimum: 0 })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
        }),
        response: { 200: stocktakeLinesPageSchema },
      },
    },
    async (request) => {
      const { class: of, cursor, limit = 100 } = request.query;
      const rows = await readLines(house, request.params.id, { class: of, after: cursor ?? 0, limit: limit + 1 });
      const lines = rows.slice(0, limit);
      return { lines, nextCursor: rows.length > limit ? String(lines.at(-1)?.no) : null };
    },
  );
  app.post(
    "/api/v1/stocktakes/:id/lines/:no/decision",
    {
      config: { right: "decide" },
      schema: { tags, params: lineParams, body: decideLineBody, response: { 200: stocktakeLineSchema } },
    },
    async (request) => {
      const { id, no } = request.params;
      const { decision, note } = request.body;
      await decideLine(house, actorOf(request), { stocktakeId: id, no, decision, note: note?.trim() || null });
      const [line] = await readLines(house, id, { nos: [no] });
      return line as StocktakeLine;
    },
  );
  app.get(
    "/api/v1/stocktakes/:id/result.xlsx",
    { config: { right: "look" }, schema: { tags, params } },
    async (request, reply) => {
      const { id } = request.params;
      const sheets = await resultSheets(house, id);
      return sendMade(request, reply, { type: workbookType, filename: `stocktake-${id}.xlsx` }, (asker) =>
        makeWorkbook(jobs, { sheets, about: `result:${id}`, ...asker }),
      );
    },
  );
}
