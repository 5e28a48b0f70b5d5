/** Workbooks built from their parts, as no program writes them, to test what a reader must tolerate. */
import { zipWriter } from "../../src/workbooks/zip-writer.ts";

export type Text = string | Iterable<string>;

export interface Parts {
  /** XML inside sheetData. */
  rows: Text;
  /** XML inside sst. */
  texts?: Text;
  /** XML inside styleSheet. */
  styles?: string;
  /** Replaces any part. */
  parts?: Record<string, Text>;
}

const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packages = "http://schemas.openxmlformats.org/package/2006/relationships";

function* around(before: string, text: Text, after: string): Generator<string> {
  yield before;
  if (typeof text === "string") yield text;
  else yield* text;
  yield after;
}

export async function writeOdd(path: string, { rows, texts, styles, parts = {} }: Parts): Promise<string> {
  const relation = (type: string, target: string, i: number) =>
    `<Relationship Id="rId${i}" Type="${office}/${type}" Target="${target}"/>`;
  const all: Record<string, Text> = {
    "_rels/.rels": `<Relationships xmlns="${packages}">${relation("officeDocument", "xl/workbook.xml", 1)}</Relationships>`,
    "xl/workbook.xml": `<workbook ${main} xmlns:r="${office}"><sheets><sheet name="a" sheetId="7" r:id="rId1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${packages}">${relation("worksheet", "worksheets/sheet1.xml", 1)}${relation("sharedStrings", "/xl/sharedStrings.xml", 2)}${relation("styles", "styles.xml", 3)}</Relationships>`,
    "xl/worksheets/sheet1.xml": around(`<worksheet ${main}><sheetData>`, rows, "</sheetData></worksheet>"),
    ...(texts === undefined ? {} : { "xl/sharedStrings.xml": around(`<sst ${main}>`, texts, "</sst>") }),
    ...(styles === undefined ? {} : { "xl/styles.xml": `<styleSheet ${main}>${styles}</styleSheet>` }),
    ...parts,
  };
  const zip = await zipWriter(path);
  for (const [name, text] of Object.entries(all)) await zip.add(name, typeof text === "string" ? [text] : text);
  await zip.end();
  return path;
}

export const inline = (reference: string, text: string) =>
  `<c r="${reference}" t="inlineStr"><is><t>${text}</t></is></c>`;

export function* repeated(times: number, text: (i: number) => string): Generator<string> {
  for (let i = 0; i < times; i++) yield text(i);
}

const endBytes = 22;
const directoryBytes = 46;

/** Entries of a directory: where each begins, and how long its name is. */
function entriesOf(zip: Buffer): { from: number; end: number; names: [at: number, bytes: number][] } {
  const end = zip.length - endBytes;
  const from = zip.readUInt32LE(end + 16);
  const names: [number, number][] = [];
  for (let at = from; at < end; ) {
    const bytes = zip.readUInt16LE(at + 28);
    names.push([at + directoryBytes, bytes]);
    at += directoryBytes + bytes + zip.readUInt16LE(at + 30);
  }
  return { from, end, names };
}

/** As written by a packer that does not know sizes beforehand: all of them in the 64-bit fields (APPNOTE.TXT 4.5.3, 4.3.14). */
export function asZip64(zip: Buffer): Buffer {
  const { from, end, names } = entriesOf(zip);
  const directory = Buffer.concat(
    names.map(([at, bytes]) => {
      const entry = Buffer.from(zip.subarray(at - directoryBytes, at + bytes));
      const extra = Buffer.alloc(28);
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      for (const [i, where] of [24, 20, 42].entries()) {
        extra.writeBigUInt64LE(BigInt(entry.readUInt32LE(where)), 4 + 8 * i);
        entry.writeUInt32LE(0xffffffff, where);
      }
      entry.writeUInt16LE(extra.length, 30);
      return Buffer.concat([entry, extra]);
    }),
  );
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(directory.length), 40);
  record.writeBigUInt64LE(BigInt(from), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(from + directory.length), 8);
  locator.writeUInt32LE(1, 16);
  const last = Buffer.from(zip.subarray(end));
  last.fill(0xff, 8, 20);
  return Buffer.concat([zip.subarray(0, from), directory, record, locator, last]);
}

/** The same file with other characters in the names of its directory. */
export function withNames(zip: Buffer, from: string, to: string): Buffer {
  const changed = Buffer.from(zip);
  for (const [at, bytes] of entriesOf(zip).names)
    changed.write(changed.toString("utf8", at, at + bytes).replaceAll(from, to), at, bytes, "utf8");
  return changed;
}
