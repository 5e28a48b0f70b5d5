import type { Context } from "../context.ts";
import { stocktakeEndpoints, stocktakeSteps } from "../contract/endpoints/stocktakes.ts";
import { wholeList } from "../contract/lists.ts";
import type { StocktakeLine, StocktakeView } from "../contract/stocktake.ts";
import { mount } from "../http/mount.ts";
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

export interface StocktakeRoutesDeps {
  context: Context;
  runner: StocktakeRunner;
  jobs: Jobs;
}

export function stocktakeRoutes(app: App, { context, runner, jobs }: StocktakeRoutesDeps): void {
  const withRemaining = (view: StocktakeView): StocktakeView =>
    view.state === "running" ? { ...view, remainingMs: runner.remainingMs(view.id) } : view;
  mount(app, stocktakeEndpoints.listStocktakes, async (request) =>
    wholeList((await listStocktakes(context, 50, request.query.kind)).map(withRemaining)),
  );
  mount(app, stocktakeEndpoints.startStocktake, async (request) => {
    const id = await startStocktake(context, actorOf(request), request.body);
    runner.run(id, actorOf(request));
    return stocktakeView(context, id);
  });
  mount(app, stocktakeEndpoints.getStocktake, async (request) =>
    withRemaining(await stocktakeView(context, request.params.id)),
  );
  for (const step of stocktakeSteps) {
    mount(app, stocktakeEndpoints[`${step}Stocktake`], async (request) => {
      const { id } = request.params;
      await setStocktakeState(context, actorOf(request), id, step);
      if (step === "resume") runner.run(id, actorOf(request));
      else await runner.halt(id);
      return stocktakeView(context, id);
    });
  }
  mount(app, stocktakeEndpoints.listStocktakeLines, async (request) => {
    const { class: of, cursor, limit = 100 } = request.query;
    const rows = await readLines(context, request.params.id, { class: of, after: cursor ?? 0, limit: limit + 1 });
    const items = rows.slice(0, limit);
    return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.no) : null };
  });
  mount(app, stocktakeEndpoints.decideLine, async (request) => {
    const { id, no } = request.params;
    const { decision, note } = request.body;
    await decideLine(context, actorOf(request), { stocktakeId: id, no, decision, note: note?.trim() || null });
    const [line] = await readLines(context, id, { nos: [no] });
    return line as StocktakeLine;
  });
  mount(app, stocktakeEndpoints.getStocktakeResult, async (request, reply) => {
    const { id } = request.params;
    const sheets = await resultSheets(context, id);
    return sendMade(request, reply, { type: workbookType, filename: `stocktake-${id}.xlsx` }, (asker) =>
      makeWorkbook(jobs, { sheets, about: `result:${id}`, ...asker }),
    );
  });
}
