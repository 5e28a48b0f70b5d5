/** The demo's boxes and customers come in through the ordinary import: as a table, with its dry run. */
import { sql } from "drizzle-orm";
import { writeXlsx } from "hucre";
import type { Delivery } from "../../simulators/days/demo-delivery.ts";
import { importColumns } from "../catalogue/import/columns.ts";
import type { ImportDesk } from "../catalogue/import/import-desk.ts";
import type { Context } from "../context.ts";

/** Does nothing when there are boxes already. Returns the number of imported rows. */
export async function fillCatalogue(context: Context, desk: ImportDesk, delivery: Delivery): Promise<number> {
  const [row] = await context.db.execute<{ count: number }>(sql`SELECT count(*)::int AS count FROM boxes`);
  if ((row?.count ?? 0) > 0) return 0;
  const id = await desk.receive("gateway", "demo.xlsx", await deliveryXlsx(delivery));
  await desk.idle();
  await desk.run("gateway", id);
  await desk.idle();
  const view = await desk.view(id);
  if (view.state !== "done" || view.rowsRefused > 0)
    throw new Error(`the demo's delivery was not imported: ${JSON.stringify(view)}`);
  return view.rowsDone;
}

/** A row for each record with its box, then the boxes without a record. */
export async function deliveryXlsx(delivery: Delivery): Promise<Uint8Array> {
  const boxes = new Map(delivery.boxes.map((box) => [box.barcode, box]));
  const rows: (string | number)[][] = [importColumns.map((column) => column.zh)];
  const cells = (fields: Record<string, unknown>) =>
    importColumns.map(({ key }) => (fields[key] as string | number | null | undefined) ?? "");
  const inside = new Set<string>();
  for (const record of delivery.records) {
    const box = record.barcode ? boxes.get(record.barcode) : undefined;
    if (box) inside.add(box.barcode);
    rows.push(cells({ ...box, ...record }));
  }
  for (const box of delivery.boxes) if (!inside.has(box.barcode)) rows.push(cells({ ...box }));
  return writeXlsx({ sheets: [{ name: "档案", rows }] });
}
