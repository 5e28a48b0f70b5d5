/**
 * What an import outlives: cells no database takes, a database that is away, batches cut anywhere, restarts, its own gateway's
 * death. On one engine, a server where there is one, and with the file's jobs in the test's own thread: import.test.ts and
 * import-pause.test.ts import on both, with processes.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { writeXlsx } from "hucre";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type ImportDesk, importDesk } from "../../src/catalogue/import/import-desk.ts";
import type { ImportProgress } from "../../src/contract/catalogue.ts";
import type { Jobs } from "../../src/jobs/jobs.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { openContext, type TestContext } from "../support/context-server.ts";
import { quickEngine } from "../support/database.ts";
import { testJobs } from "../support/jobs.ts";
import { jobsHere } from "../support/jobs-here.ts";

const columns = ["档案号", "户号", "户名", "盒条码", "盒厚(mm)", "架位编码"];
type Cells = (string | number)[];
let opened: TestContext;
let desk: ImportDesk;
let folder: string;
let failures: unknown[];
let phases: (ImportProgress["phase"] | undefined)[];
let ticking: NodeJS.Timeout;
let onProgress: (progress: ImportProgress | null) => void;

const openDesk = (more: { folderBytesMax?: number; jobs?: Jobs } = {}) =>
  importDesk({
    ...{
      context: opened.context,
      folder,
      jobs: jobsHere,
      onFailure: (error: unknown) => failures.push(error),
      ...more,
    },
    onProgress(_, progress) {
      phases.push(progress?.phase);
      onProgress(progress);
    },
  });

beforeEach(async () => {
  failures = [];
  phases = [];
  onProgress = () => {};
  opened = await openContext(quickEngine());
  await loadSite(opened.context);
  folder = mkdtempSync(join(tmpdir(), "guiwei-lasts-"));
  desk = openDesk();
  // Waits are in the gateway's time, which goes on by itself here.
  ticking = setInterval(() => opened.clock.advance(50), 10);
}, 120_000);
afterEach(async () => {
  clearInterval(ticking);
  await desk.close();
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

const sheet = (rows: Cells[]) => writeXlsx({ sheets: [{ name: "档案", rows: [columns, ...rows] }] });
const plain = (count: number): Cells[] =>
  Array.from({ length: count }, (_, i) => [`R-${i}`, `1${i}`, `户${i}`, "", "", ""]);
async function checked(rows: Cells[]) {
  const id = await desk.receive("person:1", "a.xlsx", await sheet(rows));
  await desk.idle();
  return desk.view(id);
}
async function ran(id: string) {
  await desk.run("person:1", id);
  await desk.idle();
  return desk.view(id);
}
async function recordsThere(): Promise<number> {
  const [row] = [...(await opened.context.db.execute<{ n: number }>(sql`SELECT count(*)::int AS n FROM records`))];
  return row?.n ?? -1;
}
async function refusedRows(id: string) {
  const rows: { row: number; codes: string[] }[] = [];
  for await (const { row, faults } of await desk.refused(id)) rows.push({ row, codes: faults.map(({ code }) => code) });
  return rows;
}
const lost = () => Object.assign(new Error("write CONNECTION_CLOSED"), { code: "CONNECTION_CLOSED" });
/** Each n-th transaction from now on does not come to the database. */
function failTransactions(fails: (n: number) => Error | null): void {
  const db = opened.context.db as { transaction: (...args: unknown[]) => Promise<unknown> };
  const real = db.transaction.bind(db);
  let n = 0;
  db.transaction = (...args) => {
    const error = fails(++n);
    return error ? Promise.reject(error) : real(...args);
  };
}

it("the dry run says what the run does, also of a box whose second row comes batches later", async () => {
  const rows = [["R-first", "10", "户0", "GW-1", 30, ""], ...plain(400), ["R-last", "999", "户末", "GW-1", "", ""]];
  const before = await checked(rows);
  const after = await ran(before.id);
  expect(before).toMatchObject({
    state: "checked",
    rowsRefused: 0,
    summary: { created: 402, changed: 0, unchanged: 0 },
  });
  expect(after).toMatchObject({ state: "done", rowsRefused: 0, summary: before.summary });
}, 120_000);

it("a cell that no database takes refuses its row in the dry run already, and no more", async () => {
  const rows = plain(300);
  rows[200] = ["R-200", "1200", "某公司_x0000_", "", "", ""];
  rows[210] = ["R-210", "1210", "半个字_xD800_", "", "", ""];
  rows[220] = ["R-220", "1220_x0000_", "户", "", "", ""];
  const before = await checked(rows);
  expect(before).toMatchObject({ state: "checked", rowsRefused: 3 });
  const shown = before.summary as { firstFaults: { row: number; code: string }[] };
  expect(shown.firstFaults.map(({ row, code }) => [row, code])).toEqual([
    [202, "row-text-unusable"],
    [212, "row-text-unusable"],
    [222, "row-text-unusable"],
    [222, "row-value-invalid"],
  ]);
  expect(await ran(before.id)).toMatchObject({ state: "done", rowsRefused: 3 });
  expect(await recordsThere()).toBe(297);
  expect(failures).toEqual([]);
}, 120_000);

it("a database that is away three times is waited for, said as that, and the import ends as if nothing was", async () => {
  const before = await checked(plain(900));
  phases = [];
  failTransactions((n) => ([3, 4, 6, 7, 8, 10].includes(n) ? lost() : null));
  expect(await ran(before.id)).toMatchObject({
    state: "done",
    rowsRefused: 0,
    rowsDone: 900,
    summary: { created: 900 },
  });
  expect(phases.filter((phase, i) => phase === "database-away" && phases[i - 1] !== phase).length).toBe(3);
  expect(await recordsThere()).toBe(900);
  expect(failures).toEqual([]);
}, 120_000);

it("a database away in the middle of waiting does not hold the end of the gateway, and the next start goes on", async () => {
  const before = await checked(plain(600));
  let isAway = false;
  failTransactions((n) => {
    isAway ||= n === 4;
    return isAway ? lost() : null;
  });
  await desk.run("person:1", before.id);
  await expect.poll(() => phases.at(-1), { timeout: 60_000 }).toBe("database-away");
  await desk.close();
  isAway = false;
  failTransactions(() => null);
  desk = openDesk();
  await desk.resumeAll();
  await desk.idle();
  expect(await desk.view(before.id)).toMatchObject({ state: "done", rowsRefused: 0, summary: { created: 600 } });
  expect(failures).toEqual([]);
}, 120_000);

it("a deadlock and a key that somebody takes at the same moment cost one row at most", async () => {
  const before = await checked(plain(300));
  const sqlError = (code: string) => Object.assign(new Error(code), { code, severity: "ERROR" });
  failTransactions((n) => (n === 3 ? sqlError("40P01") : n === 5 ? sqlError("23505") : null));
  expect(await ran(before.id)).toMatchObject({ state: "done", rowsRefused: 0, summary: { created: 300 } });
  expect(await recordsThere()).toBe(300);
}, 120_000);

it("a run that goes on after a restart refuses nothing of what it brought itself, and counts it once", async () => {
  const slot = [...opened.context.layout.slotById.values()][0]?.locationCode ?? "";
  const rows: Cells[] = [
    ["R-box", "10", "户", "GW-1", 20, slot],
    ["R-bad", "", "没有户号", "", "", ""],
    ...plain(2_000),
  ];
  const before = await checked(rows);
  let isClosing: Promise<void> | null = null;
  onProgress = (progress) => {
    if (progress?.phase === "writing" && progress.rows >= 500) isClosing ??= desk.close();
  };
  await desk.run("person:1", before.id);
  await desk.idle();
  await isClosing;
  expect((await desk.view(before.id)).state).toBe("running");
  // Meanwhile somebody takes the box that came in out of its slot.
  await opened.context.db.execute(
    sql`UPDATE boxes SET place = 'transit', current_slot_id = NULL, current_slot_width_mm = NULL WHERE barcode = 'GW-1'`,
  );
  onProgress = () => {};
  desk = openDesk();
  await desk.resumeAll();
  await desk.idle();
  const after = await desk.view(before.id);
  expect(after).toMatchObject({ state: "done", rowsRefused: 1, summary: before.summary });
  expect(await refusedRows(before.id)).toEqual([{ row: 3, codes: ["row-value-missing"] }]);
}, 120_000);

it("a file of faults with few good rows is kept as it goes, in its check and in its run: no row of it waits for the end", async () => {
  const faulty = Array.from({ length: 8_000 }, (_, i): Cells => [`F-${i}`, "", "没有户号", "", "", ""]);
  const bytes = await sheet([...plain(1), ...faulty]);
  const kept = new Map<string, Promise<number>>();
  const keptRows = async (id: string) =>
    (JSON.parse(await readFile(join(folder, `${id}.check.place`), "utf8")) as { rows: number }).rows;
  let id = "";
  onProgress = (progress) => {
    if (!progress || progress.rows < 7_000 || kept.has(progress.phase)) return;
    if (progress.phase === "checking")
      kept.set(
        "checking",
        keptRows(id).catch(() => 0),
      );
    if (progress.phase === "writing")
      kept.set(
        "writing",
        desk.view(id).then(({ rowsDone }) => rowsDone),
      );
  };
  id = await desk.receive("person:1", "a.xlsx", bytes);
  await desk.idle();
  expect(await ran(id)).toMatchObject({ state: "done", rowsDone: 8_001, rowsRefused: 8_000, summary: { created: 1 } });
  expect(await kept.get("checking")).toBeGreaterThanOrEqual(4_000);
  expect(await kept.get("writing")).toBeGreaterThanOrEqual(5_000);
}, 120_000);

it("a run that is given up says what was written of it before", async () => {
  const before = await checked(plain(2_000));
  let isClosing: Promise<void> | null = null;
  onProgress = (progress) => {
    if (progress?.phase === "writing" && progress.rows >= 500) isClosing ??= desk.close();
  };
  await desk.run("person:1", before.id);
  await desk.idle();
  await isClosing;
  onProgress = () => {};
  const written = await recordsThere();
  expect(written).toBeGreaterThan(0);
  expect(written).toBeLessThan(2_000);
  writeFileSync(join(folder, `${before.id}.begun`), "5");
  desk = openDesk();
  await desk.resumeAll();
  await desk.idle();
  expect(await desk.view(before.id)).toMatchObject({
    ...{ state: "failed", rowsDone: written, rowsRefused: 0 },
    summary: { created: written, firstFaults: [{ code: "import-gave-up" }] },
  });
}, 120_000);

it("a file that was under way at five deaths is refused in words at the next start", async () => {
  const id = await desk.receive("person:1", "a.xlsx", await sheet(plain(20)));
  await desk.close();
  writeFileSync(join(folder, `${id}.begun`), "5");
  desk = openDesk();
  await desk.resumeAll();
  await desk.idle();
  const view = await desk.view(id);
  expect(view).toMatchObject({ state: "failed", summary: { firstFaults: [{ code: "import-gave-up" }] } });
  desk = openDesk();
  await desk.resumeAll();
  await desk.idle();
  expect((await desk.view(id)).state).toBe("failed");
}, 120_000);

it("the errors of a file that could not be read are told without reading it again", async () => {
  await desk.close();
  desk = openDesk({ jobs: testJobs });
  const id = await desk.receive("person:1", "a.csv", Buffer.from("没有,表头\n1,2\n"));
  await desk.idle();
  const kinds: string[] = [];
  testJobs.follow(({ kind }) => void kinds.push(kind));
  expect(await refusedRows(id)).toEqual([{ row: 1, codes: ["import-no-header"] }]);
  expect(kinds).toEqual([]);
}, 120_000);

it("uploads under way have places: by person, and all together, before a byte of them is read", async () => {
  let read = 0;
  const never = new Promise<void>(() => {});
  async function* slow() {
    read++;
    yield Buffer.from("户号,户名\n");
    await never;
  }
  for (let i = 0; i < 200; i++) desk.receive(`person:${i % 4}`, "a.csv", slow()).catch(() => {});
  await expect.poll(() => read, { timeout: 20_000 }).toBe(20);
  await expect(desk.receive("person:9", "a.csv", slow())).rejects.toMatchObject({ code: "imports-full" });
  const other = openDesk();
  for (let i = 0; i < 8; i++) other.receive("person:1", "a.csv", slow()).catch(() => {});
  await expect(other.receive("person:1", "a.csv", slow())).rejects.toMatchObject({ code: "imports-full-own" });
  expect(readdirSync(folder).length).toBeLessThanOrEqual(28);
}, 60_000);

it("a folder that is full takes no more, in words; rows that can be made again go first", async () => {
  const before = await checked(plain(2_000));
  await desk.close();
  desk = openDesk({ folderBytesMax: 100_000 });
  // What was checked is read anew when it runs.
  const second = await checked(plain(5));
  expect(second.state).toBe("checked");
  expect(readdirSync(folder)).not.toContain(`${before.id}.rows`);
  expect(await ran(before.id)).toMatchObject({ state: "done", summary: { created: 2_000 } });
  await desk.close();
  desk = openDesk({ folderBytesMax: 10_000 });
  await expect(desk.receive("person:1", "a.xlsx", await sheet(plain(5)))).rejects.toMatchObject({
    code: "imports-folder-full",
  });
}, 120_000);
