import { stocktakeEndpoints } from "../../contract/endpoints/stocktakes.ts";
import { wholeList } from "../../contract/lists.ts";
import { mount } from "../../http/mount.ts";
import { type App, actorOf } from "../../http/route.ts";
import type { Deltas } from "./run-deltas.ts";

/** Both endpoints answer with the area's aisles that have something to report, as in getArea. */
export function deltaRoutes(app: App, { deltas }: { deltas: Pick<Deltas, "ask" | "acknowledge"> }): void {
  mount(app, stocktakeEndpoints.startDelta, async (request) => {
    const { areaKey, aisle } = request.params;
    return wholeList(await deltas.ask(actorOf(request), areaKey, aisle));
  });
  mount(app, stocktakeEndpoints.acknowledgeFinding, async (request) => {
    const { areaKey, id } = request.params;
    const reason = request.body?.reason ?? null;
    return wholeList(await deltas.acknowledge(actorOf(request), { areaKey, id, reason }));
  });
}
