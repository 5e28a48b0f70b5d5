/** The gateway without its HTTP shell: everything that the pipeline opens, with the simulated clock, lines and database. */
import { type Areas, openAreas } from "../../src/aisles/areas.ts";
import { runImport } from "../../src/catalogue/import/run-import.ts";
import type { Chance } from "../../src/clock/chance.ts";
import type { Context } from "../../src/context.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import type { DevicePorts } from "../../src/contract/ports.ts";
import type { ByteLink } from "../../src/devices/links/byte-link.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import type { Motion } from "../../src/motion/messages.ts";
import { makeNewId } from "../../src/new-id.ts";
import { loadSite } from "../../src/room/load-site.ts";
import type { Layout } from "../../src/site/layout.ts";
import type { DeviceSpec } from "../../src/site/schema.ts";
import { type Deltas, runDeltas } from "../../src/stocktake/delta/run-deltas.ts";
import { localJudge } from "../../src/stocktake/judging/stocktake-judge.ts";
import { type StocktakeRunner, stocktakeRunner } from "../../src/stocktake/run-stocktakes.ts";
import type { Db } from "../../src/storage/db.ts";
import { acknowledgeBeforeCommit, askAgain, type BugName, loseFindings, type Verbs, verbsWith } from "./bugs.ts";
import type { Side } from "./side.ts";

export interface Gateway {
  no: number;
  side: Side;
  context: Context;
  devices: DevicePorts;
  areas: Areas;
  stocktakes: StocktakeRunner;
  deltas: Deltas;
  verbs: Verbs;
  runImport: typeof runImport;
}

export interface GatewayPlaces {
  no: number;
  side: Side;
  layout: Layout;
  db: Db;
  chance: Chance;
  links: Readonly<Record<string, ByteLink>>;
  bug: BugName | null;
  /** A simulated process of its own. */
  motion: Motion;
  publish(rows: readonly JournalRow[]): void;
  onFailure(error: unknown): void;
}

export async function openGatewayCore(places: GatewayPlaces): Promise<Gateway> {
  const { side, layout, bug, chance } = places;
  const { clock } = side;
  const ids = chance.fork("ids");
  let deltas: Deltas | null = null;
  const onFailure = (error: unknown) => {
    if (!side.isOver) places.onFailure(error);
  };
  const context: Context = {
    db: bug === "acknowledge-before-commit" ? acknowledgeBeforeCommit(places.db) : places.db,
    clock,
    newId: makeNewId(clock, () => ids.below(2 ** 32)),
    layout,
    publish(rows) {
      if (side.isOver) return;
      places.publish(rows);
      deltas?.followed(rows);
      if (bug === "lose-findings") void loseFindings(places.db, rows).catch(onFailure);
    },
  };
  await loadSite(context);
  const devices = openDevices({ layout, clock, chance: chance.fork("devices"), links: places.links, opens: isRead });
  const opened = await openAreas({
    context,
    motion: places.motion,
    onView: (view) => deltas?.saw(view),
    onAlarm: () => {},
    onFailure,
    attentionOf: (areaKey) => deltas?.attentionOf(areaKey),
    beforeOpening: async (areaKey, aisle) => deltas?.beforeOpening(areaKey, aisle),
  });
  const areas = bug === "ask-again" ? askAgain(opened) : opened;
  const stocktakes = stocktakeRunner({
    context,
    readers: devices.readers,
    judge: localJudge(context.layout),
    onProgress: () => {},
    onFailure,
  });
  deltas = runDeltas({ context, runner: stocktakes, isAutomatic: true, onFound: () => {}, onFailure });
  await stocktakes.resumeAll();
  await deltas.start();
  return { no: places.no, side, context, devices, areas, stocktakes, deltas, verbs: verbsWith(bug), runImport };
}

/** True for devices of the gateway; controllers belong to motion. */
function isRead({ kind }: DeviceSpec): boolean {
  return kind === "reader";
}
