/** 导入 of an xlsx through the import desk, every row checked, against the same rows by INSERT … SELECT in the same batches. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeXlsx } from "hucre";
import { organisationName, personName } from "../../simulators/days/customer-names.ts";
import { batchRowsMax } from "../../src/catalogue/import/apply-batch.ts";
import { importColumns } from "../../src/catalogue/import/columns.ts";
import { importDesk } from "../../src/catalogue/import/import-desk.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { searchTextOf } from "../../src/lookup/search-text.ts";
import { loadSite } from "../../src/room/load-site.ts";
import type { Layout } from "../../src/site/layout.ts";
import { type BenchDatabases, type BenchEngine, engines, houseOf, layoutOfSite } from "./bench-house.ts";
import { type BenchOptions, inTurn, type Measure, measured, median, ratioOf, skipped, within } from "./measure.ts";

const importMsMax = 600_000;

interface Row {
  recordNo: string;
  customerNo: string;
  name: string;
  businessType: string;
  supplyOffice: string;
  state: string;
  barcode: string;
  thicknessMm: number;
  epc: string;
  locationCode: string;
}

function rowsOf(layout: Layout, count: number): Row[] {
  const chance = seededChance("import");
  const slots = layout.areas.flatMap((area) => area.slots);
  return Array.from({ length: count }, (_, i) => ({
    recordNo: `D${3_200_000_000 + i}`,
    customerNo: `${3_200_000_000 + i}`,
    name: chance.next() < 0.5 ? personName(chance) : organisationName(chance),
    businessType: "高压新装",
    supplyOffice: "江宁供电所",
    state: "在用",
    barcode: `GW-${String(i).padStart(8, "0")}`,
    thicknessMm: 30,
    epc: `E280117000000200${String(i).padStart(8, "0")}`,
    locationCode: slots[i]?.locationCode ?? "",
  }));
}

function xlsxOf(rows: readonly Row[]): Promise<Uint8Array> {
  const cells = rows.map((row) =>
    importColumns.map(({ key }) => (row as unknown as Record<string, string>)[key] ?? ""),
  );
  return writeXlsx({ sheets: [{ name: "档案", rows: [importColumns.map(({ zh }) => zh), ...cells] }] });
}

export async function measureImport(options: BenchOptions, databases: BenchDatabases): Promise<Measure[]> {
  const layout = layoutOfSite(options.isQuick ? "demo.yaml" : "hall-100k.yaml");
  const rows = rowsOf(layout, options.isQuick ? 5_000 : 100_000);
  const bytes = await xlsxOf(rows);
  const measures: Measure[] = [];
  for (const engine of engines) {
    const missing = databases.missing(engine);
    if (missing) {
      measures.push(skipped(`import, ${engine}`, missing));
      continue;
    }
    const seconds = await inTurn(options.isQuick ? 1 : 3, {
      ours: () => secondsOf(engine, databases, layout, (opened) => importAll(opened, layout, bytes, rows.length)),
      limit: () => secondsOf(engine, databases, layout, (opened) => insertAll(opened, layout, rows)),
    });
    measures.push(
      measured({
        name: `import of ${rows.length} rows, ${engine}`,
        value: rows.length / median(seconds.ours),
        unit: "rows/s",
        ratioTo: "INSERT … SELECT",
        ratio: ratioOf(seconds.limit, seconds.ours),
        goal: { of: "ratio", atLeast: 0.3 },
        note: "the run after its dry run",
      }),
    );
  }
  return measures;
}

type Opened = Awaited<ReturnType<BenchDatabases["open"]>>;

/** In an empty database with the site's slots; returns the seconds that `work` says it took. */
async function secondsOf(
  engine: BenchEngine,
  databases: BenchDatabases,
  layout: Layout,
  work: (opened: Opened) => Promise<number>,
): Promise<number> {
  const database = await databases.open(engine);
  try {
    await loadSite(houseOf(database, layout));
    return await within(importMsMax, "an import", work(database));
  } finally {
    await database.close();
  }
}

/** As a person does it: upload, dry run, run. Only the run counts; it reads, checks and writes every row again. */
async function importAll(database: Opened, layout: Layout, bytes: Uint8Array, count: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-bench-"));
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => void failures.push(error);
  const desk = importDesk({ house: houseOf(database, layout), folder, onFailure });
  try {
    const id = await desk.receive("gateway", "bench.xlsx", bytes);
    await desk.idle();
    const start = performance.now();
    await desk.run("gateway", id);
    await desk.idle();
    const seconds = (performance.now() - start) / 1000;
    const view = await desk.view(id);
    if (view.state !== "done" || view.rowsDone !== count || view.rowsRefused > 0)
      throw new Error(`not imported: ${JSON.stringify(view)} ${failures.join()}`);
    return seconds;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the tables with all their indexes take: rows made before, a transaction a batch, nothing checked, nothing read. */
async function insertAll({ sql }: Opened, layout: Layout, rows: readonly Row[]): Promise<number> {
  const batches: string[] = [];
  for (let at = 0; at < rows.length; at += batchRowsMax) {
    const batch = rows.slice(at, at + batchRowsMax).map((row) => {
      const slot = layout.slotByCode.get(row.locationCode);
      const searchText = searchTextOf({ ...row, legalEntityCode: null });
      return { ...row, state: "active", slotId: slot?.id ?? null, width: slot?.widthMm ?? null, searchText };
    });
    batches.push(JSON.stringify(batch));
  }
  const start = performance.now();
  for (const batch of batches) {
    await sql.begin(async (tx) => {
      await tx`
        INSERT INTO boxes (id, barcode, thickness_mm, place, current_slot_id, current_slot_width_mm, since_ms, evidence, version, created_at_ms)
        SELECT 'b' || r.barcode, r.barcode, r."thicknessMm", CASE WHEN r."slotId" IS NULL THEN 'unknown' ELSE 'slot' END, r."slotId",
          r.width, 1, '{"by":"import"}'::jsonb, 1, 1
        FROM jsonb_to_recordset(${batch}::text::jsonb) AS r(barcode text, "thicknessMm" int, "slotId" text, width float8)`;
      await tx`
        INSERT INTO tags (id, epc, box_id, bound_at_ms) SELECT 't' || r.barcode, r.epc, 'b' || r.barcode, 1
        FROM jsonb_to_recordset(${batch}::text::jsonb) AS r(barcode text, epc text)`;
      await tx`
        INSERT INTO records (id, record_no, customer_no, name, business_type, supply_office, state, secrecy_level, box_id, search_text, version, updated_at_ms)
        SELECT 'r' || r."recordNo", r."recordNo", r."customerNo", r.name, r."businessType", r."supplyOffice", r.state, 'internal',
          'b' || r.barcode, r."searchText", 1, 1
        FROM jsonb_to_recordset(${batch}::text::jsonb) AS r("recordNo" text, "customerNo" text, name text, "businessType" text,
          "supplyOffice" text, state text, barcode text, "searchText" text)`;
    });
  }
  return (performance.now() - start) / 1000;
}
