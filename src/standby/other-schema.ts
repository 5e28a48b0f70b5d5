import { watchEndpoints } from "../contract/endpoints/watch.ts";
import type { LeadView } from "../contract/lead.ts";
import { unknownTime } from "../contract/machine-time.ts";
import { mount } from "../http/mount.ts";
import type { App } from "../http/route.ts";

/** The health routes of a standby that cannot read the database's schema: it runs and waits. */
export function otherSchemaRoutes(app: App, { lead, version }: { lead(): LeadView; version: string }): void {
  mount(app, watchEndpoints.getHealth, (_request, reply) => {
    reply.header("cache-control", "no-store");
    const devices = { up: 0, degraded: 0, down: 0 };
    const state = { status: "up", database: "up" } as const;
    const notKnown = { revision: null, stopDoor: null, disks: [], time: unknownTime, problems: [] };
    return { ...state, devices, ...notKnown, version, lead: lead() };
  });
}
