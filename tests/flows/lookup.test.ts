/** 自动定位: whatever a person types or a scanner sends finds the box, on both engines. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { companyCreditCode } from "../../simulators/days/credit-code.ts";
import type { SearchHit, SearchPage } from "../../src/contract/catalogue.ts";
import { lookupRoutes } from "../../src/lookup/routes.ts";
import { takeBox } from "../../src/placement/take-box.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { openContext, type TestContext } from "../support/context-server.ts";
import { testDatabases } from "../support/database.ts";
import { importCsv } from "../support/import-csv.ts";

const columns = ["档案号", "户号", "户名", "统一社会信用代码", "盒条码", "盒厚(mm)", "标签EPC", "架位编码"];
const company = "南京宏运电力设备有限公司";
const code = companyCreditCode("320102", "12345678");
const epc = "331400A52C0030D40000002A";
/** More than the index gives candidates for: the long walk. */
const common = 4_600;

for (const { engine, skipped } of testDatabases()) {
  describe.skipIf(skipped !== null)(`looking up (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`, () => {
    let test: TestContext;
    beforeAll(async () => {
      test = await openContext(engine, { features: [(app, context) => lookupRoutes(app, { context })] });
      await loadSite(test.context);
      const view = await importCsv(test.context, columns, [
        ["DA-1", "3200123401", company, code, "GW-000001", 30, epc, "1-01-B-01-01-01"],
        ["DA-2", "3200123402", company, code, "GW-000002", 30, "331400A52C0030D40000002B", "1-02-A-02-03-04"],
        ["DA-3", "3200987603", "张三丰", "", "GW-000003", 40, "331400A52C0030D40000002C", "2-03-B-04-04-20"],
        ["DA-4", "3200987603", "张三丰", "", "GW-000003", "", "", ""],
        ["DA-5", "3200555505", "ＡＢＣ 科技（南京）", "", "", "", "", ""],
        ["DA-6", "3200666606", "O'Neil_50%\\", "", "", "", "", ""],
      ]);
      expect(view).toMatchObject({ state: "done", rowsRefused: 0 });
    }, 120_000);
    afterAll(() => test?.close());

    async function page(q: string, more: { limit?: number; cursor?: string } = {}): Promise<SearchPage> {
      const query = {
        q,
        ...(more.limit ? { limit: String(more.limit) } : {}),
        ...(more.cursor ? { cursor: more.cursor } : {}),
      };
      const answer = await test.app.inject({ url: "/api/v1/search", query, headers: test.as("archivist") });
      expect(answer.statusCode, answer.body).toBe(200);
      return answer.json();
    }
    const find = async (q: string) => (await page(q)).items;
    const numbers = (hits: readonly SearchHit[]) => hits.map((hit) => hit.record?.recordNo).sort();

    it("finds a customer by number, whole or any part of it, and says where the box stands", async () => {
      for (const q of ["3200123401", " 3200 123401 ", "３２００１２３４０１", "123401", "3401"]) {
        const [hit, ...others] = await find(q);
        expect(others, q).toEqual([]);
        expect(hit, q).toMatchObject({
          matched: "customerNo",
          record: { recordNo: "DA-1" },
          box: {
            barcode: "GW-000001",
            epc,
            place: { kind: "slot", locationCode: "1-01-B-01-01-01", areaKey: "r1.1", aisle: 1 },
          },
        });
      }
      expect(numbers(await find("3200987603"))).toEqual(["DA-3", "DA-4"]);
    });

    it("finds a name by any part of any length", async () => {
      for (let from = 0; from < company.length; from++)
        for (let to = from + 1; to <= company.length; to++) {
          const q = company.slice(from, to);
          const hits = await find(q);
          expect(numbers(hits), q).toEqual(expect.arrayContaining(["DA-1", "DA-2"]));
          expect(
            hits.every((hit) => hit.record?.name.includes(q)),
            q,
          ).toBe(true);
        }
      for (const q of ["abc科技", "ABC 科技", "ＡＢＣ科", "（南京）", "(南京)"])
        expect(numbers(await find(q)), q).toEqual(["DA-5"]);
      expect(await find("南京电力")).toEqual([]);
    });

    it("finds a name by the initials of its pinyin", async () => {
      for (const q of ["zsf", "ZSF", "sf"]) {
        const hits = await find(q);
        expect(numbers(hits), q).toEqual(["DA-3", "DA-4"]);
        expect(hits[0]?.matched).toBe("pinyin");
      }
      expect(numbers(await find("njhydl"))).toEqual(["DA-1", "DA-2"]);
      expect(await find("zfs")).toEqual([]);
    });

    it("finds all accounts of a legal entity by its code, small letters and parts too", async () => {
      for (const q of [code, code.toLowerCase(), code.slice(4, 14)]) {
        const hits = await find(q);
        expect(numbers(hits), q).toEqual(["DA-1", "DA-2"]);
        expect(hits[0]?.matched).toBe("legalEntityCode");
      }
    });

    it("finds exactly the box of a barcode, a tag or a location code, with the records in it", async () => {
      const cases = [
        ["GW-000003", "barcode"],
        ["gw-000003", "barcode"],
        ["331400a52c0030d40000002c", "epc"],
        ["2-03-B-04-04-20", "locationCode"],
        ["2-03-b-04-04-20", "locationCode"],
      ] as const;
      for (const [q, matched] of cases) {
        const hits = await find(q);
        expect(numbers(hits), q).toEqual(["DA-3", "DA-4"]);
        expect(
          hits.every((hit) => hit.matched === matched && hit.box?.barcode === "GW-000003"),
          q,
        ).toBe(true);
      }
      // An empty slot is found as empty, not as something that looks like its code.
      expect(await find("2-03-B-04-04-19")).toEqual([]);
    });

    it("shows a record without paper without a box, and who holds a lent one", async () => {
      expect(await find("DA-5")).toMatchObject([{ matched: "recordNo", box: null }]);
      const { person } = await test.signedIn(["archivist"], "holder");
      const [hit] = await find("GW-000002");
      await takeBox(test.context, "person:a", { boxId: hit?.box?.id ?? "", holderId: person.id, reason: "查阅" });
      expect(await find("3200123402")).toMatchObject([
        { box: { place: { kind: "person", holder: { id: person.id, name: "holder" }, locationCode: null } } },
      ]);
      expect(await find("1-02-A-02-03-04")).toEqual([]);
    });

    it("puts the very name first, then what has a box before what has none, however new", async () => {
      test.clock.advance(1_000);
      await importCsv(test.context, columns, [
        ["R-1", "3300000001", "李四光", "", "GW-000011", 30, "", ""],
        ["R-2", "3300000002", "李四", "", "GW-000012", 30, "", ""],
      ]);
      test.clock.advance(1_000);
      await importCsv(test.context, columns, [
        ["R-3", "3300000003", "李四光", "", "", "", "", ""],
        ["R-4", "3300000004", "李四", "", "", "", "", ""],
        ["R-5", "3300000001", "李四光", "", "", "", "", ""],
      ]);
      const order = async (q: string) => (await find(q)).map((hit) => hit.record?.recordNo);
      expect(await order("李四")).toEqual(["R-2", "R-4", "R-1", "R-5", "R-3"]);
      expect(await order("李四光")).toEqual(["R-1", "R-5", "R-3"]);
      // One customer number, a box and an electronic record: the box is what somebody came for.
      expect(await order("3300000001")).toEqual(["R-1", "R-5"]);
      const first = await page("李四", { limit: 2 });
      const second = await page("李四", { limit: 2, cursor: first.nextCursor ?? "" });
      const third = await page("李四", { limit: 2, cursor: second.nextCursor ?? "" });
      const paged = [first, second, third].flatMap(({ items }) => numbers(items));
      expect([...paged].sort()).toEqual(["R-1", "R-2", "R-3", "R-4", "R-5"]);
    });

    it("takes every character as itself", async () => {
      for (const q of ["O'Neil", "o'n", "_50%", "%\\", "'"]) expect(numbers(await find(q)), q).toEqual(["DA-6"]);
      for (const q of ["%%", "__", "' OR 1=1 --", "张&丰", "张|丰", ":*", "!", "\u0001", "\\\\"])
        expect(await find(q), q).toEqual([]);
    });

    it.each([
      ["a rare name", 60],
      ["a name that thousands have", common],
    ])("pages through %s while rows change: nothing twice, nothing lost", async (_, count) => {
      const name = `用户${count}组`;
      const rows = Array.from({ length: count }, (_, i) => [
        `P${count}-${i}`,
        `77${count}${i}`,
        `${name}${i}`,
        "",
        "",
        "",
        "",
        "",
      ]);
      for (let from = 0; from < count; from += 1_000) {
        test.clock.advance(1_000);
        expect(await importCsv(test.context, columns, rows.slice(from, from + 1_000))).toMatchObject({
          rowsRefused: 0,
        });
      }
      const seen: string[] = [];
      const changed = new Set<string>();
      let cursor: string | undefined;
      for (let no = 0; no < 60; no++) {
        const now = await page(name, { limit: Math.min(100, Math.ceil(count / 10)), ...(cursor ? { cursor } : {}) });
        seen.push(...now.items.map((hit) => hit.record?.recordNo ?? ""));
        if (!now.nextCursor) break;
        cursor = now.nextCursor;
        // Each import takes two processes: a dozen changes among many pages are enough.
        if (no % Math.ceil(count / 1_200) !== 0) continue;
        test.clock.advance(1_000);
        // One that comes later in the list and a new one jump to its head; neither may push the others about.
        const later = rows.findLast((row) => !seen.includes(String(row[0])) && !changed.has(String(row[0])));
        const again = later ? [[...later.slice(0, 2), `${later[2]}改`, ...later.slice(3)]] : [];
        for (const row of again) changed.add(String(row[0]));
        await importCsv(test.context, columns, [
          ...again,
          [`N${count}-${no}`, `78${count}${no}`, `${name}新${no}`, "", "", "", "", ""],
        ]);
      }
      expect(new Set(seen).size).toBe(seen.length);
      const expected = rows.map((row) => String(row[0])).filter((recordNo) => !changed.has(recordNo));
      expect(seen.filter((recordNo) => !changed.has(recordNo)).sort()).toEqual(expected.sort());
    });
  });
}
