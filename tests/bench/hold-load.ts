/** What a gateway is asked to do while it moves steel, one row after the other; hold-routes.ts adds every GET, hold-files.ts the files. */
import { importColumns } from "../../src/catalogue/import/columns.ts";
import type { BackupsView } from "../../src/contract/backups.ts";
import type { ImportView } from "../../src/contract/catalogue.ts";
import type { StocktakeView } from "../../src/contract/stocktake.ts";
import { actRows } from "./hold-acts.ts";
import { importedSlots } from "./hold-context.ts";
import { askGateway, call, type Load, type LoadRow, pause, until } from "./hold-gateway.ts";

const locateMs = 5_000;
const wholeStocktakeMs = 20_000;
const relocatedBoxesMax = 2_000;

/** Received and checked; a file that cannot be read has failed by then. */
export async function checkedImport(load: Load, filename: string, bytes: Uint8Array): Promise<ImportView> {
  const form = new FormData();
  form.set("file", new Blob([bytes as Uint8Array<ArrayBuffer>]), filename);
  const { id } = await call<ImportView>(load, "POST", "/api/v1/imports", form);
  return importIn(load, id, ["checked", "failed"]);
}

const importIn = (load: Load, id: string, states: readonly string[]) =>
  until(`import ${id} is ${states.join(" or ")}`, async () => {
    const view = await call<ImportView>(load, "GET", `/api/v1/imports/${id}`);
    return states.includes(view.state) ? view : null;
  });

/** New boxes of new customers; the last row is faulty, so that there is a workbook of refused rows. */
function importCsv({ layout, boxes }: Load): Uint8Array {
  const rows = boxes / 2;
  const slots = layout.areas.flatMap((area) => area.slots);
  const keys = importColumns.map(({ key }) => key);
  const line = (cells: Record<string, string>) => keys.map((key) => cells[key] ?? "").join(",");
  const lines = Array.from({ length: rows }, (_, i) =>
    line({
      recordNo: `D${3_400_000_000 + i}`,
      customerNo: `${3_400_000_000 + i}`,
      name: `江宁机械制造有限公司${i}`,
      businessType: "高压新装",
      state: "在用",
      barcode: `GX-${String(i).padStart(8, "0")}`,
      thicknessMm: i === rows - 1 ? "thick" : "30",
      epc: `E280117000000300${String(i).padStart(8, "0")}`,
      locationCode: i < importedSlots ? (slots.at(-1 - i)?.locationCode ?? "") : "",
    }),
  );
  return Buffer.from([importColumns.map(({ zh }) => zh).join(","), ...lines].join("\r\n"));
}

async function importRows(load: Load): Promise<string> {
  const checked = await checkedImport(load, "rows.csv", importCsv(load));
  if (checked.state !== "checked") return `failed: ${JSON.stringify(checked.summary).slice(0, 200)}`;
  load.ids.set("imports", checked.id);
  await call(load, "POST", `/api/v1/imports/${checked.id}/run`);
  const done = await importIn(load, checked.id, ["done", "failed"]);
  return `${done.rowsDone} of ${done.rowsTotal} rows, ${done.state}`;
}

const startStocktakeOf = (load: Load, scope: Record<string, unknown>, settings?: { presentMax: number }) =>
  call<StocktakeView>(load, "POST", "/api/v1/stocktakes", { roomId: "r1", scope, ...(settings ? { settings } : {}) });

async function stocktakePart(load: Load): Promise<string> {
  const { id } = await startStocktakeOf(load, { areaKeys: ["r1.1"], columns: [1] });
  const view = await until("the count is done", async () => {
    const now = await call<StocktakeView>(load, "GET", `/api/v1/stocktakes/${id}`);
    return now.state === "done" ? now : null;
  });
  load.ids.set("counted", id);
  return `${view.tagsHeard} tags heard on ${view.layersTotal} layers, done`;
}

/** Its lines are stored and its tags learned: the largest share of a hall that ends in a minute or two. */
async function stocktakeArea(load: Load): Promise<string> {
  const { id } = await startStocktakeOf(load, { areaKeys: ["r1.1"] }, { presentMax: 0.05 });
  const view = await until("the area's count is done", async () => {
    const now = await call<StocktakeView>(load, "GET", `/api/v1/stocktakes/${id}`);
    return now.state === "done" ? now : null;
  });
  const { found, missing } = view.summary as { found: number; missing: number };
  return `${view.layersTotal} layers, ${found} boxes found, ${missing} missing`;
}

async function stocktakeWhole(load: Load): Promise<string> {
  const { id } = await startStocktakeOf(load, {});
  await pause(wholeStocktakeMs);
  const { antennasTotal, antennasDone } = await call<StocktakeView>(load, "POST", `/api/v1/stocktakes/${id}/cancel`);
  return `${antennasDone} of ${antennasTotal} antennas, then cancelled`;
}

async function backUp(load: Load): Promise<string> {
  const look = () => call<BackupsView>(load, "GET", "/api/v1/backups");
  await load.pauseOpenings(true);
  try {
    await call(load, "POST", "/api/v1/backups", { reason: "bench" });
    await until("the backup is written", async () => {
      const { running, failure, files } = await look();
      return running?.step !== "waiting" && (running || failure || files.length > 0) ? true : null;
    });
  } finally {
    await load.pauseOpenings(false);
  }
  const { files, failure } = await until("the backup ended", async () => {
    const view = await look();
    return view.running ? null : view;
  });
  if (files[0]) load.ids.set("backups", files[0].file);
  return failure ? `failed: ${failure.code}` : `${Math.round((files[0]?.bytes ?? 0) / 1e6)} MB`;
}

async function relocate(load: Load): Promise<string> {
  const asked = {
    roomId: "r1",
    select: { fromAreaKey: "r1.1", boxesMax: Math.min(relocatedBoxesMax, load.boxes / 10) },
    target: { areaKey: "r1.5" },
  };
  const reason = { name: "bench", reason: "bench" };
  await call(load, "POST", "/api/v1/relocations/preview", { ...reason, ...asked });
  const made = await call<{ id: string }>(load, "POST", "/api/v1/relocations", { ...reason, ...asked });
  load.ids.set("relocations", made.id);
  return "previewed and planned";
}

async function locate(load: Load): Promise<string> {
  await call(load, "POST", "/api/v1/boxes/b17/locate");
  await pause(locateMs);
  await call(load, "POST", "/api/v1/boxes/b17/locate/end");
  return `${locateMs / 1000} s of it`;
}

async function learn(load: Load): Promise<string> {
  const stocktakeIds = [load.ids.get("counted") ?? load.context.stocktakeId];
  const { status, text } = await askGateway(load, "POST", "/api/v1/areas/r1.1/calibration", { stocktakeIds });
  return status < 400 ? "learned" : `refused: ${(JSON.parse(text) as { code: string }).code}`;
}

async function allAtOnce(load: Load): Promise<string> {
  const { stocktakeId } = load.context;
  const paths = [`stocktakes/${stocktakeId}/result.xlsx`, "export.xlsx", "journal/verify", "search?q=公司", "loans"];
  const answers = await Promise.all(paths.map((path) => askGateway(load, "GET", `/api/v1/${path}`)));
  return `answered ${answers.map(({ status }) => status).join(" ")}`;
}

async function exportWorkbook(load: Load): Promise<string> {
  const { status, bytes } = await askGateway(load, "GET", "/api/v1/export.xlsx");
  return `answered ${status}, ${Math.round(bytes / 1024)} KB`;
}

async function resultWorkbook(load: Load): Promise<string> {
  const { status, bytes } = await askGateway(load, "GET", `/api/v1/stocktakes/${load.context.stocktakeId}/result.xlsx`);
  return `answered ${status}, ${Math.round(bytes / 1024)} KB`;
}

const imported: LoadRow = { name: "an import, checked and run", run: importRows };
const areaStocktake: LoadRow = { name: "a stocktake of an area, to its end", run: stocktakeArea };
const wholeStocktake: LoadRow = { name: "a stocktake of the whole room, 20 s of it", run: stocktakeWhole };
const backedUp: LoadRow = { name: "a backup by press", run: backUp };

/** What takes memory; the import first. */
export const memoryRows: readonly LoadRow[] = [
  imported,
  { name: "an export of all boxes", run: exportWorkbook },
  areaStocktake,
  wholeStocktake,
  { name: "the result of a count as a workbook", run: resultWorkbook },
  backedUp,
];

export const jobRows: readonly LoadRow[] = [
  { name: "nothing beside", run: async () => "" },
  imported,
  { name: "a stocktake of a face, to its end", run: stocktakePart },
  areaStocktake,
  wholeStocktake,
  // Before a relocation reserves the free slots.
  ...actRows,
  { name: "a relocation, previewed and planned", run: relocate },
  backedUp,
  { name: "a locate", run: locate },
  { name: "an area's calibration, learned", run: learn },
  { name: "result, export, verify, search and loans at once", run: allAtOnce },
];
