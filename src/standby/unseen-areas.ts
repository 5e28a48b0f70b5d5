/** Areas of a gateway without connections to their controllers: what the database says, but not how they stand. */
import { saying } from "../aisles/area-view.ts";
import { commandView } from "../aisles/command-row.ts";
import { locksOf } from "../aisles/lock-row.ts";
import type { Context } from "../context.ts";
import type { AreaView } from "../contract/aisles.ts";
import { aisleEndpoints, areaVerbs } from "../contract/endpoints/aisles.ts";
import { Refusal } from "../contract/errors.ts";
import { mount } from "../http/mount.ts";
import type { App } from "../http/route.ts";
import { readAttention } from "../stocktake/delta/read-attention.ts";

export function unseenAreaRoutes(app: App, { context, who }: { context: Context; who: () => string }): void {
  mount(app, aisleEndpoints.getArea, (request) => unseenArea(context, request.params.areaKey, who()));
  mount(app, aisleEndpoints.getCommand, (request) => commandView(context, request.params.id));
}

async function unseenArea(context: Context, areaKey: string, who: string): Promise<AreaView> {
  const area = context.layout.areas.find(({ roomId, id }) => `${roomId}.${id}` === areaKey);
  if (!area) throw new Refusal("not-found", { what: areaKey });
  const unseen = saying("area-led-elsewhere", { who });
  const locks = await locksOf(context.db, areaKey);
  const { aisles: attention, version: attentionVersion } = await readAttention(context, areaKey, null);
  return {
    areaKey,
    atMs: context.clock.nowMs(),
    isOnline: false,
    activity: null,
    openAisle: null,
    columns: [],
    warning: null,
    people: null,
    interlocks: [],
    light: null,
    temperatureC: null,
    humidityPct: null,
    command: null,
    may: Object.fromEntries([...area.aisles.map(({ no }) => `open:${no}`), ...areaVerbs].map((verb) => [verb, unseen])),
    locks: locks.map((lock) => ({ ...lock, isKept: true })),
    keptByGateway: [],
    undriven: null,
    attention,
    attentionVersion,
  };
}
