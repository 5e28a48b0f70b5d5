/** Workbooks by their parts, as no program writes them: for what a reader must bear. */
import { zipWriter } from "../../src/workbooks/zip-writer.ts";

export type Text = string | Iterable<string>;

export interface Parts {
  /** Inside sheetData. */
  rows: Text;
  /** Inside sst. */
  texts?: Text;
  /** Inside styleSheet. */
  styles?: string;
  /** In place of any part. */
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
