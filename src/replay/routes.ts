import { Type } from "typebox";
import type { House } from "../house.ts";
import type { App } from "../http/route.ts";
import { sendMade } from "../http/send-made.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { exportReads } from "./export-reads.ts";

const params = Type.Object({ id: Type.String({ maxLength: 64 }) });

export function replayRoutes(app: App, { house, jobs }: { house: House; jobs: Jobs }): void {
  app.get(
    "/api/v1/stocktakes/:id/reads.ndjson",
    { config: { right: "look" }, schema: { tags: ["stocktakes"], params } },
    (request, reply) => {
      const { id } = request.params;
      const what = { type: "application/x-ndjson", filename: `reads-${id}.ndjson` };
      return sendMade(request, reply, what, (asker) => exportReads(house, jobs, id, asker));
    },
  );
}
