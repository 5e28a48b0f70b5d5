import { pinyin } from "pinyin-pro";

/** Fields of a record that the one search box looks through. */
export interface SearchedFields {
  recordNo: string;
  customerNo: string;
  name: string;
  legalEntityCode: string | null;
}

/** A row of an index over it holds 2 704 bytes; the fields of any real register together stay below this. */
const searchTextCharsMax = 800;

/**
 * What is indexed for a record, a line a field, lower case: numbers, name, the name's pinyin initials, legal entity code.
 * Lines keep a query from matching across two fields.
 */
export function searchTextOf(fields: SearchedFields): string {
  const lines = [
    fields.customerNo,
    fields.recordNo,
    fields.name,
    pinyinInitials(fields.name),
    fields.legalEntityCode ?? "",
  ];
  return [...new Set(lines.map(normaliseQuery).filter((line) => line !== ""))].join("\n").slice(0, searchTextCharsMax);
}

/** "张三丰" → "zsf"; Latin letters and digits stay. */
export function pinyinInitials(name: string): string {
  return pinyin(name, { pattern: "first", toneType: "none", type: "array", nonZh: "consecutive" })
    .join("")
    .replace(/\s+/g, "");
}

/** Full-width forms folded, spaces taken out, lower case: what people type and what is stored meet here. */
export function normaliseQuery(text: string): string {
  return text.normalize("NFKC").replace(/\s+/g, "").toLowerCase();
}

/** Up to here every pair of neighbours narrows a search down; of a longer text every second one does, and reads half of the index. */
const everyPairCharsMax = 4;

/** In every second name of a firm: to read where they stand takes ten times as long as what they rule out. */
const pairsOfMostFirms = new Set(["有限", "限公", "公司", "限责", "责任", "任公", "股份", "份有", "集团"]);

/**
 * Pairs of neighbours of a query as a tsquery that public.guiwei_bigrams answers: it narrows down, what it finds is compared
 * with the query after it. One character asks for all its pairs.
 */
export function bigramQuery(query: string): string {
  const characters = [...query];
  const quoted = (text: string) => `'${text.replace(/\\/g, "\\\\").replace(/'/g, "''")}'`;
  if (characters.length === 1) return `${quoted(query)}:*`;
  const last = characters.length - 2;
  const pairs = characters.slice(1).map((second, i) => `${characters[i]}${second}`);
  const asked = characters.length <= everyPairCharsMax ? pairs : pairs.filter((_, i) => i % 2 === 0 || i === last);
  const telling = asked.filter((pair) => !pairsOfMostFirms.has(pair));
  return [...new Set(telling.length > 0 ? telling : asked)].map(quoted).join(" & ");
}
