import { pinyin } from "pinyin-pro";

/** Fields of a record that the search box searches. */
export interface SearchedFields {
  recordNo: string;
  customerNo: string;
  name: string;
  legalEntityCode: string | null;
}

/** An index row has at most 2 704 bytes; the fields of any real register together stay below this. */
const searchTextCharsMax = 800;

/**
 * The indexed text of a record, one line for each field, lower case: numbers, name, the name's pinyin initials, legal entity
 * code.
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

/** Folds full-width forms, removes spaces, makes lower case; applied to queries and to stored text alike. */
export function normaliseQuery(text: string): string {
  return text.normalize("NFKC").replace(/\s+/g, "").toLowerCase();
}

/**
 * Up to this length every pair of neighbouring characters is used; of a longer text every second one, which reads half as much.
 */
const everyPairCharsMax = 4;

/**
 * Pairs in every second name of a firm: reading their entries takes ten times as long as checking the records they would exclude.
 */
const pairsOfMostFirms = new Set(["有限", "限公", "公司", "限责", "责任", "任公", "股份", "份有", "集团"]);

/**
 * A query's pairs of neighbouring characters, as a tsquery for public.guiwei_bigrams. It only narrows the search down: its
 * matches are compared with the query afterwards. For a single character all pairs that begin with it are asked for.
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
