/** A full disk and one that may not be written to, under uploads and under files that are made: a sentence, and nothing half done. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { importFiles } from "../../src/catalogue/import/import-files.ts";
import { type ErrorCode, sentence } from "../../src/contract/errors.ts";
import { type Jobs, openJobs } from "../../src/jobs/jobs.ts";
import { makeWorkbook } from "../../src/workbooks/make-workbook.ts";
import { repeated } from "../support/odd-workbooks.ts";
import { mountDisk, noDisk, remountDisk, unmountDisk } from "../support/small-disk.ts";

const skipped = noDisk ? ` (SKIPPED: ${noDisk})` : "";

describe.skipIf(noDisk !== null)(`the disk under long work${skipped}`, { timeout: 180_000 }, () => {
  let disk: string;
  let jobs: Jobs;
  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), "guiwei-disk-"));
    mountDisk(disk, 4);
    jobs = openJobs({ folder: join(disk, "jobs") });
  });
  afterEach(async () => {
    await jobs.close();
    unmountDisk(disk);
    rmSync(disk, { recursive: true, force: true });
  });

  const sheetOf = (rows: number) => ({
    name: "a",
    rows: repeatedRows(rows),
  });
  function* repeatedRows(rows: number): Generator<string[]> {
    for (const text of repeated(rows, (i) => `${i} ${randomBytes(150).toString("base64")}`)) yield [text];
  }
  const make = (rows: number) => makeWorkbook(jobs, { sheets: [sheetOf(rows)], about: "export", source: "person:1" });
  const isSaid = (code: ErrorCode) => {
    for (const language of ["zh", "en"] as const)
      expect(sentence(code, language, { folder: "/data" })).toMatch(/\/data.*(管理员|administrator)/);
    return { code, params: { folder: expect.stringContaining(disk) } };
  };

  it("full: what the gateway writes first is refused in words and leaves nothing; with room again it is made", async () => {
    await expect(make(60_000)).rejects.toMatchObject(isSaid("job-disk-full"));
    expect(readdirSync(join(disk, "jobs"))).toEqual([]);
    expect(jobs.counts()).toEqual({ running: 0, waiting: 0 });
    const { stream } = await make(100);
    stream.destroy();
  });

  it("full: what the job itself writes is refused in the same words", async () => {
    // Room for the rows, and not for what is made of them.
    writeFileSync(join(disk, "filler"), Buffer.alloc(3 * 1024 * 1024));
    await expect(make(4_000)).rejects.toMatchObject(isSaid("job-disk-full"));
    expect(readdirSync(join(disk, "jobs"))).toEqual([]);
  });

  it("full: an upload is refused whole, and so is the reading of one, whose file stays", async () => {
    const files = importFiles({ folder: join(disk, "imports"), jobs: jobs, rowsMax: 2_000_000, slots: () => [] });
    await expect(files.keep("a", Buffer.alloc(6 * 1024 * 1024, "x"))).rejects.toMatchObject(isSaid("job-disk-full"));
    expect(readdirSync(join(disk, "imports"))).toEqual([]);
    const text = `档案号,户号\n${[...repeated(120_000, (i) => `K-${i},8${i}\n`)].join("")}`;
    await files.keep("b", Buffer.from(text));
    await expect(files.read("b")).rejects.toMatchObject(isSaid("job-disk-full"));
    expect(readdirSync(join(disk, "imports"))).toEqual(["b.upload"]);
  });

  it("not to be written to: said with the folder", async () => {
    await mkdir(join(disk, "imports"));
    remountDisk(disk, "ro");
    await expect(make(10)).rejects.toMatchObject(isSaid("job-folder-closed"));
    const files = importFiles({ folder: join(disk, "imports"), jobs: jobs, rowsMax: 2_000_000, slots: () => [] });
    await expect(files.keep("a", Buffer.from("x"))).rejects.toMatchObject(isSaid("job-folder-closed"));
    remountDisk(disk, "rw");
  });
});
