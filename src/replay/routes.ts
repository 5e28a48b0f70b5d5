import type { Context } from "../context.ts";
import { stocktakeEndpoints } from "../contract/endpoints/stocktakes.ts";
import { mount } from "../http/mount.ts";
import type { App } from "../http/route.ts";
import { sendMade } from "../http/send-made.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { exportReads } from "./export-reads.ts";

export function replayRoutes(app: App, { context, jobs }: { context: Context; jobs: Jobs }): void {
  mount(app, stocktakeEndpoints.getStocktakeReads, (request, reply) => {
    const { id } = request.params;
    const what = { type: "application/x-ndjson", filename: `reads-${id}.ndjson` };
    return sendMade(request, reply, what, (asker) => exportReads(context, jobs, id, asker));
  });
}
