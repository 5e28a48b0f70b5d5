/** Files that people mistake for a table: other formats under a table's name, made by their public descriptions. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inline, writeOdd } from "./odd-workbooks.ts";

const sectorBytes = 512;
const entryBytes = 128;

/** A compound file ([MS-CFB] 2.2 to 2.6): header, a table of sectors, a directory with streams of these names. */
export function compoundFile(names: readonly string[]): Buffer {
  const header = Buffer.alloc(sectorBytes);
  Buffer.from("d0cf11e0a1b11ae1", "hex").copy(header);
  for (const [at, value] of [
    [24, 0x3e],
    [26, 3],
    [28, 0xfffe],
    [30, 9],
    [32, 6],
  ] as const)
    header.writeUInt16LE(value, at);
  for (const [at, value] of [
    [44, 1],
    [48, 1],
    [56, 4_096],
    [60, -2],
    [68, -2],
    [76, 0],
  ] as const)
    header.writeInt32LE(value, at);
  header.fill(0xff, 80);
  const directory = Buffer.alloc(sectorBytes * Math.ceil(((names.length + 1) * entryBytes) / sectorBytes));
  for (const [i, name] of ["Root Entry", ...names].entries()) {
    const wide = Buffer.from(`${name}\0`, "utf16le");
    wide.copy(directory, i * entryBytes);
    directory.writeUInt16LE(wide.length, i * entryBytes + 64);
    directory[i * entryBytes + 66] = i === 0 ? 5 : 2;
  }
  const table = Buffer.alloc(sectorBytes, 0xff);
  return Buffer.concat([header, table, directory, Buffer.alloc(sectorBytes * 8, 0x5a)]);
}

async function workbook(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-forms-"));
  try {
    const row = (no: number, cells: string[]) =>
      `<row r="${no}">${cells.map((text, i) => inline(`${"AB"[i]}${no}`, text)).join("")}</row>`;
    return readFileSync(
      await writeOdd(join(folder, "a.xlsx"), { rows: row(1, ["户号", "户名"]) + row(2, ["3200000001", "张三"]) }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An encrypted zip as a packer writes it: the flag in the directory (APPNOTE.TXT 4.4.4, bit 0). */
async function lockedZip(): Promise<Buffer> {
  const zip = await workbook();
  const from = zip.readUInt32LE(zip.length - 22 + 16);
  zip.writeUInt16LE(zip.readUInt16LE(from + 8) | 1, from + 8);
  return zip;
}

const text = "户号,户名\r\n3200000001,张三\r\n";
const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();

export const otherForms: readonly [
  what: string,
  filename: string,
  bytes: () => Promise<Buffer> | Buffer,
  code: string,
][] = [
  ["an old workbook under a new name", "a.xlsx", () => compoundFile(["Workbook"]), "import-old-workbook"],
  ["an old workbook", "a.xls", () => compoundFile(["Workbook", "\u0005SummaryInformation"]), "import-old-workbook"],
  [
    "a workbook with a password",
    "a.xlsx",
    // Its directory is two sectors long, and the name is in the second.
    () => compoundFile(["\u0006DataSpaces", "Version", "DataSpaceMap", "EncryptionInfo", "EncryptedPackage"]),
    "import-encrypted",
  ],
  ["a workbook whose zip has a password", "a.xlsx", lockedZip, "import-encrypted"],
  ["UTF-16 without its mark", "a.csv", () => Buffer.from(text, "utf16le"), "import-no-mark"],
  [
    "UTF-16, the other way round, without its mark",
    "a.csv",
    () => swapped(Buffer.from(text, "utf16le")),
    "import-no-mark",
  ],
  ["a workbook that was cut", "a.xlsx", async () => (await workbook()).subarray(0, -40), "import-unreadable"],
  [
    "a picture",
    "a.csv",
    () => Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108", "hex"),
    "import-unreadable",
  ],
  ["nothing", "a.xlsx", () => Buffer.alloc(0), "import-no-header"],
];
