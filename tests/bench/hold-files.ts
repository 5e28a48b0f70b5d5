/** Every hostile file of tests/security, uploaded as a browser does. Written before anything is measured: packing takes the machine. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hostileWorkbooks, megabyte } from "../support/hostile-workbooks.ts";
import { writeOdd } from "../support/odd-workbooks.ts";
import type { LoadRow } from "./hold-gateway.ts";
import { checkedImport } from "./hold-load.ts";

type Ending = { code: string } | { rows: number };

const wide = () => Buffer.from(`户号,户名\n1,甲\n${",".repeat(30 * megabyte)}`);
const quote = () => Buffer.from(`户号,户名\n1,甲\n2,"${"乙\n".repeat(5 * megabyte)}`);

export async function fileRows(folder: string): Promise<LoadRow[]> {
  const rows = [
    fileRow("a CSV row of too many columns", "wide.csv", wide(), { code: "import-too-wide" }),
    fileRow("a CSV quote that never ends", "quote.csv", quote(), { rows: 2 }),
  ];
  for (const [what, parts, end] of hostileWorkbooks) {
    const file = await writeOdd(join(folder, "hostile.xlsx"), parts());
    rows.push(fileRow(what, "hostile.xlsx", readFileSync(file), end));
  }
  return rows;
}

/** A file that ends otherwise than it is to was not read as far: then it was no load. */
function fileRow(what: string, filename: string, bytes: Uint8Array, end: Ending): LoadRow {
  return {
    name: `file: ${what}`,
    async run(load) {
      const { state, rowsTotal, summary } = await checkedImport(load, filename, bytes);
      const [fault] = (summary.firstFaults ?? []) as { code: string }[];
      const isAsWanted = "rows" in end ? state === "checked" && rowsTotal === end.rows : fault?.code === end.code;
      const ended = state === "checked" ? `${rowsTotal} rows` : `${state}, ${fault?.code}`;
      if (!isAsWanted) throw new Error(`${ended}, not ${JSON.stringify(end)}`);
      return ended;
    },
  };
}
