/** Workbooks that are small as a file and huge or endless inside, each with the error of a reader that withstands them. */
import { inline, type Parts, repeated } from "./odd-workbooks.ts";

export const megabyte = 1024 * 1024;
const header = `<row r="1">${inline("A1", "户号")}${inline("B1", "户名")}</row>`;
const good = `<row r="2">${inline("A2", "3200000001")}${inline("B2", "张三")}</row>`;
/** Pieces of a megabyte each. */
const many = (mb: number, text: string) => repeated(mb, () => text.repeat(megabyte / text.length));

function* joined(...texts: (string | Iterable<string>)[]): Generator<string> {
  for (const text of texts) {
    if (typeof text === "string") yield text;
    else yield* text;
  }
}

const sparse = () => repeated(20_000, (i) => `<row r="${i + 3}">${inline(`XFD${i + 3}`, "x")}</row>`);
/** Each is a file under 3 MB. */
export const hostileWorkbooks: [
  what: string,
  parts: () => Parts,
  end: { code: string; part?: string } | { rows: number },
][] = [
  ["one cell in the last column of 20 000 rows", () => ({ rows: joined(header, good, sparse()) }), { rows: 20_001 }],
  [
    "a sheet that says it is 16 384 columns by 1 048 576 rows, with a cell in its last corner",
    () => ({
      rows: "",
      parts: {
        "xl/worksheets/sheet1.xml": joined(
          '<worksheet><dimension ref="A1:XFD1048576"/><cols><col min="1" max="16384" width="9"/></cols><sheetData>',
          header,
          good,
          `<row r="1048576" spans="1:16384">${inline("XFD1048576", "x")}</row></sheetData></worksheet>`,
        ),
      },
    }),
    { rows: 2 },
  ],
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
  [
    "elements inside each other, two million deep",
    () => ({ rows: joined(header, good, many(6, "<a>")), parts: {} }),
    { rows: 1 },
  ],
  [
    "tags of 200 kB, with an attribute that begins again and again",
    () => ({
      rows: joined(
        header,
        good,
        repeated(200, () => `<row ${"r r r r r ".repeat(20_000)}/>`),
      ),
    }),
    { rows: 1 },
  ],
  [
    "formats of numbers that are long and never close",
    () => ({
      rows: joined(header, good),
      parts: {
        "xl/styles.xml": joined(
          "<styleSheet><numFmts>",
          repeated(60, (i) => `<numFmt numFmtId="${i + 200}" formatCode="${"[\\".repeat(100_000)}"/>`),
          "</numFmts></styleSheet>",
        ),
      },
    }),
    { rows: 1 },
  ],
];
