/** Each list of kinds is a table: a row has the kind's words, and the order of the rows is the order in which people see them. */
export interface Said {
  zh: string;
  en: string;
}

/** The kinds of a table, in the table's order. */
export const kindsOf = <Kind extends string>(table: Readonly<Record<Kind, unknown>>) =>
  Object.keys(table) as [Kind, ...Kind[]];

/** The words of a table in one language. */
export function wordsOf<Kind extends string>(
  table: Readonly<Record<Kind, Said>>,
  language: keyof Said,
): Record<Kind, string> {
  return Object.fromEntries(kindsOf(table).map((kind) => [kind, table[kind][language]])) as Record<Kind, string>;
}
