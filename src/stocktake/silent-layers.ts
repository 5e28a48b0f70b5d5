import { and, eq, gte, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import type { StocktakeScope, StocktakeSettings } from "../contract/stocktake.ts";
import type { House } from "../house.ts";
import { boxes, tags } from "../storage/schema/catalogue.ts";
import { slots } from "../storage/schema/room.ts";
import { stocktakeAntennas, stocktakeEvidence, type stocktakes } from "../storage/schema/stocktake.ts";

/** Layers that were read once and where a box that should stand there was heard by none of its layer's rounds. */
export async function silentLayers(house: House, row: typeof stocktakes.$inferSelect): Promise<string[]> {
  const { roundsMin } = row.settings as StocktakeSettings;
  const read = await house.db
    .select({ layerId: stocktakeAntennas.layerId })
    .from(stocktakeAntennas)
    .where(
      and(
        eq(stocktakeAntennas.stocktakeId, row.id),
        gte(stocktakeAntennas.roundsHealthy, roundsMin),
        // Already looked at twice: a restart must not begin a third look.
        sql`${stocktakeAntennas.roundsHealthy} < ${roundsMin * 3}`,
      ),
    );
  if (read.length === 0) return [];
  const { barcodes } = row.scope as StocktakeScope;
  const listed = barcodes
    ? sql`${boxes.barcode} IN (SELECT jsonb_array_elements_text(${JSON.stringify(barcodes)}::jsonb))`
    : undefined;
  const silent = await house.db
    .selectDistinct({ layerId: slots.layerId })
    .from(boxes)
    .innerJoin(slots, eq(slots.id, boxes.currentSlotId))
    .innerJoin(tags, and(eq(tags.boxId, boxes.id), isNull(tags.unboundAtMs)))
    .innerJoin(
      stocktakeAntennas,
      and(eq(stocktakeAntennas.stocktakeId, row.id), eq(stocktakeAntennas.layerId, slots.layerId)),
    )
    .leftJoin(
      stocktakeEvidence,
      and(
        eq(stocktakeEvidence.stocktakeId, row.id),
        eq(stocktakeEvidence.epc, tags.epc),
        eq(stocktakeEvidence.readerId, stocktakeAntennas.readerId),
        eq(stocktakeEvidence.antenna, stocktakeAntennas.antenna),
      ),
    )
    .where(
      and(
        isNotNull(boxes.currentSlotId),
        isNull(stocktakeEvidence.epc),
        inArray(
          slots.layerId,
          read.map((one) => one.layerId),
        ),
        listed,
      ),
    );
  return silent.map((one) => one.layerId);
}
