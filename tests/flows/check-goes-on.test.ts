/** The check of an import is cut short: the next start goes on after its last page, with the result of one that nobody cut. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBox } from "../../src/catalogue/create-box.ts";
import type { RowFault } from "../../src/catalogue/import/check-row.ts";
import { type ImportDesk, importDesk } from "../../src/catalogue/import/import-desk.ts";
import type { ImportProgress } from "../../src/contract/catalogue.ts";
import { change } from "../../src/journal/change.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { openContext, type TestContext } from "../support/context-server.ts";
import { testDatabases } from "../support/database.ts";
import { importCsv } from "../support/import-csv.ts";
import { testJobs } from "../support/jobs.ts";

const rowsCount = 9_000;
const columns = ["档案号", "户号", "户名", "盒条码", "盒厚(mm)", "标签EPC"];
const epcOf = (i: number) => `E280${String(i).padStart(8, "0")}`;

/** New, known and changed records; what contradicts rows of pages before, and what the database has against it. */
function* rowsOf(): Generator<(string | number)[]> {
  for (let i = 0; i < rowsCount; i++) {
    const no = i % 700 === 699 ? `K-${i - 650}` : `K-${i}`;
    const customer = i % 900 === 450 ? "" : `88${i}`;
    const box = i % 40 === 0 ? [`B-${i}`, 30, i % 1_000 === 0 && i > 0 ? epcOf(i - 40) : epcOf(i)] : ["", "", ""];
    if (i % 1_100 === 3) yield [no, customer, `客户${i}`, `T-${i}`, 30, epcOf(900_000)];
    else yield [no, customer, `客户${i}`, ...box];
  }
}
const text = [columns, ...rowsOf()].map((cells) => cells.join(",")).join("\n");
const actor = "person:importer";

for (const { engine, skipped } of testDatabases()) {
  describe.skipIf(skipped !== null)(`a check cut short (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`, () => {
    let test: TestContext;
    const folder = mkdtempSync(join(tmpdir(), "guiwei-check-"));
    const failures: unknown[] = [];
    let whole: object;
    beforeAll(async () => {
      test = await openContext(engine, { features: [] });
      await loadSite(test.context);
      await importCsv(test.context, columns, [
        ["OLD-1", "1", "旧客户", "OLD", 30, epcOf(900_000)],
        ...[5, 2_500, 7_001].map((i) => [`K-${i}`, `88${i}`, "旧名", "", "", ""]),
        ...[6, 2_601, 7_100].map((i) => [`K-${i}`, `88${i}`, `客户${i}`, "", "", ""]),
      ]);
      whole = await resultOf(await checkedBy(open().desk));
    }, 240_000);
    afterAll(async () => {
      await test?.close();
      rmSync(folder, { recursive: true, force: true });
      expect(failures).toEqual([]);
    });

    let watch: (progress: ImportProgress) => void = () => {};
    function open() {
      const seen: ImportProgress[] = [];
      const desk = importDesk({
        ...{ context: test.context, folder, jobs: testJobs, onFailure: (error: unknown) => failures.push(error) },
        onProgress(_, progress) {
          if (!progress) return;
          if (progress.phase.startsWith("checking")) seen.push(progress);
          watch(progress);
        },
      });
      return { desk, seen };
    }

    const receive = (desk: ImportDesk) => desk.receive(actor, "many.csv", Buffer.from(text));
    async function checkedBy(desk: ImportDesk) {
      const id = await receive(desk);
      await desk.idle();
      return { desk, id };
    }
    async function resultOf({ desk, id }: { desk: ImportDesk; id: string }) {
      const { state, rowsTotal, rowsRefused, summary } = await desk.view(id);
      const faults: RowFault[] = [];
      for await (const one of await desk.refused(id)) faults.push(...one.faults);
      expect(state).toBe("checked");
      return { rowsTotal, rowsRefused, summary, faults };
    }

    /** As a process that ends: between two batches, and nothing is settled. */
    async function cutAt(rows: number): Promise<string> {
      const { desk } = open();
      const isThere = new Promise<void>((resolve) => {
        watch = (progress) => void (progress.phase === "checking" && progress.rows >= rows && resolve());
      });
      const id = await receive(desk);
      await isThere;
      watch = () => {};
      await desk.close();
      expect((await desk.view(id)).state).toBe("received");
      return id;
    }
    async function goOn(id: string) {
      const { desk, seen } = open();
      await desk.resumeAll();
      await desk.idle();
      return { seen, result: await resultOf({ desk, id }) };
    }
    const pathOf = (id: string, what: string) => join(folder, `${id}.${what}`);
    const placeOf = (id: string) => JSON.parse(readFileSync(pathOf(id, "check.place"), "utf8")) as { rows: number };

    it("has rows of every kind, or the others would prove little", () => {
      expect(whole).toMatchObject({
        rowsTotal: rowsCount,
        summary: { created: expect.any(Number), changed: 3, unchanged: 3, refused: 12 + 10 + 8 + 9 },
      });
    });

    it.each([1_500, 4_000, 8_500])(
      "at row %i: it goes on there, and ends as one that was not cut",
      async (rows) => {
        const id = await cutAt(rows);
        const kept = placeOf(id).rows;
        expect(kept).toBeGreaterThan(Math.max(0, rows - 2_500));
        const { seen, result } = await goOn(id);
        expect(seen[0]).toMatchObject({ phase: "checking", rows: kept });
        expect(seen.every((one) => one.phase === "checking" && one.rows >= kept)).toBe(true);
        expect(result).toEqual(whole);
        expect(readdirSync(folder).filter((file) => file.includes(".check"))).toEqual([]);
      },
      120_000,
    );

    it("cut again and again it still comes to its end", async () => {
      const id = await cutAt(1_500);
      for (const rows of [3_000, 4_500, 6_000, 7_500]) {
        const { desk } = open();
        const isThere = new Promise<void>((resolve) => {
          watch = (progress) => void (progress.rows >= rows && resolve());
        });
        await desk.resumeAll();
        await isThere;
        watch = () => {};
        await desk.close();
      }
      expect(placeOf(id).rows).toBeGreaterThan(5_000);
      expect((await goOn(id)).result).toEqual(whole);
    }, 120_000);

    it.each<[string, (id: string) => void]>([
      [
        "faults that are not what they were",
        (id) => {
          const bytes = readFileSync(pathOf(id, "check.partial"));
          bytes[10] = (bytes[10] as number) ^ 1;
          writeFileSync(pathOf(id, "check.partial"), bytes);
        },
      ],
      [
        "pages of another program",
        (id) => {
          const place = placeOf(id);
          writeFileSync(pathOf(id, "check.place"), JSON.stringify({ ...place, checking: 0 }));
        },
      ],
      [
        "another site",
        (id) => {
          const place = placeOf(id) as unknown as { against: object };
          writeFileSync(
            pathOf(id, "check.place"),
            JSON.stringify({ ...place, against: { ...place.against, site: "x" } }),
          );
        },
      ],
      [
        "a database that was restored: its journal is another",
        (id) => {
          const place = placeOf(id) as unknown as { against: { heads: { hash: string }[] } };
          for (const head of place.against.heads) head.hash = "0".repeat(64);
          writeFileSync(pathOf(id, "check.place"), JSON.stringify(place));
        },
      ],
    ])(
      "%s: it begins again, and says so",
      async (_, spoil) => {
        const id = await cutAt(4_000);
        spoil(id);
        const { seen, result } = await goOn(id);
        expect(seen[0]).toMatchObject({ phase: "checking-again", rows: 0 });
        expect(seen.every(({ phase }) => phase === "checking-again")).toBe(true);
        expect(result).toEqual(whole);
      },
      120_000,
    );

    it("a box made meanwhile, under a barcode that a checked row has: it begins again, and knows of it", async () => {
      const id = await cutAt(5_000);
      await createBox(test.context, actor, { barcode: "B-40", thicknessMm: 30 });
      const { seen, result } = await goOn(id);
      expect(seen[0]).toMatchObject({ phase: "checking-again", rows: 0 });
      // The file's tag for it is not what this one has.
      expect(result.faults.filter(({ params }) => params.barcode === "B-40")).toMatchObject([{ row: 42 }]);
    }, 120_000);

    it("what is no affair of the catalogue's makes nothing again", async () => {
      const id = await cutAt(5_000);
      await change(test.context, async (_, recorder) => {
        recorder.note({ chain: "house", actor, kind: "person.signed-in", subject: "person:x", body: {} });
      });
      const { seen } = await goOn(id);
      expect(seen[0]).toMatchObject({ phase: "checking" });
      expect(seen[0]?.rows).toBeGreaterThan(3_000);
    }, 120_000);
  });
}
