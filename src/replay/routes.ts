import { stocktakeEndpoints } from "../contract/endpoints/stocktakes.ts";
import type { House } from "../house.ts";
import { mount } from "../http/mount.ts";
import type { App } from "../http/route.ts";
import { sendMade } from "../http/send-made.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { exportReads } from "./export-reads.ts";

export function replayRoutes(app: App, { house, jobs }: { house: House; jobs: Jobs }): void {
  mount(app, stocktakeEndpoints.getStocktakeReads, (request, reply) => {
    const { id } = request.params;
    const what = { type: "application/x-ndjson", filename: `reads-${id}.ndjson` };
    return sendMade(request, reply, what, (asker) => exportReads(house, jobs, id, asker));
  });
}
