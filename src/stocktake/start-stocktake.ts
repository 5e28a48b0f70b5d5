import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { seededChance } from "../clock/chance.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import { type Actor, roomChain } from "../contract/journal.ts";
import type { StocktakeScope, StocktakeSettings } from "../contract/stocktake.ts";
import { change } from "../journal/change.ts";
import { boxes } from "../storage/schema/catalogue.ts";
import { chainHeads } from "../storage/schema/journal.ts";
import { stocktakeAntennas, stocktakes } from "../storage/schema/stocktake.ts";
import { chooseLayers } from "./choose-layers.ts";

const defaultSettings: StocktakeSettings = { presentMax: 0.001 };

/**
 * Stores what will be read: one row for each antenna of the scope. A random sample is drawn now, so that the list of boxes is
 * fixed. Refuses an empty scope, a second full stocktake in the same room and a second delta in the same area.
 */
export async function startStocktake(
  context: Context,
  actor: Actor,
  request: {
    roomId: string;
    scope: StocktakeScope;
    settings?: StocktakeSettings | undefined;
    /** A delta of this aisle (delta/): it neither waits for a full stocktake nor blocks one. */
    delta?: { areaKey: string; aisle: number };
  },
): Promise<string> {
  const { roomId, delta } = request;
  const kind = delta ? "delta" : "full";
  if (!context.layout.areas.some((area) => area.roomId === roomId)) throw new Refusal("not-found", { what: roomId });
  const scope = await fixSample(context, roomId, request.scope);
  const layers = chooseLayers(context.layout, roomId, scope, await layersOfBarcodes(context, scope.barcodes));
  if (layers.length === 0) throw new Refusal("stocktake-empty");
  const settings = request.settings ?? defaultSettings;
  const id = context.newId();
  return change(context, async (tx, recorder) => {
    const [open] = await tx
      .select({ id: stocktakes.id })
      .from(stocktakes)
      .where(
        and(
          delta ? eq(stocktakes.areaKey, delta.areaKey) : eq(stocktakes.roomId, roomId),
          eq(stocktakes.kind, kind),
          inArray(stocktakes.state, ["running", "paused"]),
        ),
      );
    if (open) throw new Refusal("stocktake-open");
    const [head] = await tx
      .select()
      .from(chainHeads)
      .where(eq(chainHeads.chain, roomChain(roomId)));
    await tx.insert(stocktakes).values({
      id,
      roomId,
      kind,
      areaKey: delta?.areaKey ?? null,
      aisle: delta?.aisle ?? null,
      scope,
      settings,
      state: "running",
      actor,
      startedAtMs: recorder.atMs,
      endedAtMs: null,
      startRevision: head?.revision ?? 0,
      endRevision: null,
      summary: { layerIds: layers.map((layer) => layer.id) },
    });
    const antennas = layers.flatMap((layer) =>
      layer.antenna
        ? [
            {
              stocktakeId: id,
              readerId: layer.antenna.readerId,
              antenna: layer.antenna.port,
              layerId: layer.id,
              roundsHealthy: 0,
              roundsFailed: 0,
              fault: null,
              roundsWanted: 1,
              isDone: false,
            },
          ]
        : [],
    );
    for (let from = 0; from < antennas.length; from += 1000)
      await tx.insert(stocktakeAntennas).values(antennas.slice(from, from + 1000));
    recorder.note({
      chain: roomChain(roomId),
      actor,
      kind: "stocktake.started",
      subject: `stocktake:${id}`,
      body: { stocktakeId: id, kind, ...delta, scope, settings, layers: layers.length, antennas: antennas.length },
    });
    return id;
  });
}

/** Turns "n boxes by chance" into a list of barcodes. */
async function fixSample(context: Context, roomId: string, scope: StocktakeScope): Promise<StocktakeScope> {
  if (scope.sampleBoxes === undefined) return scope;
  const layers = new Set(
    chooseLayers(context.layout, roomId, scope, await layersOfBarcodes(context, scope.barcodes)).map(
      (layer) => layer.id,
    ),
  );
  const seed = scope.sampleSeed ?? context.clock.nowMs();
  const standing = await context.db
    .select({ barcode: boxes.barcode, slotId: boxes.currentSlotId })
    .from(boxes)
    .where(isNotNull(boxes.currentSlotId))
    .orderBy(boxes.barcode);
  const pool = standing
    .filter((box) => layers.has(context.layout.slotById.get(box.slotId ?? "")?.layerId ?? ""))
    .map((box) => box.barcode);
  const chance = seededChance(`sample/${seed}`);
  for (let i = pool.length - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    [pool[i], pool[j]] = [pool[j] as string, pool[i] as string];
  }
  return { ...scope, sampleSeed: seed, barcodes: pool.slice(0, scope.sampleBoxes) };
}

async function layersOfBarcodes(context: Context, barcodes: string[] | undefined): Promise<Set<string> | null> {
  if (!barcodes) return null;
  const rows = await context.db
    .select({ slotId: boxes.currentSlotId })
    .from(boxes)
    .where(sql`${boxes.barcode} IN (SELECT jsonb_array_elements_text(${JSON.stringify(barcodes)}::jsonb))`);
  return new Set(rows.flatMap((row) => context.layout.slotById.get(row.slotId ?? "")?.layerId ?? []));
}
