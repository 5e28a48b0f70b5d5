import type { Database } from "../../src/storage/open-database.ts";

/** Rows that reach through the schema: foreign keys against the alphabet, JSON, arrays, floats, Chinese, control characters. */
export async function fillDatabase(database: Database, journalRowCount: number, from = 0): Promise<void> {
  await database.sql.begin(async (tx) => {
    if (from === 0) {
      await tx`INSERT INTO layers (id, room_id, area_id, usable_width_mm) VALUES ('r1.1.1', 'r1', 'r1.1', 900.1)`;
      await tx`INSERT INTO slots (id, layer_id, slot, width_mm, offset_mm, layer_width_mm, location_code)
        SELECT 's' || g, 'r1.1.1', g, 30.3, (g - 1) * 30.3, 900.1, '一区-' || g FROM generate_series(1, 20) g`;
      await tx`INSERT INTO people (id, login, name, roles, language, is_active, version, created_at_ms)
        VALUES ('p1', 'wang', ${'王\t"小明"\n\\'}, '{archivist,"带空格 的"}', 'zh', true, 1, 1795311973468)`;
      await tx`INSERT INTO boxes (id, barcode, thickness_mm, place, current_slot_id, current_slot_width_mm, since_ms, evidence, version, created_at_ms)
        SELECT 'b' || g, 'BC' || g, 30, 'slot', 's' || g, 30.3, 1, '{"by": "import", "n": 1.50, "中": null}', 1, 9007199254740991 FROM generate_series(1, 20) g`;
      await tx`INSERT INTO tags (id, epc, box_id, bound_at_ms) SELECT 't' || g, 'E280' || g, 'b' || g, g FROM generate_series(1, 20) g`;
    }
    await tx`INSERT INTO journal (chain, revision, at_ms, actor, kind, body, prev_hash, hash)
      SELECT 'house', g, g, 'person:p1', 'test', jsonb_build_object('text', 'entry ' || g, 'pad', repeat('档', 50)), 'p', 'h'
      FROM generate_series(${from + 1}::int, ${from + journalRowCount}::int) g`;
  });
}
