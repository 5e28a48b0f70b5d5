/** 导入 from the dry run to the export and back: good rows in, bad rows listed with row and reason, whole batches whatever happens. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { readXlsx, writeXlsx } from "hucre";
import iconv from "iconv-lite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { companyCreditCode } from "../../simulators/days/credit-code.ts";
import { type ImportDesk, importDesk } from "../../src/catalogue/import/import-desk.ts";
import { importRoutes } from "../../src/catalogue/import/routes.ts";
import type { ImportView } from "../../src/contract/catalogue.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { openContext, type TestContext } from "../support/context-server.ts";
import { testDatabases } from "../support/database.ts";
import { testJobs } from "../support/jobs.ts";
import { uploadForm } from "../support/upload-form.ts";

const header = ["档案号", "户号", "户名", "统一社会信用代码", "业务类型", "供电所", "线路", "状态", "密级"];
const boxHeader = ["盒条码", "盒厚(mm)", "标签EPC", "架位编码", "固定架位"];
const columns = [...header, ...boxHeader];
const good = companyCreditCode("320102", "87654321");
const wrongCheck = good.slice(0, 17) + (good.endsWith("0") ? "1" : "0");

type Row = (string | number)[];
const record = (
  no: string,
  customerNo: string,
  name: string,
  more: Partial<Record<string, string | number>> = {},
): Row => columns.map((column) => ({ 档案号: no, 户号: customerNo, 户名: name, ...more })[column] ?? "");

const rows: Row[] = [
  record("DA-1", "3200000001", "南京宏运电力", {
    统一社会信用代码: good,
    业务类型: "高压新装",
    供电所: "东山供电所",
    线路: "10kV宏运1号线",
    状态: "在用",
    密级: "internal",
    盒条码: "GW-1",
    "盒厚(mm)": 30,
    标签EPC: "AAAA00000001",
    架位编码: "1-01-B-01-01-01",
  }),
  record("DA-2", "3200000002", "张三", {
    状态: "销户",
    盒条码: "GW-2",
    "盒厚(mm)": 50,
    标签EPC: "aaaa00000002",
    架位编码: "1-01-b-01-01-11",
    固定架位: "1-02-A-01-01-11",
  }),
  record("DA-3", "3200000002", "张三", { 盒条码: "GW-2" }),
  record("DA-4", "3200000004", "李四"),
  record("", "", "", { 盒条码: "GW-3", "盒厚(mm)": 40 }),
];
/** Each with the words of its reason in both languages. */
const bad: [Row, RegExp, RegExp][] = [
  [record("DA-11", "", "无户号"), /户号/, /户号|missing|empty/i],
  [record("DA-12", "3200000012", "税号错", { 统一社会信用代码: wrongCheck }), /校验/, /check/i],
  [
    record("DA-13", "3200000013", "没有这个架位", { 盒条码: "GW-13", "盒厚(mm)": 30, 架位编码: "9-99" }),
    /9-99/,
    /9-99/,
  ],
  [
    record("DA-14", "3200000014", "太厚", { 盒条码: "GW-14", "盒厚(mm)": 50, 架位编码: "1-01-B-01-01-02" }),
    /50.*35|35.*50/,
    /50.*35|35.*50/,
  ],
  [
    record("DA-15", "3200000015", "架位重复", { 盒条码: "GW-15", "盒厚(mm)": 30, 架位编码: "1-01-B-01-01-01" }),
    /第? ?2 ?行|2/,
    /row 2|2/,
  ],
  [record("DA-1", "3200000001", "档案号重复"), /DA-1/, /DA-1/],
  [record("DA-17", "3200000017", "盒不一致", { 盒条码: "GW-1", "盒厚(mm)": 40 }), /GW-1/, /GW-1/],
  [record("DA-18", "3200000018", "状态不明", { 状态: "不知道" }), /不知道/, /不知道/],
];

async function xlsxOf(body: readonly Row[]): Promise<Uint8Array> {
  return writeXlsx({ sheets: [{ name: "档案", rows: [columns, ...body] }] });
}
const csvOf = (body: readonly Row[]) => [columns, ...body].map((row) => row.join(",")).join("\r\n");

for (const { engine, skipped } of testDatabases()) {
  describe.skipIf(skipped !== null)(`importing (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`, () => {
    let test: TestContext;
    let desk: ImportDesk;
    const failures: unknown[] = [];
    const folder = mkdtempSync(join(tmpdir(), "guiwei-import-flow-"));
    beforeAll(async () => {
      test = await openContext(engine, {
        features: [
          (app, context) => {
            desk = importDesk({ context, folder, jobs: testJobs, onFailure: (error) => failures.push(error) });
            return importRoutes(app, { context, desk, jobs: testJobs });
          },
        ],
      });
      await loadSite(test.context);
    }, 120_000);
    afterAll(async () => {
      await test?.close();
      rmSync(folder, { recursive: true, force: true });
      expect(failures).toEqual([]);
    });

    const language = (which: "zh" | "en") => ({ ...test.as("supervisor"), "accept-language": which });
    async function upload(filename: string, bytes: Uint8Array): Promise<ImportView> {
      const form = await uploadForm(filename, bytes);
      const answer = await test.app.inject({
        method: "POST",
        url: "/api/v1/imports",
        headers: { ...test.as("supervisor"), ...form.headers },
        payload: form.payload,
      });
      expect(answer.statusCode, answer.body).toBe(202);
      await desk.idle();
      return view(answer.json().id);
    }
    const view = async (id: string): Promise<ImportView> =>
      (await test.app.inject({ url: `/api/v1/imports/${id}`, headers: test.as("supervisor") })).json();
    const post = (path: string) =>
      test.app.inject({ method: "POST", url: `/api/v1/imports/${path}`, headers: test.as("supervisor") });
    async function run(id: string): Promise<ImportView> {
      expect((await post(`${id}/run`)).statusCode).toBe(202);
      await desk.idle();
      return view(id);
    }
    async function sheet(url: string, which: "zh" | "en" = "zh"): Promise<string[][]> {
      const answer = await test.app.inject({ url, headers: language(which) });
      expect(answer.statusCode).toBe(200);
      const book = await readXlsx(answer.rawPayload);
      return (book.sheets[0]?.rows ?? []).map((row) => row.map((cell) => String(cell ?? "")));
    }
    const query = async (statement: ReturnType<typeof sql>) => [...(await test.context.db.execute(statement))];
    const catalogue = async () => ({
      records: await query(sql`SELECT * FROM records ORDER BY record_no`),
      boxes: await query(sql`SELECT * FROM boxes ORDER BY barcode`),
      tags: await query(sql`SELECT * FROM tags ORDER BY epc`),
    });
    const codeOf = (body: string) => JSON.parse(body).code as string;
    let importId: string;

    it("checks first and writes nothing: what would come, and every fault with its row", async () => {
      const checked = await upload("档案.xlsx", await xlsxOf([...rows, ...bad.map(([row]) => row)]));
      importId = checked.id;
      expect(checked).toMatchObject({
        filename: "档案.xlsx",
        state: "checked",
        rowsTotal: rows.length + bad.length,
        rowsRefused: bad.length,
        summary: { created: rows.length, changed: 0, unchanged: 0, refused: bad.length },
      });
      expect(await catalogue()).toEqual({ records: [], boxes: [], tags: [] });
    });

    it.each(["zh", "en"] as const)(
      "hands back the refused rows as they were, with row and reason (%s)",
      async (which) => {
        const [head, ...listed] = await sheet(`/api/v1/imports/${importId}/errors.xlsx`, which);
        expect(head?.slice(-2)).toEqual(which === "zh" ? ["原行号", "问题"] : ["Row", "Problem"]);
        expect(listed).toHaveLength(bad.length);
        for (const [i, [row, zh, en]] of bad.entries()) {
          const at = rows.length + 2 + i;
          expect(listed[i]?.slice(0, columns.length)).toEqual(row.map(String));
          expect(listed[i]?.at(-2)).toBe(String(at));
          expect(listed[i]?.at(-1)).toMatch(which === "zh" ? zh : en);
          if (which === "zh") expect(listed[i]?.at(-1)).toMatch(/[\u4e00-\u9fff]/);
        }
      },
    );

    it("applies the good rows and leaves the others out", async () => {
      const done = await run(importId);
      expect(done).toMatchObject({
        state: "done",
        rowsRefused: bad.length,
        summary: { created: rows.length, refused: bad.length },
      });
      const { records, boxes, tags } = await catalogue();
      expect(records.map((row) => [row.record_no, row.name, row.state, row.secrecy_level])).toEqual([
        ["DA-1", "南京宏运电力", "active", "internal"],
        ["DA-2", "张三", "closed", "internal"],
        ["DA-3", "张三", "active", "internal"],
        ["DA-4", "李四", "active", "internal"],
      ]);
      expect(
        boxes.map((row) => [row.barcode, row.thickness_mm, row.place, row.current_slot_id, row.home_slot_id]),
      ).toEqual([
        ["GW-1", 30, "slot", "r1.1.1B.1.1.1", "r1.1.1B.1.1.1"],
        ["GW-2", 50, "slot", "r1.1.1B.1.1.11", "r1.1.2A.1.1.11"],
        ["GW-3", 40, "unknown", null, null],
      ]);
      expect(tags.map((row) => row.epc)).toEqual(["AAAA00000001", "AAAA00000002"]);
      const again = await post(`${importId}/run`);
      expect([again.statusCode, codeOf(again.body)]).toEqual([409, "import-not-possible"]);
    });

    it.each(["zh", "en"] as const)("takes its own export back and changes nothing (%s)", async (which) => {
      const before = await catalogue();
      const answer = await test.app.inject({ url: "/api/v1/export.xlsx", headers: language(which) });
      const checked = await upload("export.xlsx", answer.rawPayload);
      expect(checked).toMatchObject({ rowsRefused: 0, summary: { created: 0, changed: 0, unchanged: rows.length } });
      expect(await run(checked.id)).toMatchObject({
        state: "done",
        summary: { created: 0, changed: 0, unchanged: rows.length },
      });
      expect(await catalogue()).toEqual(before);
      const batches = test.rows.filter((row) => row.kind === "import.batch" && row.subject === `import:${checked.id}`);
      expect(batches).toEqual([]);
    });

    it("changes a record that changed, and refuses to move or re-tag a box that exists", async () => {
      const before = await catalogue();
      const moved = record("DA-2", "3200000002", "张三", {
        状态: "销户",
        盒条码: "GW-2",
        "盒厚(mm)": 50,
        架位编码: "1-02-A-01-01-11",
      });
      const tagged = record("DA-3", "3200000002", "张三", { 盒条码: "GW-1", 标签EPC: "AAAA00000009" });
      const { id, ...checked } = await upload(
        "more.csv",
        Buffer.from(csvOf([record("DA-4", "3200000004", "李四（更名）"), moved, tagged])),
      );
      expect(checked).toMatchObject({
        rowsRefused: 2,
        summary: { changed: 1, firstFaults: [{ code: "row-place-differs" }, { code: "row-tag-differs" }] },
      });
      await run(id);
      const after = await catalogue();
      expect(after.boxes).toEqual(before.boxes);
      expect(after.tags).toEqual(before.tags);
      expect(after.records.find((row) => row.record_no === "DA-4")).toMatchObject({ name: "李四（更名）", version: 2 });
    });

    it("reads what Excel in China writes: GB18030, with rare characters and full-width headers", async () => {
      const text = "户号,户　名\r\n3200000021,镕基喆㐂电气\r\n3200000022,“引号”、顿号\r\n";
      const { id, ...checked } = await upload("gb.csv", iconv.encode(text, "gb18030"));
      expect(checked).toMatchObject({ rowsRefused: 0, summary: { created: 2 } });
      await run(id);
      expect(
        await query(
          sql`SELECT name FROM records WHERE customer_no IN ('3200000021', '3200000022') ORDER BY customer_no`,
        ),
      ).toEqual([{ name: "镕基喆㐂电气" }, { name: "“引号”、顿号" }]);
    });

    it("says what is wrong with a file that is no table", async () => {
      const cases: [string, Uint8Array, string][] = [
        ["a.xlsx", Buffer.from("PK\u0003\u0004 this is no workbook"), "import-unreadable"],
        ["b.csv", Buffer.from([0, 1, 2, 0, 255]), "import-unreadable"],
        ["c.csv", Buffer.from("这,不是\r\n我们的,表头\r\n"), "import-no-header"],
        ["d.csv", Buffer.from(""), "import-no-header"],
      ];
      for (const [filename, bytes, code] of cases) {
        const failed = await upload(filename, bytes);
        expect([filename, failed.state]).toEqual([filename, "failed"]);
        expect(failed.summary.firstFaults).toMatchObject([{ code }]);
      }
    });

    it("is cancelled before the run, and in the middle of it after whole batches", async () => {
      const many = Array.from({ length: 6_000 }, (_, i) => [`C-${i}`, `9${i}`, `用户${i}`]);
      const bytes = Buffer.from(["档案号,户号,户名", ...many.map((row) => row.join(","))].join("\n"));
      const before = await upload("never.csv", bytes);
      expect((await post(`${before.id}/cancel`)).statusCode).toBe(202);
      expect((await view(before.id)).state).toBe("cancelled");
      expect(codeOf((await post(`${before.id}/run`)).body)).toBe("import-not-possible");

      const { id } = await upload("half.csv", bytes);
      expect((await post(`${id}/run`)).statusCode).toBe(202);
      const seen = new Set<number>();
      for (let now = await view(id); now.rowsDone < 2_000; now = await view(id)) seen.add(now.rowsDone);
      expect((await post(`${id}/cancel`)).statusCode).toBe(202);
      // The answer is a promise: nothing more comes after it, whatever happens to the process.
      const [stored] = await query(sql`SELECT state FROM imports WHERE id = ${id}`);
      expect(stored).toEqual({ state: "cancelled" });
      const atCancel = await query(sql`SELECT count(*)::int AS n FROM records WHERE record_no LIKE 'C-%'`);
      await desk.idle();
      const ended = await view(id);
      expect(ended.state).toBe("cancelled");
      expect(await query(sql`SELECT count(*)::int AS n FROM records WHERE record_no LIKE 'C-%'`)).toEqual(atCancel);
      expect(ended.rowsDone).toBe(atCancel[0]?.n);
      expect(ended.rowsDone).toBeLessThan(6_000);
      expect(seen.size).toBeGreaterThan(0);
      expect(test.rows.filter((row) => row.subject === `import:${id}` && row.kind === "import.ended")).toMatchObject([
        { body: { state: "cancelled" } },
      ]);
      // A restart does not take it up again, and the same file imported again completes it.
      await desk.resumeAll();
      await desk.idle();
      expect((await view(id)).state).toBe("cancelled");
      const rest = await upload("half.csv", bytes);
      expect(await run(rest.id)).toMatchObject({
        state: "done",
        summary: { created: 6_000 - ended.rowsDone, unchanged: ended.rowsDone, refused: 0 },
      });
    }, 120_000);
  });
}
