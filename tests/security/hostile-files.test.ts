/** Files that are small and grow, or that are large where nobody looks: each is read or refused in a process of its own, in words. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sentence } from "../../src/contract/errors.ts";
import { type Jobs, openJobs } from "../../src/jobs/jobs.ts";
import { holdDuring } from "../support/loop-hold.ts";
import { inline, type Parts, repeated, writeOdd } from "../support/odd-workbooks.ts";

const megabyte = 1024 * 1024;
const header = `<row r="1">${inline("A1", "户号")}${inline("B1", "户名")}</row>`;
const good = `<row r="2">${inline("A2", "3200000001")}${inline("B2", "张三")}</row>`;
/** A megabyte a piece. */
const many = (mb: number, text: string) => repeated(mb, () => text.repeat(megabyte / text.length));

function* joined(...texts: (string | Iterable<string>)[]): Generator<string> {
  for (const text of texts) {
    if (typeof text === "string") yield text;
    else yield* text;
  }
}

const sparse = repeated(20_000, (i) => `<row r="${i + 3}">${inline(`XFD${i + 3}`, "x")}</row>`);
/** Each under 3 MB as it is sent. */
const workbooks: [what: string, parts: () => Parts, end: { code: string; part?: string } | { rows: number }][] = [
  ["one cell in the last column of 20 000 rows", () => ({ rows: joined(header, good, sparse) }), { rows: 20_001 }],
  [
    "a sheet of 1.1 GB",
    () => ({ rows: joined(header, many(1_100, "                ")) }),
    { code: "import-too-large-inside", part: "xl/worksheets/sheet1.xml" },
  ],
  [
    "styles of 20 MB",
    () => ({ rows: header, parts: { "xl/styles.xml": joined("<styleSheet>", many(20, "<a></a> ")) } }),
    { code: "import-too-large-inside", part: "xl/styles.xml" },
  ],
  [
    "1 GB of shared texts",
    () => ({ rows: header, texts: joined("<si><t>", many(1_024, "AAAAAAAA"), "</t></si>") }),
    { code: "import-too-many-texts" },
  ],
  [
    "12 000 cells that share a text of 1 MB",
    () => ({
      rows: joined(
        header,
        repeated(12_000, (i) => `<row r="${i + 2}"><c r="A${i + 2}" t="s"><v>0</v></c></row>`),
      ),
      texts: joined("<si><t>", many(1, "A"), "</t></si>"),
    }),
    { rows: 12_000 },
  ],
  ["a tag of 40 MB", () => ({ rows: joined(header, '<row r="', many(40, "1"), '"/>') }), { code: "import-unreadable" }],
];

describe("a hostile file", { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-hostile-"));
  let jobs: Jobs;
  beforeAll(() => {
    jobs = openJobs({ folder: join(folder, "jobs") });
  });
  afterAll(async () => {
    await jobs.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const read = (file: string) => {
    const rowsFile = `${file}.rows`;
    const asked = { file, rowsFile, rowsMax: 2_000_000 };
    return jobs.run({ kind: "read-table", asked, files: [rowsFile], source: "test" });
  };

  it.each(workbooks)("%s: read or refused, with the loop free", async (_, parts, end) => {
    const file = await writeOdd(join(folder, "hostile.xlsx"), parts());
    expect(statSync(file).size).toBeLessThan(3 * megabyte);
    const hold = await holdDuring(async () => {
      if ("rows" in end) await expect(read(file)).resolves.toEqual(end);
      else {
        const { part, ...wanted } = end;
        const refused = { ...wanted, ...(part === undefined ? {} : { params: { part, mbMax: expect.any(Number) } }) };
        await expect(read(file)).rejects.toMatchObject(refused);
      }
    });
    // The parse itself takes seconds; what the machine held both loops for is not ours.
    expect(hold.oursMs).toBeLessThan(250 + 3 * hold.idleMs);
  });

  it("a row of CSV with more columns than any table: refused with its number", async () => {
    const file = join(folder, "wide.csv");
    writeFileSync(file, `户号,户名\n1,甲\n${",".repeat(30 * megabyte)}`);
    await expect(read(file)).rejects.toMatchObject({ code: "import-too-wide", params: { row: 3 } });
    expect(sentence("import-too-wide", "zh", { row: 3, columnsMax: 16_384 })).toBe("第 3 行超过 16384 列。");
  });

  it("a quote that never ends: the rest of the file is one cell, cut short", async () => {
    const file = join(folder, "quote.csv");
    writeFileSync(file, `户号,户名\n1,甲\n2,"${"乙\n".repeat(5 * megabyte)}`);
    expect(await read(file)).toEqual({ rows: 2 });
    expect(readFileSync(`${file}.rows`).length).toBeLessThan(10_000);
  });
});
