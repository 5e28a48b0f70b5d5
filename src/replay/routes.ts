import { Type } from "typebox";
import type { House } from "../house.ts";
import type { App } from "../http/route.ts";
import { exportReads } from "./export-reads.ts";

const params = Type.Object({ id: Type.String({ maxLength: 64 }) });

export function replayRoutes(app: App, { house }: { house: House }): void {
  app.get(
    "/api/v1/stocktakes/:id/reads.ndjson",
    { config: { right: "look" }, schema: { tags: ["stocktakes"], params } },
    async (request, reply) => {
      const lines = await exportReads(house, request.params.id);
      return reply
        .type("application/x-ndjson")
        .header("content-disposition", `attachment; filename="reads-${request.params.id}.ndjson"`)
        .send(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    },
  );
}
