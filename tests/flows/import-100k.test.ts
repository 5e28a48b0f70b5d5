/**
 * Boxes with their records from one workbook into a hall of 100 000 slots: in a heap of its own limit, with progress to be seen,
 * and found afterwards. 10 000 in 400 MB; GUIWEI_IMPORT_ROWS=100000 fills the hall in 1 GB. On one engine: PostgreSQL where
 * there is one; GUIWEI_IMPORT_ENGINE=embedded|postgres chooses.
 */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeXlsx } from "hucre";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { organisationName, personName } from "../../simulators/days/customer-names.ts";
import { graiOf } from "../../simulators/days/demo-delivery.ts";
import { seededChance } from "../../src/clock/chance.ts";
import type { ImportView, SearchHit } from "../../src/contract/catalogue.ts";
import { layoutOf } from "../../src/site/layout.ts";
import { parseSite } from "../../src/site/parse-site.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { bundledScript } from "../support/bundled-script.ts";
import { testDatabases } from "../support/database.ts";
import { freshStore, type Store, type StoreEngine } from "../support/gateway-process.ts";

const rowsCount = Number(process.env.GUIWEI_IMPORT_ROWS ?? 10_000);
const hasPostgres = testDatabases().some((one) => one.engine === "postgres" && one.skipped === null);
const engine = (process.env.GUIWEI_IMPORT_ENGINE ?? (hasPostgres ? "postgres" : "embedded")) as StoreEngine;
const heapMegabytesMax = rowsCount > 10_000 ? 1_000 : 400;
/** Many times what a search takes on a quiet machine; the bench measures it closely. */
const searchMsMax = 3_000;
const script = fileURLToPath(new URL("./import-in-little-memory.ts", import.meta.url));

const recordNo = (i: number) => `D${3_200_000_000 + i}`;
const customerNo = (i: number) => `${3_200_000_000 + i}`;

type Line = { state?: string; rowsTotal: number; rowsDone: number } & {
  end?: ImportView;
  query?: string;
  hits: SearchHit[];
  tookMs: number;
  heapBytes?: number;
  failure?: string;
};

describe(`importing ${rowsCount} boxes (${engine})`, () => {
  let store: Store;
  let child: Awaited<ReturnType<typeof bundledScript>>;
  beforeAll(async () => {
    [store, child] = await Promise.all([freshStore(engine), bundledScript(script)]);
  }, 60_000);
  afterAll(async () => {
    child?.remove();
    await store?.remove();
  }, 120_000);

  it("takes them all in, tells how far it is, and finds any of them", async () => {
    const { site } = parseSite(readFileSync("sites/hall-100k.yaml", "utf8"));
    if (!site) throw new Error("sites/hall-100k.yaml does not parse");
    const codes = layoutOf(site).areas.flatMap((area) => area.slots.map((slot) => slot.locationCode));
    writeFileSync(join(store.dataDir, "hall.xlsx"), await workbook(codes));
    const one = rowsCount - 7;
    const keys = [customerNo(one), recordNo(one), graiOf(30, one), codes[one] ?? ""];
    const names = ["有限公司", "王", "南京", "供电"];
    const lines = await runChild(child.path, store, [...keys, ...names]);

    expect(lines.filter((line) => line.failure)).toEqual([]);
    const [checked, done] = lines.flatMap((line) => line.end ?? []);
    expect(checked).toMatchObject({
      state: "checked",
      rowsTotal: rowsCount,
      summary: { created: rowsCount, refused: 0 },
    });
    expect(done).toMatchObject({ state: "done", rowsDone: rowsCount, rowsRefused: 0 });
    const seen = (state: string, figure: "rowsTotal" | "rowsDone") =>
      new Set(lines.filter((line) => line.state === state).map((line) => line[figure])).size;
    expect(seen("received", "rowsTotal")).toBeGreaterThan(3);
    expect(seen("running", "rowsDone")).toBeGreaterThan(3);
    expect(lines.at(-1)?.heapBytes).toBeGreaterThan(0);

    for (const { query, hits, tookMs } of lines.filter((line) => line.query)) {
      expect(tookMs, query).toBeLessThan(searchMsMax);
      if (!keys.includes(query ?? "")) continue;
      const wanted = { recordNo: recordNo(one), customerNo: customerNo(one) };
      expect(hits, query).toMatchObject([{ record: wanted, box: { place: { locationCode: codes[one] } } }]);
    }
    const found = lines.filter((line) => names.slice(0, 3).includes(line.query ?? "")).map((line) => line.hits.length);
    expect(found).toEqual([20, 20, 20]);

    const database = await openDatabase(store.place);
    const [count] = await database.sql`
      SELECT (SELECT count(*)::int FROM boxes WHERE place = 'slot') AS boxes, (SELECT count(*)::int FROM tags) AS tags,
        (SELECT count(*)::int FROM records) AS records`;
    await database.close();
    expect(count).toEqual({ boxes: rowsCount, tags: rowsCount, records: rowsCount });
  }, 1_800_000);
});

function runChild(path: string, store: Store, queries: readonly string[]): Promise<Line[]> {
  const args = [store.place, store.dataDir, queries].map((one) => JSON.stringify(one));
  const limit = `--max-old-space-size=${heapMegabytesMax}`;
  const child = spawn(process.execPath, [limit, path, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let complained = "";
  child.stdout.on("data", (bytes: Buffer) => {
    said += bytes;
  });
  child.stderr.on("data", (bytes: Buffer) => {
    complained = (complained + bytes).slice(-4_000);
  });
  return new Promise((resolve, reject) => {
    child.once("close", (code) => {
      const lines = said.split("\n").filter(Boolean);
      if (code === 0) resolve(lines.map((line) => JSON.parse(line) as Line));
      else reject(new Error(`the import ended with ${code}: ${complained}\n${lines.slice(-3).join("\n")}`));
    });
  });
}

function workbook(codes: readonly string[]): Promise<Uint8Array> {
  const chance = seededChance("hall");
  const header = ["档案号", "户号", "户名", "供电所", "状态", "盒条码", "盒厚(mm)", "标签EPC", "架位编码"];
  const rows = Array.from({ length: rowsCount }, (_, i) => [
    ...[recordNo(i), customerNo(i), chance.next() < 0.5 ? personName(chance) : organisationName(chance)],
    ...["江宁供电所", "在用", `GW-${String(i).padStart(8, "0")}`, 30, graiOf(30, i), codes[i] ?? ""],
  ]);
  return writeXlsx({ sheets: [{ name: "档案", rows: [header, ...rows] }] });
}
