/** 导入 of an xlsx through the import desk, every row checked, against the same rows by INSERT … SELECT in the same batches. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeXlsx } from "hucre";
import { organisationName, personName } from "../../simulators/days/customer-names.ts";
import { batchRowsMax } from "../../src/catalogue/import/apply-batch.ts";
import { importColumns } from "../../src/catalogue/import/columns.ts";
import { type ImportDesk, importDesk } from "../../src/catalogue/import/import-desk.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { searchTextOf } from "../../src/lookup/search-text.ts";
import { loadSite } from "../../src/room/load-site.ts";
import type { Layout } from "../../src/site/layout.ts";
import { testJobs } from "../support/jobs.ts";
import { type BenchDatabases, type BenchEngine, contextOf, engines, layoutOfSite } from "./bench-context.ts";
import { type BenchOptions, inTurn, type Measure, measured, median, ratioOf, skipped, within } from "./measure.ts";

const importMsMax = 300_000;

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
    const said = async (name: string, run: Promise<number>) => {
      options.say(`${engine}, ${name}: ${(await run).toFixed(1)} s`);
      return run;
    };
    const seconds = await inOneDatabase(engine, databases, layout, async (database, emptied) => {
      const checked = await uploadAndCheck(database, layout, bytes);
      try {
        return await inTurn(options.isQuick ? 1 : 2, {
          ours: () =>
            said(
              "ours",
              emptied(() => importAll(database, checked, rows.length)),
            ),
          limit: () =>
            said(
              "limit",
              emptied(() => insertAll(database, layout, rows)),
            ),
        });
      } finally {
        checked.remove();
      }
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

type Work = () => Promise<number>;

/**
 * One database with the site's slots for all runs, emptied of boxes and records before each: writing 100 000 slots afresh
 * took longer than a run. The journal stays, as it does in a gateway in use; an append does not care how long it is (growth.ts).
 */
async function inOneDatabase<T>(
  engine: BenchEngine,
  databases: BenchDatabases,
  layout: Layout,
  measure: (database: Opened, emptied: (work: Work) => Promise<number>) => Promise<T>,
): Promise<T> {
  const database = await databases.open(engine);
  try {
    await loadSite(contextOf(database, layout));
    return await measure(database, async (work) => {
      await database.sql`TRUNCATE boxes, tags, records CASCADE`;
      // What the run before left to be written is not this one's cost.
      await database.sql`CHECKPOINT`;
      return within(importMsMax, "an import", work());
    });
  } finally {
    await database.close();
  }
}

interface Checked {
  desk: ImportDesk;
  id: string;
  failures: unknown[];
  remove(): void;
}

/** As a person does it: upload and dry run, once for all runs of this file. */
async function uploadAndCheck(database: Opened, layout: Layout, bytes: Uint8Array): Promise<Checked> {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-bench-"));
  const failures: unknown[] = [];
  const desk = importDesk({
    ...{ context: contextOf(database, layout), folder, jobs: testJobs },
    onFailure: (error) => failures.push(error),
  });
  const id = await desk.receive("gateway", "bench.xlsx", bytes);
  await within(importMsMax, "a dry run", desk.idle());
  return { desk, id, failures, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The run, which reads, checks and writes every row again. */
async function importAll({ sql }: Opened, { desk, id, failures }: Checked, count: number): Promise<number> {
  await sql`UPDATE imports SET state = 'checked' WHERE id = ${id} AND state = 'done'`;
  const start = performance.now();
  await desk.run("gateway", id);
  await desk.idle();
  const seconds = (performance.now() - start) / 1000;
  const view = await desk.view(id);
  if (view.state !== "done" || view.rowsDone !== count || view.rowsRefused > 0)
    throw new Error(`not imported: ${JSON.stringify(view)} ${failures.join()}`);
  return seconds;
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
