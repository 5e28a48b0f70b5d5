/** Files that are small and grow, or that are large where nobody looks: each is read or refused in a process of its own, in words. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ErrorCode, sentence } from "../../src/contract/errors.ts";
import { type Jobs, openJobs } from "../../src/jobs/jobs.ts";
import { hostileWorkbooks, megabyte } from "../support/hostile-workbooks.ts";
import { holdDuring } from "../support/loop-hold.ts";
import { writeOdd } from "../support/odd-workbooks.ts";
import { otherForms } from "../support/other-forms.ts";

describe("a hostile file", { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-hostile-"));
  let jobs: Jobs;
  beforeAll(() => {
    jobs = openJobs({ folder: join(folder, "jobs") });
  });
  afterAll(async () => {
    await jobs.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const read = (file: string) => {
    const rowsFile = `${file}.rows`;
    const asked = { file, rowsFile, rowsMax: 2_000_000 };
    return jobs.run({ kind: "read-table", asked, files: [rowsFile], source: "test" });
  };

  it.each(hostileWorkbooks)("%s: read or refused, with the loop free", async (_, parts, end) => {
    const file = await writeOdd(join(folder, "hostile.xlsx"), parts());
    expect(statSync(file).size).toBeLessThan(3 * megabyte);
    const hold = await holdDuring(async () => {
      if ("rows" in end) await expect(read(file)).resolves.toEqual(end);
      else {
        const { part, ...wanted } = end;
        const refused = { ...wanted, ...(part === undefined ? {} : { params: { part, mbMax: expect.any(Number) } }) };
        await expect(read(file)).rejects.toMatchObject(refused);
      }
    });
    // The parse itself takes seconds; what the machine held both loops for is not ours.
    expect(hold.oursMs).toBeLessThan(250 + 3 * hold.idleMs);
  });

  it("a row of CSV with more columns than any table: refused with its number", async () => {
    const file = join(folder, "wide.csv");
    writeFileSync(file, `户号,户名\n1,甲\n${",".repeat(30 * megabyte)}`);
    await expect(read(file)).rejects.toMatchObject({ code: "import-too-wide", params: { row: 3 } });
    expect(sentence("import-too-wide", "zh", { row: 3, columnsMax: 16_384 })).toBe("第 3 行超过 16384 列。");
  });

  it("one line of 60 MB: the cell is cut short, and so is a first line without end", async () => {
    const file = join(folder, "line.csv");
    writeFileSync(file, `户号,户名\n1,${"甲".repeat(20 * megabyte)}`);
    expect(await read(file)).toEqual({ rows: 1 });
    expect(readFileSync(`${file}.rows`).length).toBeLessThan(10_000);
    const first = join(folder, "first.csv");
    writeFileSync(first, "x".repeat(60 * megabyte));
    await expect(read(first)).rejects.toMatchObject({ code: "import-no-header" });
  });

  it.each(otherForms)("%s: named as what it is, in both languages", async (_, filename, bytes, code) => {
    const file = join(folder, filename);
    writeFileSync(file, await bytes());
    await expect(read(file)).rejects.toMatchObject({ code });
    expect(existsSync(`${file}.rows`)).toBe(false);
    for (const language of ["zh", "en"] as const)
      expect(sentence(code as ErrorCode, language)).toMatch(language === "zh" ? /请.*[。]$/ : /(use|save|upload).*\.$/);
  });

  it("a quote that never ends: the rest of the file is one cell, cut short", async () => {
    const file = join(folder, "quote.csv");
    writeFileSync(file, `户号,户名\n1,甲\n2,"${"乙\n".repeat(5 * megabyte)}`);
    expect(await read(file)).toEqual({ rows: 2 });
    expect(readFileSync(`${file}.rows`).length).toBeLessThan(10_000);
  });
});
