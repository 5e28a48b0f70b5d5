/** Every hostile file of tests/security, uploaded as a browser does. Written before anything is measured: packing takes the machine. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hostileWorkbooks, megabyte } from "../support/hostile-workbooks.ts";
import { writeOdd } from "../support/odd-workbooks.ts";
import { checkedImport, type LoadRow } from "./hold-load.ts";

export async function fileRows(folder: string): Promise<LoadRow[]> {
  const files: [what: string, filename: string, bytes: Uint8Array][] = [
    ["a CSV row of too many columns", "wide.csv", Buffer.from(`户号,户名\n1,甲\n${",".repeat(30 * megabyte)}`)],
    ["a CSV quote that never ends", "quote.csv", Buffer.from(`户号,户名\n1,甲\n2,"${"乙\n".repeat(5 * megabyte)}`)],
  ];
  for (const [what, parts] of hostileWorkbooks)
    files.push([what, "hostile.xlsx", readFileSync(await writeOdd(join(folder, "hostile.xlsx"), parts()))]);
  return files.map(([what, filename, bytes]) => ({
    name: `file: ${what}`,
    async run(load) {
      const { state, rowsTotal, summary } = await checkedImport(load, filename, bytes);
      const faults = (summary.faults ?? []) as { code: string }[];
      return state === "checked" ? `${rowsTotal} rows` : `${state}: ${faults[0]?.code}`;
    },
  }));
}
