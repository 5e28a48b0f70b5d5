import type { FastifyRequest } from "fastify";
import type { Context } from "../context.ts";
import { aisleEndpoints, areaVerbs } from "../contract/endpoints/aisles.ts";
import { Refusal } from "../contract/errors.ts";
import { mount } from "../http/mount.ts";
import { pressIdOf } from "../http/press-id.ts";
import { type App, actorOf } from "../http/route.ts";
import type { StopPress } from "../motion/messages.ts";
import type { AreaDrive } from "./area-drive.ts";
import type { Areas } from "./areas.ts";
import { commandView } from "./command-row.ts";
import { lockRoutes } from "./lock-routes.ts";
import { showBox } from "./show-box.ts";

function pressOf({ query, askedAtMs }: { query: { press?: unknown }; askedAtMs: number }): StopPress {
  return { id: pressIdOf(query.press), door: "gateway", askedAtMs };
}

/** All STOPs are sent before anything is awaited; 202 only if motion accepted them, as at STOP's own door. */
async function taken(
  drives: readonly AreaDrive[],
  request: FastifyRequest<{ Querystring: { press?: unknown } }>,
): Promise<object> {
  const answers = await Promise.all(drives.map((drive) => drive.stop(actorOf(request), pressOf(request))));
  if (answers.includes(false)) throw new Refusal("motion-away");
  return {};
}

export interface AisleRoutesDeps {
  context: Context;
  areas: Areas;
  onFailure(error: unknown): void;
}

export function aisleRoutes(app: App, { context, areas, onFailure }: AisleRoutesDeps): void {
  mount(app, aisleEndpoints.getArea, (request) => areas.drive(request.params.areaKey).view());
  mount(app, aisleEndpoints.openAisle, async (request) => {
    const { aisle, reason } = request.body;
    const drive = areas.drive(request.params.areaKey);
    const command = await drive.request(actorOf(request), "open", aisle, reason ?? null, request.askedAtMs);
    return { ...command, attention: drive.view().attention };
  });
  for (const verb of areaVerbs) {
    mount(app, aisleEndpoints[`${verb}Area`], async (request) => {
      const drive = areas.drive(request.params.areaKey);
      const command = await drive.request(actorOf(request), verb, 0, request.body?.reason ?? null, request.askedAtMs);
      // Only after the request was accepted: a refused close leaves on the light that somebody follows (I9).
      if (verb === "close" || verb === "ventilate") drive.light(null).catch(onFailure);
      return command;
    });
  }
  mount(app, aisleEndpoints.stopArea, (request) => taken([areas.drive(request.params.areaKey)], request));
  mount(app, aisleEndpoints.stopAll, (request) => taken(areas.all(), request));
  lockRoutes(app, areas);
  mount(app, aisleEndpoints.getCommand, (request) => commandView(context, request.params.id));
  mount(app, aisleEndpoints.showBox, (request) =>
    showBox({ context, areas, onFailure }, actorOf(request), request.params.id, request.askedAtMs),
  );
}
