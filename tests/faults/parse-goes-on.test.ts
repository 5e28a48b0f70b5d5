/** The reading of a foreign file is killed in the middle: it goes on where it was, and every row is there once. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ImportFiles, importFiles } from "../../src/catalogue/import/import-files.ts";
import { type Jobs, openJobs } from "../../src/jobs/jobs.ts";
import { jobProcesses } from "../support/job-processes.ts";
import { repeated, writeOdd } from "../support/odd-workbooks.ts";

const rowsMax = 2_000_000;
const csvRows = 400_000;
const sheetRows = 120_000;
const needsLinux = process.platform !== "linux";

describe.skipIf(needsLinux)("reading a foreign file (finds its process in /proc: Linux)", { timeout: 600_000 }, () => {
  let folder: string;
  let jobs: Jobs;
  let files: ImportFiles;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "guiwei-parse-"));
    jobs = openJobs({ folder: join(folder, "jobs") });
    files = importFiles({ folder: join(folder, "imports"), jobs: jobs, rowsMax: rowsMax, slots: () => [] });
    await mkdir(join(folder, "imports"));
  });
  afterEach(async () => {
    await jobs.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const path = (name: string) => join(folder, "imports", name);
  const csv = () => {
    const rows = [...repeated(csvRows, (i) => `K-${i},88${i},"用电客户, ${i}\n号"\r\n`)];
    writeFileSync(path("a.upload"), `档案号,户号,户名\r\n${rows.join("")}`);
  };
  const workbook = async () => {
    const cell = (column: string, row: number, text: string) =>
      `<c r="${column}${row}" t="inlineStr"><is><t>${text}</t></is></c>`;
    const rows = repeated(
      sheetRows,
      (i) => `<row r="${i + 2}">${cell("A", i + 2, `K-${i}`)}${cell("B", i + 2, `88${i}`)}</row>`,
    );
    function* all() {
      yield `<row r="1">${cell("A", 1, "档案号")}${cell("B", 1, "户号")}</row>`;
      yield* rows;
    }
    await writeOdd(path("a.upload"), { rows: all() });
  };

  /** Rows told at each death and first afterwards. */
  async function readKilledAt(shares: readonly number[]): Promise<{ atDeath: number; after: number }[]> {
    const deaths: { atDeath: number; after: number }[] = [];
    const wanted = [...shares];
    let isDead = false;
    await files.read("a", {
      onProgress({ done, share = 0 }) {
        if (isDead) {
          deaths.at(-1)!.after = done;
          isDead = false;
        }
        if (wanted[0] === undefined || share < wanted[0]) return;
        wanted.shift();
        deaths.push({ atDeath: done, after: -1 });
        isDead = true;
        for (const pid of jobProcesses(process.pid)) process.kill(pid, "SIGKILL");
      },
    });
    return deaths;
  }

  it.each([
    ["CSV", csv, csvRows],
    ["a workbook", workbook, sheetRows],
  ] as const)(
    "%s: killed twice, it goes on, and its rows are those of a reading that nobody killed",
    async (_, write, count) => {
      await write();
      writeFileSync(path("b.upload"), readFileSync(path("a.upload")));
      await files.read("b");
      const deaths = await readKilledAt([0.3, 0.6]);
      expect(deaths).toHaveLength(2);
      for (const { atDeath, after } of deaths) {
        expect(atDeath).toBeGreaterThan(count / 5);
        expect(after).toBeGreaterThan(atDeath / 2);
      }
      const rows = readFileSync(path("a.rows"));
      expect(rows.equals(readFileSync(path("b.rows")))).toBe(true);
      expect(rows.toString().split("\n")).toHaveLength(count + 1);
      // What rows say of each other lies beside them; nothing of the readings that were cut short does.
      expect(readFileSync(path("a.against")).equals(readFileSync(path("b.against")))).toBe(true);
      const whole = ["against", "rows", "upload"];
      const expected = ["a", "b"].flatMap((id) => whole.map((kind) => `${id}.${kind}`));
      expect(readdirSync(join(folder, "imports")).sort()).toEqual(expected);
    },
  );

  it("begins anew where what lies there is not what it was, and gives up a process that always dies", async () => {
    csv();
    const stop = new AbortController();
    const stopped = files.read("a", {
      signal: stop.signal,
      onProgress: ({ share = 0 }) => share > 0.5 && stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: "job-stopped" });
    expect(existsSync(path("a.rows.place"))).toBe(true);
    const good = readFileSync(path("a.rows.partial"));
    const damaged = Buffer.from(good);
    damaged[1_000] = (damaged[1_000] as number) ^ 1;
    writeFileSync(path("a.rows.partial"), damaged);
    await files.read("a", {});
    // A reading that went on from there would have kept the damaged byte.
    const rows = readFileSync(path("a.rows"));
    expect(rows.subarray(0, good.length).equals(good)).toBe(true);
    expect(rows.toString("utf8").split("\n")).toHaveLength(csvRows + 1);

    await files.forgetRows("a");
    let deaths = 0;
    const always = files.read("a", {
      onProgress() {
        for (const pid of jobProcesses(process.pid)) {
          process.kill(pid, "SIGKILL");
          deaths++;
        }
      },
    });
    await expect(always).rejects.toMatchObject({ code: "job-died" });
    expect(deaths).toBeGreaterThanOrEqual(4);
    // What people sent is never lost by it.
    expect(existsSync(path("a.upload"))).toBe(true);
  });
});
