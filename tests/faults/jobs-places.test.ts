/** What must not hold the jobs: a page that does not come, downloads that nobody reads, a system without a descriptor left. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { type Jobs, openJobs } from "../../src/jobs/jobs.ts";
import { makeFile } from "../../src/jobs/make-file.ts";

const folder = mkdtempSync(join(tmpdir(), "guiwei-places-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const make = (jobs: Jobs, source: string, prepare: (at: string, signal: AbortSignal) => Promise<void>) =>
  makeFile(jobs, {
    ...{ kind: "write-workbook", about: "export", source },
    asked: (at, file) => ({ sheets: [{ name: "x", rowsFile: join(at, "rows-0") }], file }),
    prepare: (at, _, signal) => prepare(at, signal),
  });
const rowsInto = async (at: string) =>
  writeFileSync(join(at, "rows-0"), `${JSON.stringify(["x".repeat(30_000)])}\n`.repeat(3));

it("a job is stopped, and the jobs are closed, while the gateway waits for a page that never comes", async () => {
  const jobs = openJobs({ folder: join(folder, "a") });
  let heard: AbortSignal | null = null;
  const begin = () =>
    make(jobs, "person:1", (_, signal) => {
      heard = signal;
      return new Promise<void>(() => {});
    }).then(
      () => "made",
      (error: { code: string }) => error.code,
    );
  const first = begin();
  await expect.poll(() => jobs.seen()[0]?.phase, { timeout: 20_000 }).toBe("preparing");
  jobs.stop(jobs.seen()[0]?.id ?? "");
  expect(await first).toBe("job-stopped");
  expect(heard).toMatchObject({ aborted: true });
  expect(jobs.counts()).toEqual({ running: 0, waiting: 0 });
  const second = begin();
  await expect.poll(() => jobs.seen()[0]?.phase, { timeout: 20_000 }).toBe("preparing");
  await jobs.close();
  expect(await second).toBe("job-stopped");
}, 60_000);

it("preparing has the job's own time limit", async () => {
  const jobs = openJobs({ folder: join(folder, "t") });
  const run = jobs.run({
    ...{ kind: "write-workbook", asked: { sheets: [], file: join(folder, "none") }, source: "person:1" },
    ...{ limits: { timeMsMax: 300 }, prepare: () => new Promise<void>(() => {}) },
  });
  await expect(run).rejects.toMatchObject({ code: "job-too-slow" });
  await jobs.close();
}, 60_000);

it("files that one person does not read make room for everybody else's, the oldest first", async () => {
  const jobs = openJobs({ folder: join(folder, "b"), folderBytesMax: 100 });
  const first = await make(jobs, "person:1", rowsInto);
  const swept = new Promise<void>((resolve) => first.stream.once("close", resolve));
  const other = await make(jobs, "person:2", rowsInto);
  await swept;
  const own = [];
  for (let i = 0; i < 5; i++) own.push(await make(jobs, "person:2", rowsInto));
  expect(other.stream.destroyed).toBe(true);
  expect(own.at(-1)?.stream.destroyed).toBe(false);
  for (const { stream } of own) stream.destroy();
  await jobs.close();
}, 120_000);

it("a person keeps three files that wait, and with a fourth the oldest is gone", async () => {
  const jobs = openJobs({ folder: join(folder, "c") });
  const files = [];
  for (let i = 0; i < 4; i++) files.push(await make(jobs, "person:1", rowsInto));
  expect(files.map(({ stream }) => stream.destroyed)).toEqual([true, false, false, false]);
  for (const { stream } of files) stream.destroy();
  await jobs.close();
}, 120_000);

it("without a descriptor left a job is refused in words, and the gateway stays", () => {
  const script = join(import.meta.dirname, "../support/without-descriptors.ts");
  const words = ["-c", `ulimit -n 256; exec "$0" --import tsx "$1" "$2"`];
  const { stdout } = spawnSync("bash", [...words, process.execPath, script, join(folder, "d")], {
    ...{ encoding: "utf8", timeout: 60_000 },
  });
  expect(stdout).toContain("told job-not-started");
  expect(stdout).toMatch(/broker: spawn .*EMFILE/);
  expect(stdout).toContain("still here");
}, 90_000);
