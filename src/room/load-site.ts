import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { Refusal } from "../contract/errors.ts";
import { houseChain } from "../contract/journal.ts";
import type { House } from "../house.ts";
import { change } from "../journal/change.ts";
import type { Tx } from "../storage/db.ts";

const rowsAtOnce = 5_000;

/**
 * Writes the site file's layers and slots into the database, so that constraints can refer to them. A slot that the file no
 * longer has is retired, never deleted; one that holds a box may neither vanish nor become too narrow: that is refused.
 */
export async function loadSite(house: House): Promise<void> {
  const hash = createHash("sha256").update(JSON.stringify(house.layout.site)).digest("hex");
  await change(house, async (tx, recorder) => {
    const [last] = await tx.execute<{ hash: string | null }>(
      sql`SELECT body->>'hash' AS hash FROM journal WHERE kind = 'site.loaded' ORDER BY at_ms DESC, revision DESC LIMIT 1`,
    );
    if (last?.hash === hash) return;
    const layers = house.layout.areas.flatMap((area) => area.layers);
    const slots = house.layout.areas.flatMap((area) => area.slots);
    for (let from = 0; from < layers.length; from += rowsAtOnce) {
      const rows = layers
        .slice(from, from + rowsAtOnce)
        .map((layer) => ({ id: layer.id, room: layer.roomId, area: layer.areaId, width: layer.usableWidthMm }));
      await tx.execute(sql`
        INSERT INTO layers (id, room_id, area_id, usable_width_mm)
        SELECT r.id, r.room, r.area, r.width FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id text, room text, area text, width float8)
        ON CONFLICT (id) DO UPDATE SET room_id = EXCLUDED.room_id, area_id = EXCLUDED.area_id, usable_width_mm = EXCLUDED.usable_width_mm`);
    }
    await refuseLostBoxes(house, tx);
    for (let from = 0; from < slots.length; from += rowsAtOnce) {
      const rows = slots.slice(from, from + rowsAtOnce).map((slot) => ({
        id: slot.id,
        layer: slot.layerId,
        no: slot.slot,
        width: slot.widthMm,
        offset: slot.offsetMm,
        total: house.layout.layerById.get(slot.layerId)?.usableWidthMm ?? 0,
        code: slot.locationCode,
      }));
      // Boxes carry their slot's width: both change together, or the foreign key refuses.
      await tx.execute(sql`
        INSERT INTO slots (id, layer_id, slot, width_mm, offset_mm, layer_width_mm, location_code, retired_at_ms)
        SELECT r.id, r.layer, r.no, r.width, r."offset", r.total, r.code, NULL
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          AS r(id text, layer text, no int, width float8, "offset" float8, total float8, code text)
        ON CONFLICT (id) DO UPDATE SET layer_id = EXCLUDED.layer_id, slot = EXCLUDED.slot, width_mm = EXCLUDED.width_mm,
          offset_mm = EXCLUDED.offset_mm, layer_width_mm = EXCLUDED.layer_width_mm, location_code = EXCLUDED.location_code, retired_at_ms = NULL`);
    }
    const ids = JSON.stringify(slots.map((slot) => slot.id));
    await tx.execute(sql`
      UPDATE slots SET retired_at_ms = ${recorder.atMs}
      WHERE retired_at_ms IS NULL AND id NOT IN (SELECT jsonb_array_elements_text(${ids}::jsonb))`);
    recorder.note({
      chain: houseChain,
      actor: "gateway",
      kind: "site.loaded",
      subject: `site:${house.layout.site.site}`,
      body: { site: house.layout.site.site, hash, layers: layers.length, slots: slots.length },
    });
  });
}

/** Boxes must not lose the ground under their feet because somebody edited a file. */
async function refuseLostBoxes(house: House, tx: Tx): Promise<void> {
  const standing = await tx.execute<{ barcode: string; slot_id: string; thickness_mm: number }>(
    sql`SELECT barcode, current_slot_id AS slot_id, thickness_mm FROM boxes WHERE current_slot_id IS NOT NULL`,
  );
  for (const box of standing) {
    const slot = house.layout.slotById.get(box.slot_id);
    if (!slot || slot.widthMm < box.thickness_mm)
      throw new Refusal("site-loses-box", { barcode: box.barcode, slot: box.slot_id });
  }
}
