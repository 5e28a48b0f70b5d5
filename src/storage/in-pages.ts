/**
 * Rows of a long list page by page, each a statement of its own, so that the list blocks neither the database nor this thread.
 * Others write between two pages, so the list is no snapshot; a caller that needs one must look again at what changed.
 */
export async function* inPages<Row, Key>(
  rowsMax: number,
  keyOf: (row: Row) => Key,
  pageAfter: (key: Key | null, rowsMax: number) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  for (let key: Key | null = null; ; ) {
    const rows: Row[] = await pageAfter(key, rowsMax);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < rowsMax) return;
    key = keyOf(last);
  }
}
