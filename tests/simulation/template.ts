/** The database with which every seed begins: migrated, site loaded, catalogue imported, people created; made once a process. */
import { readFileSync } from "node:fs";
import { importColumns } from "../../src/catalogue/import/columns.ts";
import { type NumberedRow, tableReader } from "../../src/catalogue/import/read-table.ts";
import { runImport } from "../../src/catalogue/import/run-import.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import type { Context } from "../../src/context.ts";
import { makeNewId } from "../../src/new-id.ts";
import { createPerson } from "../../src/people/create-person.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { imports } from "../../src/storage/schema/catalogue.ts";
import { csvReader } from "../../src/workbooks/csv-reader.ts";
import { type TableRow, tableLimits } from "../../src/workbooks/limits.ts";
import { makeTemplates } from "../support/database-templates.ts";
import { simDelivery, simLayout, startMs } from "./site.ts";

let made: Promise<Blob> | null = null;

export function databaseTemplate(): Promise<Blob> {
  made ??= makeTemplate();
  return made;
}

const peopleNames = ["王小明", "李华", "张伟", "刘洋"];

async function makeTemplate(): Promise<Blob> {
  // Migrated once for all tests and kept between runs.
  const { snapshot } = await makeTemplates(null);
  const database = await openDatabase({ memory: true, from: new Blob([readFileSync(snapshot)]) });
  const clock = virtualClock(startMs - 3_600_000);
  const ids = seededChance("template");
  const context: Context = {
    db: database.db,
    clock,
    newId: makeNewId(clock, () => ids.below(2 ** 32)),
    layout: simLayout,
    publish: () => {},
  };
  await loadSite(context);
  const passwords = { hash: () => Promise.reject(new Error("nobody signs in")), verify: () => Promise.resolve(false) };
  for (const [i, name] of peopleNames.entries())
    await createPerson({ context, passwords } as Parameters<typeof createPerson>[0], "gateway", {
      login: `person-${i}`,
      name,
      roles: [],
      language: "zh",
    });
  const importId = context.newId();
  await storeImport(context, importId);
  const rows = tableOf(deliveryRows());
  const totals = await runImport(context, {
    importId,
    rows,
    actor: "gateway",
    isDryRun: false,
    isCancelled: () => false,
  });
  if (totals.refused > 0) throw new Error(`the simulation's delivery was not imported: ${JSON.stringify(totals)}`);
  const dump = await database.memory?.dump();
  if (!dump) throw new Error("the memory engine has no dump");
  await database.close();
  return dump;
}

/** Stores the row that an upload leaves before its file is processed. */
export async function storeImport(context: Context, id: string): Promise<void> {
  const counts = { rowsTotal: 0, rowsDone: 0, rowsRefused: 0 };
  const times = { startedAtMs: context.clock.nowMs(), endedAtMs: null };
  await context.db
    .insert(imports)
    .values({ id, filename: "simulation.csv", state: "running", actor: "gateway", ...counts, ...times, summary: {} });
}

/** Rows in the form in which the gateway has them from a file. */
export function tableOf(rows: readonly Record<string, unknown>[]): NumberedRow[] {
  const header = importColumns.map(({ key }) => key).join(",");
  const lines = rows.map((row) => importColumns.map(({ key }) => row[key] ?? "").join(","));
  const table: TableRow[] = [];
  const reader = csvReader(tableLimits, (row) => table.push(row));
  reader.push([header, ...lines].join("\n"));
  reader.end();
  const named = tableReader();
  return table.flatMap((row) => named.take(row) ?? []);
}

function deliveryRows(): Record<string, unknown>[] {
  const boxes = new Map(simDelivery.boxes.map((box) => [box.barcode, { ...box, homeLocationCode: box.locationCode }]));
  return simDelivery.records.map((record) => ({ ...(record.barcode ? boxes.get(record.barcode) : {}), ...record }));
}
