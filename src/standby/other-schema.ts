import type { LeadView } from "../contract/lead.ts";
import { unknownTime } from "../contract/machine-time.ts";
import { healthSchema } from "../contract/ports.ts";
import type { App } from "../http/route.ts";

/** The health of a standby that cannot read the database's schema: it lives, waits, and knows no more. */
export function otherSchemaRoutes(app: App, { lead, version }: { lead(): LeadView; version: string }): void {
  app.get(
    "/health",
    { config: { right: "public" }, schema: { tags: ["health"], response: { 200: healthSchema } } },
    async (_request, reply) => {
      reply.header("cache-control", "no-store");
      const devices = { up: 0, degraded: 0, down: 0 };
      const state = { status: "up", database: "up" } as const;
      const notKnown = { revision: null, stopDoor: null, disks: [], time: unknownTime, problems: [] };
      return { ...state, devices, ...notKnown, version, lead: lead() };
    },
  );
}
