import { boxEndpoints } from "../contract/endpoints/boxes.ts";
import { mount } from "../http/mount.ts";
import { type App, actorOf } from "../http/route.ts";
import type { LocateJobs } from "./locate-jobs.ts";

export function locateRoutes(app: App, { locateJobs }: { locateJobs: LocateJobs }): void {
  mount(app, boxEndpoints.startLocate, (request) => locateJobs.start(actorOf(request), request.params.id));
  mount(app, boxEndpoints.getLocate, (request) => locateJobs.view(request.params.id));
  mount(app, boxEndpoints.endLocate, (request) => locateJobs.end(actorOf(request), request.params.id));
}
