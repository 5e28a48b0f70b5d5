import fc from "fast-check";
import { parseCsv } from "hucre";
import { describe, expect, it } from "vitest";
import { csvReader } from "./read-csv.ts";

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
    ["one", [{ 0: "one" }]],
    ["", []],
  ])("reads %j", (text, rows) => expect(read([text])).toEqual(rows));

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
