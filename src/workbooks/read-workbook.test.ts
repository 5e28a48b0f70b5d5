import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readXlsx, writeXlsx, writeXlsxStream } from "hucre";
import { afterAll, describe, expect, it } from "vitest";
import { asZip64, inline, type Parts, repeated, withNames, writeOdd } from "../../tests/support/odd-workbooks.ts";
import { type TableLimits, tableLimits } from "./limits.ts";
import { readWorkbook } from "./read-workbook.ts";
import { writeRowFile } from "./row-files.ts";
import { type Cell, columnName, writeWorkbook } from "./write-workbook.ts";
import { xmlReader } from "./xml-reader.ts";

const folder = mkdtempSync(join(tmpdir(), "guiwei-workbooks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = () => join(folder, `${++files}.xlsx`);

type Rows = [row: number, cells: Record<number, string>][];

async function read(path: string, limits: Partial<TableLimits> = {}): Promise<Rows> {
  const file = await open(path, "r");
  try {
    const rows: Rows = [];
    for await (const some of readWorkbook(file, { ...tableLimits, ...limits }))
      for (const { row, cells } of some) if (cells.size > 0) rows.push([row, Object.fromEntries(cells)]);
    return rows;
  } finally {
    await file.close();
  }
}

const readOdd = async (parts: Parts, limits: Partial<TableLimits> = {}) => read(await writeOdd(fresh(), parts), limits);

/** The rows that hucre, another reader, gets from the same file, in our form. */
async function asHucre(bytes: Uint8Array): Promise<Rows> {
  const rows = (await readXlsx(bytes)).sheets[0]?.rows ?? [];
  const text = (cell: unknown) => (cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell ?? "").trim());
  return rows
    .map((row, i) => [i + 1, row.map(text)] as const)
    .map(([row, cells]): Rows[number] => [
      row,
      Object.fromEntries([...cells.entries()].filter(([, cell]) => cell !== "")),
    ])
    .filter(([, cells]) => Object.keys(cells).length > 0);
}

describe("reading a workbook of somebody else's", () => {
  const rows = [
    ["户号", "户名", "日期", "数"],
    ["3200000001", '<镕&基喆㐂> "电气" _x000D_', new Date(Date.UTC(2026, 1, 28)), 1.5],
    [3200000002, " 两边有空格 ", null, -2e-7],
    [null, null, null, null],
    [true, "第二行\n换行", new Date(Date.UTC(1999, 11, 31)), 1e21],
  ];

  it("has what hucre has of it, with shared and with inline texts", async () => {
    const written = await writeXlsx({ sheets: [{ name: "档案", rows }] });
    const streamed = new Uint8Array(await new Response(writeXlsxStream(rows, { name: "档案" })).arrayBuffer());
    for (const bytes of [written, streamed]) {
      const path = fresh();
      writeFileSync(path, bytes);
      const ours = await read(path);
      expect(ours).toEqual(await asHucre(bytes));
      expect(ours.at(1)?.[1][2]).toBe("2026-02-28");
    }
  });

  it("joins runs, leaves readings out, and takes every type of cell", async () => {
    const shared = '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c t="s"><v></v></c>';
    const types =
      '<c r="A3" t="str"><f>A1&amp;"x"</f><v>公式</v></c><c t="e"><v>#N/A</v></c><c t="d"><v>2026-03-04</v></c><c t="b"><v>0</v></c><c r="H3"><v>4.50</v></c>';
    expect(
      await readOdd({
        rows: `<row r="1">${shared}</row><row/><row><!-- a > comment -->${types}<c/></row><row r="9"><c s="1"><v>1.5</v></c><c s="2"><v>2</v></c></row>`,
        texts:
          '<si><r><t>张</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 三</t></r></si><si><t>課</t><rPh sb="0" eb="1"><t>カ</t></rPh></si>',
        styles:
          '<numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="31"/></cellXfs>',
      }),
    ).toEqual([
      [1, { 0: "张 三", 1: "課" }],
      [3, { 0: "公式", 1: "#N/A", 2: "2026-03-04", 3: "false", 7: "4.5" }],
      [9, { 0: "1900-01-01", 1: "1900-01-02" }],
    ]);
  });

  it("takes names with a prefix, and days since 1904", async () => {
    const parts = {
      "xl/workbook.xml":
        '<x:workbook xmlns:x="m" xmlns:q="r"><x:workbookPr date1904="1"/><x:sheets><x:sheet name="a &gt; b" sheetId="1" q:id="rId1"/></x:sheets></x:workbook>',
      "xl/worksheets/sheet1.xml":
        '\uFEFF<?xml version="1.0"?><x:worksheet xmlns:x="m"><x:sheetData><x:row r="2"><x:c r="C2" s="0"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>',
    };
    const styles = '<cellXfs><xf numFmtId="14"/></cellXfs>';
    expect(await readOdd({ rows: "", styles, parts })).toEqual([[2, { 2: "1904-01-01" }]]);
  });

  it("counts a cell in the last column as one cell", async () => {
    const rows = [...repeated(3_000, (i) => `<row r="${i + 1}">${inline(`XFD${i + 1}`, "x")}</row>`)].join("");
    const read = await readOdd({ rows });
    expect(read).toHaveLength(3_000);
    expect(read.at(-1)).toEqual([3_000, { 16383: "x" }]);
  });

  it("takes what others write oddly: Zip64 though small, other slashes, a cell merged over the whole sheet, rows in any order", async () => {
    const path = await writeOdd(fresh(), {
      rows: `<row r="3">${inline("A3", "三")}</row><row r="2">${inline("B2", "二")}</row><row r="2">${inline("A2", "又")}</row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells><sheetData>`,
    });
    const rows = [
      [3, { 0: "三" }],
      [2, { 1: "二" }],
      [2, { 0: "又" }],
    ];
    expect(await read(path)).toEqual(rows);
    const bytes = readFileSync(path);
    for (const odd of [asZip64(bytes), withNames(bytes, "/", "\\")]) {
      writeFileSync(path, odd);
      expect(await read(path)).toEqual(rows);
    }
  });

  it.each([
    ["the same row a million times", { rows: repeated(1_025, () => '<row r="1"/>'.repeat(1_024)) }],
    ["a column after the last", { rows: `<row r="1">${inline("XFE1", "x")}</row>` }],
    ["a row after the last", { rows: `<row r="1048577">${inline("A1048577", "x")}</row>` }],
    ["no column at all", { rows: `<row r="1">${inline("17", "x")}</row>` }],
    ["a document type", { rows: "", parts: { "xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><workbook/>' } }],
    ["a tag without an end", { rows: `<row ${"x".repeat(400_000)}` }],
    [
      "a text that is not among the shared ones",
      { rows: '<row><c t="s"><v>99</v></c></row>', texts: "<si><t>甲</t></si>" },
    ],
    ["a number whose format is not there", { rows: '<row><c s="1"><v>45000</v></c></row>' }],
    ["no sheet", { rows: "", parts: { "xl/workbook.xml": "<workbook/>" } }],
  ] as [string, Parts][])("refuses %s", async (_, parts) => {
    await expect(readOdd(parts)).rejects.toThrow();
  });

  it.each([
    ["import-too-many-cells", { cellsMax: 3 }],
    ["import-too-large-inside", { partMbMax: 0.0001 }],
    ["import-too-many-texts", { sharedCharsMax: 5 }],
  ] as const)("says %s", async (code, limits) => {
    const rows = `<row>${"<c><v>1</v></c>".repeat(8)}</row>`;
    await expect(readOdd({ rows, texts: "<si><t>四个汉字啊啊</t></si>" }, limits)).rejects.toMatchObject({ code });
  });

  it("never takes damaged bytes for a workbook, and never hangs on them", async () => {
    const whole = Buffer.from(await writeXlsx({ sheets: [{ name: "a", rows: [["户号"], ["1"], ["2"]] }] }));
    const path = fresh();
    writeFileSync(path, whole);
    const good = await read(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] as number) ^ flip;
        writeFileSync(path, bytes);
        // Some bytes carry no meaning: names, times, sizes that are stored twice.
        const rows = await read(path).catch(() => null);
        if (rows !== null) expect(rows).toEqual(good);
      }),
      { numRuns: 150 },
    );
  });
});

describe("writing a workbook", () => {
  it("is read by others as it was meant, whatever stands in it", async () => {
    const odd = "_x000D_ & <b> \u0007\uD800 \r\n =1+1";
    const sheets = [[["档案", 1, -2.5, ""]], [[odd, "", "x".repeat(40_000)], [], ["末", "行"]]] as Cell[][][];
    const asked = [];
    for (const [i, rows] of sheets.entries()) {
      const rowsFile = join(folder, `rows-${i}`);
      await writeRowFile(rowsFile, rows);
      asked.push({ name: `第 ${i} <页>`.slice(0, 31), rowsFile });
    }
    const path = fresh();
    const { rows, bytes } = await writeWorkbook({ sheets: asked, file: path }, () => {});
    const handle = await open(path, "r");
    const whole = await handle.readFile();
    await handle.close();
    expect([rows, bytes]).toEqual([4, whole.length]);
    const book = await readXlsx(whole);
    expect(book.sheets.map(({ name }) => name)).toEqual(["第 0 <页>", "第 1 <页>"]);
    expect(book.sheets[0]?.rows).toEqual([["档案", 1, -2.5]]);
    const [first, , last] = book.sheets[1]?.rows ?? [];
    expect(first?.[0]).toBe("_x000D_ & <b> \uFFFD \r\n =1+1");
    expect(String(first?.[2])).toHaveLength(32_767);
    expect(last?.slice(0, 2)).toEqual(["末", "行"]);
    expect((await read(path))[0]).toEqual([1, { 0: "档案", 1: "1", 2: "-2.5" }]);
  });

  it("names columns as Excel does", () => {
    expect([0, 25, 26, 701, 702, 16383].map(columnName)).toEqual(["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
  });
});

describe("XML in pieces", () => {
  const text =
    '<?xml version="1.0"?><a b="1 > 0"><!-- <x> --><c>1 &lt; 2 &#x6863;&amp;</c><![CDATA[<y>&amp;]]><d e=\'"\'/></a>';
  const events = (pieces: readonly string[]) => {
    const seen: string[] = [];
    let run = "";
    const flush = () => {
      if (run !== "") seen.push(`text ${run}`);
      run = "";
    };
    const reader = xmlReader({
      open: (name, attributes) => {
        flush();
        seen.push(`open ${name}${attributes}`);
      },
      close: (name) => {
        flush();
        seen.push(`close ${name}`);
      },
      text: (piece) => {
        run += piece;
      },
    });
    for (const piece of pieces) reader.push(piece);
    reader.end();
    flush();
    return seen;
  };
  const whole = [
    'open a b="1 > 0"',
    "open c",
    "text 1 < 2 档&",
    "close c",
    "text <y>&amp;",
    "open d e='\"'",
    "close d",
    "close a",
  ];

  it("is the same wherever it is cut", () => {
    expect(events([text])).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 30 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        expect(events(at.slice(1).map((end, i) => text.slice(at[i], end)))).toEqual(whole);
      }),
    );
  });
});
