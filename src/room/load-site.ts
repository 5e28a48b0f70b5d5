import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import { siteChain } from "../contract/journal.ts";
import { change } from "../journal/change.ts";
import type { Tx } from "../storage/db.ts";
import { insertRows } from "../storage/insert-rows.ts";
import { layers as layerTable, slots as slotTable } from "../storage/schema/room.ts";

const rowsAtOnce = 5_000;

/**
 * Writes the site file's layers and slots into the database, so that constraints can refer to them. A slot that the file no
 * longer has is retired, never deleted; a slot with a box may neither disappear nor become too narrow: that is refused.
 */
export async function loadSite(context: Context): Promise<void> {
  const hash = createHash("sha256").update(JSON.stringify(context.layout.site)).digest("hex");
  await change(context, async (tx, recorder) => {
    const [last] = await tx.execute<{ hash: string | null }>(
      sql`SELECT body->>'hash' AS hash FROM journal WHERE kind = 'site.loaded' ORDER BY at_ms DESC, revision DESC LIMIT 1`,
    );
    if (last?.hash === hash) return;
    const layers = context.layout.areas.flatMap((area) => area.layers);
    const slots = context.layout.areas.flatMap((area) => area.slots);
    for (let from = 0; from < layers.length; from += rowsAtOnce) {
      const rows = layers.slice(from, from + rowsAtOnce).map(({ id, roomId, areaId, usableWidthMm }) => {
        return { id, roomId, areaId, usableWidthMm };
      });
      await insertRows(tx, layerTable, rows, { orUpdateBy: [layerTable.id] });
    }
    await refuseLostBoxes(context, tx);
    for (let from = 0; from < slots.length; from += rowsAtOnce) {
      const rows = slots
        .slice(from, from + rowsAtOnce)
        .map(({ id, layerId, slot, widthMm, offsetMm, locationCode }) => ({
          ...{ id, layerId, slot, widthMm, offsetMm, locationCode, retiredAtMs: null },
          layerWidthMm: context.layout.layerById.get(layerId)?.usableWidthMm ?? 0,
        }));
      // Boxes store their slot's width: both change in one statement, or the foreign key refuses.
      await insertRows(tx, slotTable, rows, { orUpdateBy: [slotTable.id] });
    }
    const ids = JSON.stringify(slots.map((slot) => slot.id));
    await tx.execute(sql`
      UPDATE slots SET retired_at_ms = ${recorder.atMs}
      WHERE retired_at_ms IS NULL AND id NOT IN (SELECT jsonb_array_elements_text(${ids}::jsonb))`);
    recorder.note({
      chain: siteChain,
      actor: "gateway",
      kind: "site.loaded",
      subject: `site:${context.layout.site.site}`,
      body: { site: context.layout.site.site, hash, layers: layers.length, slots: slots.length },
    });
  });
}

/** An edit of the site file must not remove a slot that holds a box. */
async function refuseLostBoxes(context: Context, tx: Tx): Promise<void> {
  const standing = await tx.execute<{ barcode: string; slot_id: string; thickness_mm: number }>(
    sql`SELECT barcode, current_slot_id AS slot_id, thickness_mm FROM boxes WHERE current_slot_id IS NOT NULL`,
  );
  for (const box of standing) {
    const slot = context.layout.slotById.get(box.slot_id);
    if (!slot || slot.widthMm < box.thickness_mm)
      throw new Refusal("site-loses-box", { barcode: box.barcode, slot: box.slot_id });
  }
}
