import { boxEndpoints } from "../contract/endpoints/boxes.ts";
import { mount } from "../http/mount.ts";
import { type App, actorOf } from "../http/route.ts";
import type { Hunts } from "./hunts.ts";

export function huntRoutes(app: App, { hunts }: { hunts: Hunts }): void {
  mount(app, boxEndpoints.startHunt, (request) => hunts.start(actorOf(request), request.params.id));
  mount(app, boxEndpoints.getHunt, (request) => hunts.view(request.params.id));
  mount(app, boxEndpoints.endHunt, (request) => hunts.end(actorOf(request), request.params.id));
}
