import { desc, eq, sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { StocktakeScope, StocktakeSettings, StocktakeView } from "../contract/stocktake.ts";
import { stocktakeAntennas, stocktakeEvidence, stocktakes } from "../storage/schema/stocktake.ts";
import { summaryNow } from "./summary.ts";

/** A stocktake with its progress, or its summary once it is done; refuses with not-found. */
export async function stocktakeView(context: Context, id: string): Promise<StocktakeView> {
  const [row] = await context.db.select().from(stocktakes).where(eq(stocktakes.id, id));
  if (!row) throw new Refusal("not-found", { what: id });
  const settings = row.settings as StocktakeSettings;
  const [progress] = await context.db
    .select({
      total: sql<number>`count(*)::int`,
      done: sql<number>`(count(*) FILTER (WHERE ${stocktakeAntennas.isDone}))::int`,
      unhealthy: sql<number>`(count(*) FILTER (WHERE ${stocktakeAntennas.isDone} AND ${stocktakeAntennas.fault} IS NOT NULL))::int`,
      covered: sql<number>`(count(*) FILTER (WHERE ${stocktakeAntennas.roundsHealthy} > 0 AND ${stocktakeAntennas.fault} IS NULL))::int`,
      rounds: sql<number>`coalesce(sum(${stocktakeAntennas.roundsHealthy}), 0)::int`,
    })
    .from(stocktakeAntennas)
    .where(eq(stocktakeAntennas.stocktakeId, id));
  const { layerIds, tagsHeard, ...summary } = summaryNow(row.summary) as {
    layerIds: string[];
    tagsHeard?: number;
    [key: string]: unknown;
  };
  return {
    id: row.id,
    roomId: row.roomId,
    kind: row.kind,
    aisle: row.areaKey !== null && row.aisle !== null ? { areaKey: row.areaKey, aisle: row.aisle } : null,
    scope: row.scope as StocktakeScope,
    settings,
    state: row.state,
    startedAtMs: row.startedAtMs,
    endedAtMs: row.endedAtMs,
    antennasTotal: progress?.total ?? 0,
    antennasDone: progress?.done ?? 0,
    antennasUnhealthy: progress?.unhealthy ?? 0,
    roundsRead: progress?.rounds ?? 0,
    remainingMs: null,
    tagsHeard: tagsHeard ?? (await countTags(context, id)),
    layersTotal: layerIds.length,
    layersCovered: progress?.covered ?? 0,
    summary: row.state === "done" ? summary : null,
  };
}

/** For stocktakes that are not done, and for those finished before the summary had this count. */
async function countTags({ db }: Context, id: string): Promise<number> {
  const [tags] = await db
    .select({ heard: sql<number>`count(DISTINCT ${stocktakeEvidence.epc})::int` })
    .from(stocktakeEvidence)
    .where(eq(stocktakeEvidence.stocktakeId, id));
  return tags?.heard ?? 0;
}

/** Newest first; of one kind, or all. */
export async function listStocktakes(
  context: Context,
  limit: number,
  kind?: StocktakeView["kind"],
): Promise<StocktakeView[]> {
  const rows = await context.db
    .select({ id: stocktakes.id })
    .from(stocktakes)
    .where(kind ? eq(stocktakes.kind, kind) : undefined)
    .orderBy(desc(stocktakes.startedAtMs))
    .limit(limit);
  const views: StocktakeView[] = [];
  for (const row of rows) views.push(await stocktakeView(context, row.id));
  return views;
}
