/** Rows into the catalogue by the import itself, received, checked, run, without its processes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importDesk } from "../../src/catalogue/import/import-desk.ts";
import type { Context } from "../../src/context.ts";
import type { ImportView } from "../../src/contract/catalogue.ts";
import { jobsHere } from "./jobs-here.ts";

/** `rows` under the named columns of the template; returns the outcome. */
export async function importCsv(
  context: Context,
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): Promise<ImportView> {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-import-"));
  const failures: unknown[] = [];
  const desk = importDesk({ context, folder, jobs: jobsHere, onFailure: (error) => failures.push(error) });
  try {
    const text = [columns, ...rows].map((cells) => cells.join(",")).join("\r\n");
    const id = await desk.receive("person:importer", "rows.csv", Buffer.from(text));
    await desk.idle();
    await desk.run("person:importer", id);
    await desk.idle();
    if (failures.length > 0) throw failures[0];
    return await desk.view(id);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
