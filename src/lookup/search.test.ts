import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { onEachDatabase } from "../../tests/support/database.ts";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { Context } from "../context.ts";
import { loadSite } from "../room/load-site.ts";
import { layoutOf } from "../site/layout.ts";
import { parseSite } from "../site/parse-site.ts";
import type { Database } from "../storage/open-database.ts";
import { search } from "./search.ts";

const { site } = parseSite(readFileSync("sites/demo.yaml", "utf8"));
if (!site) throw new Error("sites/demo.yaml does not parse");
const layout = layoutOf(site);
const [slot, emptySlot] = layout.areas[0]?.slots ?? [];
if (!slot || !emptySlot) throw new Error("the demo has no slots");

/** Records 1 … 16 000, each newer than the one before; 5 001 onward are 甲, all below are 乙, three are 丙丁. */
const total = 16_000;
const rare = [10, 2_000, 4_999];

onEachDatabase("the one search box", (fresh) => {
  let database: Database;
  let context: Context;
  beforeAll(async () => {
    database = await fresh();
    const clock = virtualClock(1_000_000);
    let ids = 0;
    context = { db: database.db, clock, newId: () => `id-${ids++}`, layout, publish: () => {} };
    await loadSite(context);
    const { sql } = database;
    await sql`INSERT INTO boxes (id, barcode, thickness_mm, place, current_slot_id, current_slot_width_mm, since_ms, evidence, version, created_at_ms)
      VALUES ('b1', 'GW-0001', 30, 'slot', ${slot.id}, ${slot.widthMm}, 5, '{"by":"import"}', 3, 4),
        ('b2', 'GW-0002', 30, 'unknown', NULL, NULL, 5, '{"by":"import"}', 1, 4)`;
    await sql`INSERT INTO tags (id, epc, box_id, bound_at_ms, unbound_at_ms) VALUES ('t1', 'E28011700000000000000001', 'b1', 1, NULL),
      ('t0', 'E28011700000000000000002', 'b1', 1, 2)`;
    await sql`INSERT INTO records (id, record_no, customer_no, name, legal_entity_code, state, secrecy_level, box_id, search_text, version, updated_at_ms)
      SELECT 'r' || lpad(n::text, 5, '0'), 'D' || n, 'C' || (n / 2), w.name, CASE WHEN n = 1 THEN '91320100MA1XXXXXX1' END, 'active', 'internal',
        CASE WHEN n IN (1, 2) THEN 'b1' END, lower('C' || (n / 2) || E'\nD' || n || E'\n' || w.name), 1, 1000 + n
      FROM generate_series(1, ${total}::int) n
      CROSS JOIN LATERAL (SELECT CASE WHEN n IN (${rare[0] as number}, ${rare[1] as number}, ${rare[2] as number}) THEN '丙丁公司'
        WHEN n > 5000 THEN '甲公司' ELSE '乙公司' END AS name) w`;
  });
  afterAll(() => database?.close());

  const find = (query: string, limit = 20, cursor?: string) => search(context, { query, limit, cursor });
  const numbers = async (query: string, limit = 20) =>
    (await find(query, limit)).items.map((hit) => hit.record?.recordNo);

  it("finds a box by what stands on it, with the records inside", async () => {
    for (const [typed, matched] of [
      ["GW-0001", "barcode"],
      ["gw-0001", "barcode"],
      ["e28011700000000000000001", "epc"],
      [slot.locationCode, "locationCode"],
    ] as const) {
      const { items: hits, nextCursor } = await find(typed);
      expect(hits.map((hit) => [hit.matched, hit.box?.id, hit.record?.recordNo])).toEqual([
        [matched, "b1", "D1"],
        [matched, "b1", "D2"],
      ]);
      expect(hits[0]?.box).toMatchObject({
        epc: "E28011700000000000000001",
        place: { locationCode: slot.locationCode },
      });
      expect(nextCursor).toBeNull();
    }
    expect((await find("GW-0002")).items).toMatchObject([
      { matched: "barcode", record: null, box: { id: "b2", epc: null } },
    ]);
  });

  it("finds records by a whole number, the newest first", async () => {
    expect(await numbers("C7")).toEqual(["D15", "D14"]);
    expect((await find("D15")).items).toMatchObject([{ matched: "recordNo", box: null }]);
    expect((await find("91320100ma1xxxxxx1")).items).toMatchObject([{ matched: "legalEntityCode", box: { id: "b1" } }]);
  });

  it("finds what is common, rare and in between, newest first", async () => {
    expect(await numbers("公司", 3)).toEqual(["D16000", "D15999", "D15998"]);
    expect(await numbers("甲", 2)).toEqual(["D16000", "D15999"]);
    for (const query of ["丙", "丙丁", "丙丁公司"]) expect(await numbers(query)).toEqual(["D4999", "D2000", "D10"]);
    const between = await find("乙公司", 3);
    expect(between.items.map((hit) => hit.record?.recordNo)).toEqual(["D5000", "D4998", "D4997"]);
    expect(between.isCapped).toBe(true);
    for (const query of ["戊", "丁丙", "公司公司", emptySlot.locationCode]) expect(await numbers(query)).toEqual([]);
  });

  it("pages through everything once, page after page in order, whichever way a page was found", async () => {
    for (const [query, limit, count] of [
      ["公司", 100, total],
      ["乙", 100, 5_000 - rare.length],
      ["丙丁", 1, 3],
    ] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await find(query, limit, cursor);
        // Within a page, records with a box come first.
        const ids = page.items.map((hit) => hit.record?.id ?? "");
        seen.push(...ids.sort().reverse());
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(seen).toEqual([...new Set(seen)].sort().reverse());
      expect(seen).toHaveLength(count);
    }
  });
});
