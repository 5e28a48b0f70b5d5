import { and, eq } from "drizzle-orm";
import { gatherEvidence } from "../sensing/evidence.ts";
import type { KnownBox } from "../sensing/judge.ts";
import type { KnownSession } from "../sensing/learned-pairs.ts";
import type { Layout } from "../site/layout.ts";
import type { Db, Tx } from "../storage/db.ts";
import { stocktakeAntennas, stocktakeEvidence, stocktakeLines } from "../storage/schema/stocktake.ts";
import { knownLines } from "./finished-stocktakes.ts";

/** A finished stocktake as input of a calibration: its boxes known to be right, and what the area's antennas read of them. */
export async function knownSession(
  db: Db | Tx,
  layout: Layout,
  areaKey: string,
  stocktakeId: string,
): Promise<KnownSession> {
  const lines = await db
    .select({ epc: stocktakeLines.epc, layerId: stocktakeLines.expectedLayerId, code: stocktakeLines.expectedCode })
    .from(stocktakeLines)
    .where(and(eq(stocktakeLines.stocktakeId, stocktakeId), knownLines(areaKey)));
  const boxes = lines.flatMap(({ epc, layerId, code }): KnownBox[] => {
    const slot = code === null ? undefined : layout.slotByCode.get(code);
    // The site file has changed since and names other slots: such a box is not used.
    if (epc === null || slot?.layerId !== layerId) return [];
    return [{ epc, layerId, middleMm: slot.offsetMm + slot.widthMm / 2 }];
  });
  const known = new Set(boxes.map(({ epc }) => epc));
  const antennas = await db.select().from(stocktakeAntennas).where(eq(stocktakeAntennas.stocktakeId, stocktakeId));
  const heard = await db.select().from(stocktakeEvidence).where(eq(stocktakeEvidence.stocktakeId, stocktakeId));
  return { boxes, evidence: gatherEvidence({ antennas, heard: heard.filter(({ epc }) => known.has(epc)) }) };
}
