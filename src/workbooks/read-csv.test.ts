import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parseCsv } from "hucre";
import iconv from "iconv-lite";
import { afterAll, describe, expect, it } from "vitest";
import { csvReader } from "./csv-reader.ts";
import { tableLimits } from "./limits.ts";
import { type CsvPlace, readCsv } from "./read-csv.ts";

const limits = { columnsMax: 100, cellsMax: 1_000_000 };

function read(pieces: readonly string[], given = limits): Record<number, string>[] {
  const rows: Record<number, string>[] = [];
  const reader = csvReader(given, ({ row, cells }) => {
    expect(row).toBe(rows.length + 1);
    rows.push(Object.fromEntries(cells));
  });
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return rows;
}

describe("CSV", () => {
  it.each([
    [
      "a,b\r\n1,2\r\n",
      [
        { 0: "a", 1: "b" },
        { 0: "1", 1: "2" },
      ],
    ],
    [
      "\uFEFF户号;户名\n1;甲, 乙\n",
      [
        { 0: "户号", 1: "户名" },
        { 0: "1", 1: "甲, 乙" },
      ],
    ],
    [
      'a\tb\r"x\ty"\t"say ""hi"""',
      [
        { 0: "a", 1: "b" },
        { 0: "x\ty", 1: 'say "hi"' },
      ],
    ],
    ['"two\r\nlines",2\n\n,3', [{ 0: "two\r\nlines", 1: "2" }, {}, { 1: "3" }]],
    ['5" pipe,2', [{ 0: '5" pipe', 1: "2" }]],
    [
      '\uFEFF"户号","户名"\n1,2',
      [
        { 0: "户号", 1: "户名" },
        { 0: "1", 1: "2" },
      ],
    ],
    ["one", [{ 0: "one" }]],
    ["", []],
  ])("reads %j", (text, rows) => expect(read([text])).toEqual(rows));

  it("takes Excel's first line “sep=;” for what it says", () => {
    const rows: [number, Record<number, string>][] = [];
    const reader = csvReader(limits, ({ row, cells }) => rows.push([row, Object.fromEntries(cells)]));
    reader.push("sep=;\r\n户号;户名\r\n1;甲, 乙\r\n");
    reader.end();
    expect(rows).toEqual([
      [2, { 0: "户号", 1: "户名" }],
      [3, { 0: "1", 1: "甲, 乙" }],
    ]);
  });

  it("reads what another reader reads, and the same wherever it is cut", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", " ", ",", '"', "\n", "\r", "档", "𠮷"), maxLength: 8 });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(400), { maxLength: 8 }),
        (rows, cuts) => {
          const text = `h,h\r\n${rows.map((cells) => cells.map(quoted).join(",")).join("\r\n")}`;
          const at = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
          const ours = read(at.slice(1).map((end, i) => text.slice(at[i], end)));
          const theirs = parseCsv(text, { typeInference: false, delimiter: "," }).map((cells) =>
            Object.fromEntries(
              cells.map((one) => String(one ?? "").trim()).flatMap((one, i) => (one ? [[i, one]] : [])),
            ),
          );
          expect(ours).toEqual(theirs);
        },
      ),
    );
  });

  it("says which row is too wide, and when there are too many cells", () => {
    expect(() => read([`a,b\n${",".repeat(200)}`])).toThrow(
      expect.objectContaining({ code: "import-too-wide", params: { row: 2, columnsMax: 100 } }),
    );
    expect(() => read(["a,b\n1,2\n3,4"], { ...limits, cellsMax: 5 })).toThrow(
      expect.objectContaining({ code: "import-too-many-cells" }),
    );
  });
});

describe("a CSV file", () => {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-csv-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "some.csv");
  type Rows = [row: number, cells: Record<number, string>][];

  async function readFrom(
    from: CsvPlace | null,
    pieceBytes = 7,
  ): Promise<{ rows: Rows; places: [number, CsvPlace][] }> {
    const rows: Rows = [];
    const places: [number, CsvPlace][] = [];
    for await (const piece of readCsv(path, tableLimits, from, pieceBytes)) {
      for (const { row, cells } of piece.rows) rows.push([row, Object.fromEntries(cells)]);
      if (piece.place) places.push([rows.length, piece.place]);
    }
    return { rows, places };
  }

  it("is gone on with at every place that it names, whatever stands in it", async () => {
    const text = fc.string({
      unit: fc.constantFrom("a", ",", ";", '"', "\n", "\r", "档", "㐂", "𠮷", "\uFEFF", " "),
      maxLength: 60,
    });
    // Includes bytes that no encoding has, in the middle of characters.
    const junk = fc.array(fc.constantFrom(0x81, 0x30, 0xfe, 0x0a, 0x0d, 0x2c, 0x61, 0x80), { maxLength: 40 });
    const bytes = fc.oneof(
      text.map((one) => Buffer.from(one)),
      text.map((one) => iconv.encode(one, "gb18030")),
      junk.map((one) => Buffer.from(one)),
    );
    let placesSeen = 0;
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 9 }), async (one, pieceBytes) => {
        writeFileSync(path, Buffer.concat([Buffer.from("h,h\r\n"), one]));
        const { rows, places } = await readFrom(null, pieceBytes);
        for (const [before, place] of places) {
          expect((await readFrom(place, pieceBytes)).rows).toEqual(rows.slice(before));
          placesSeen++;
        }
      }),
      { numRuns: 120 },
    );
    expect(placesSeen).toBeGreaterThan(100);
  });

  it.each(["utf-16le", "utf-16be"] as const)(
    "as Excel saves “Unicode text”, %s with its mark, is read",
    async (encoding) => {
      writeFileSync(path, iconv.encode("\uFEFF户号\t户名\r\n1\t𠮷野\r\n", encoding));
      expect((await readFrom(null)).rows).toEqual([
        [1, { 0: "户号", 1: "户名" }],
        [2, { 0: "1", 1: "𠮷野" }],
      ]);
    },
  );

  it("with bytes of zero and no mark is no text", async () => {
    writeFileSync(path, iconv.encode("户号\t户名\r\n1\t甲\r\n", "utf-16le"));
    await expect(readFrom(null)).rejects.toMatchObject({ code: "import-no-mark" });
  });
});
