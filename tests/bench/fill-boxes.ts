/** Many boxes with a record and a tag each, by bulk SQL: names from the demo's parts, search text as an import writes it. */
import { organisationName, personName } from "../../simulators/days/customer-names.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { pinyinInitials } from "../../src/lookup/search-text.ts";
import type { Layout } from "../../src/site/layout.ts";
import type { Database } from "../../src/storage/open-database.ts";

/** Distinct names; at more boxes each comes several times, as in every town. */
const namesMax = 50_000;
const boxesPerStatement = 25_000;
/** In no other name: what a person looks for who knows exactly whom. */
export const rareName = "魑魅魍魉文化传播有限公司";
const rareEvery = 100_000;

export const customerNoOf = (box: number): string => String(3_200_000_000 + box);
export const barcodeOf = (box: number): string => `GW-${String(box).padStart(8, "0")}`;
export const epcOf = (box: number): string => `E280117000000200${String(box).padStart(8, "0")}`;

/** Adds boxes number `from` to `to` - 1; those that fit stand in the layout's slots. Analyses what it wrote. */
export async function fillBoxes({ sql }: Database, layout: Layout, from: number, to: number): Promise<void> {
  if (from === 0) {
    await makeNames(sql, to);
    await makePlaces(sql, layout);
  }
  // Written afresh at the end: a bulk load under GIN costs several times as much.
  const isBulk = to - from >= 20_000;
  const [index] = await sql<
    { text: string }[]
  >`SELECT indexdef AS text FROM pg_indexes WHERE indexname = 'records_bigrams'`;
  if (isBulk) await sql`DROP INDEX records_bigrams`;
  for (let at = from; at < to; at += boxesPerStatement) await fillSome(sql, at, Math.min(to, at + boxesPerStatement));
  await sql.begin(async (tx) => {
    await tx.unsafe("SET LOCAL statement_timeout = 0");
    await tx.unsafe("SET LOCAL maintenance_work_mem = '256MB'");
    if (isBulk && index) await tx.unsafe(index.text);
  });
  for (const table of ["boxes", "tags", "records"]) await sql.unsafe(`VACUUM (ANALYZE) ${table}`);
}

type Client = Database["sql"];

async function makeNames(sql: Client, boxes: number): Promise<void> {
  const chance = seededChance("names");
  const count = Math.min(namesMax, Math.max(100, boxes));
  const names = Array.from({ length: count }, () =>
    chance.next() < 0.5 ? personName(chance) : organisationName(chance),
  );
  await sql`CREATE TABLE bench_names (no int PRIMARY KEY, name text, initials text)`;
  for (let at = 0; at < names.length; at += 5_000) {
    const rows = names
      .slice(at, at + 5_000)
      .map((name, i) => ({ no: at + i, name, initials: pinyinInitials(name).toLowerCase() }));
    await sql`INSERT INTO bench_names SELECT r.no, r.name, r.initials
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS r(no int, name text, initials text)`;
  }
}

async function makePlaces(sql: Client, layout: Layout): Promise<void> {
  const slots = layout.areas.flatMap((area) => area.slots);
  await sql`CREATE TABLE bench_slots (no int PRIMARY KEY, id text, width float8)`;
  for (let at = 0; at < slots.length; at += 10_000) {
    const rows = slots.slice(at, at + 10_000).map(({ id, widthMm }, i) => ({ no: at + i, id, width: widthMm }));
    await sql`INSERT INTO bench_slots SELECT r.no, r.id, r.width
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS r(no int, id text, width float8)`;
  }
}

/** Every customer's record has been changed at a moment of its own, in no order. */
async function fillSome(sql: Client, from: number, to: number): Promise<void> {
  const atMs = 1_700_000_000_000;
  await sql`
    INSERT INTO boxes (id, barcode, thickness_mm, place, current_slot_id, current_slot_width_mm, since_ms, evidence, version, created_at_ms)
    SELECT 'b' || n, 'GW-' || lpad(n::text, 8, '0'), 30, CASE WHEN s.id IS NULL THEN 'unknown' ELSE 'slot' END, s.id, s.width,
      ${atMs}::bigint, '{"by":"import"}', 1, ${atMs}::bigint
    FROM generate_series(${from}::int, ${to - 1}::int) n LEFT JOIN bench_slots s ON s.no = n`;
  await sql`
    INSERT INTO tags (id, epc, box_id, bound_at_ms)
    SELECT 't' || n, 'E280117000000200' || lpad(n::text, 8, '0'), 'b' || n, ${atMs}::bigint
    FROM generate_series(${from}::int, ${to - 1}::int) n`;
  await sql`
    INSERT INTO records (id, record_no, customer_no, name, state, secrecy_level, box_id, search_text, version, updated_at_ms)
    SELECT 'r' || n, number, number, r.name, 'active', 'internal', 'b' || n, number || E'\n' || r.name || E'\n' || r.initials, 1,
      ${atMs}::bigint + (n::bigint * 7919 % 1000003) * 1000
    FROM generate_series(${from}::int, ${to - 1}::int) n
    CROSS JOIN LATERAL (SELECT (3200000000 + n)::text AS number) k
    CROSS JOIN (SELECT count(*)::int AS total FROM bench_names) c
    CROSS JOIN LATERAL (
      SELECT CASE WHEN n % ${rareEvery}::int = 17 THEN ${rareName}::text ELSE b.name END AS name, b.initials
      FROM bench_names b WHERE b.no = (n::bigint * 48271 % 2147483647 % c.total)::int) r`;
}
