import { and, desc, eq, sql } from "drizzle-orm";
import type { Db, Tx } from "../storage/db.ts";
import { stocktakeLines, stocktakes } from "../storage/schema/stocktake.ts";

/** With fewer boxes known to be right, a stocktake is not used for an area. */
export const boxesMin = 30;
const countsMax = 20;

export interface FinishedStocktake {
  id: string;
  endedAtMs: number;
  /** Boxes of the area that it confirmed in their place with certainty. */
  boxes: number;
}

/** Finished stocktakes that confirmed enough boxes of the area in their place; newest first. */
export async function finishedStocktakes(db: Db | Tx, areaKey: string): Promise<FinishedStocktake[]> {
  const boxes = sql<number>`count(*)::int`;
  const rows = await db
    .select({ id: stocktakes.id, endedAtMs: stocktakes.endedAtMs, boxes })
    .from(stocktakes)
    .innerJoin(stocktakeLines, eq(stocktakeLines.stocktakeId, stocktakes.id))
    .where(and(eq(stocktakes.state, "done"), knownLines(areaKey)))
    .groupBy(stocktakes.id)
    .having(sql`count(*) >= ${boxesMin}`)
    .orderBy(desc(stocktakes.endedAtMs), desc(stocktakes.id))
    .limit(countsMax);
  return rows.map((row) => ({ ...row, endedAtMs: row.endedAtMs ?? 0 }));
}

/** Lines of boxes that certainly stand where the journal says. */
export function knownLines(areaKey: string) {
  return sql`${stocktakeLines.class} = 'found' AND ${stocktakeLines.certainty} = 'confirmed'
    AND ${stocktakeLines.epc} IS NOT NULL AND starts_with(${stocktakeLines.expectedLayerId}, ${`${areaKey}.`})`;
}
