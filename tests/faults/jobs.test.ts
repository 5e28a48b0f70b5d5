/** Long and foreign work as it goes wrong: real processes that take too much, die, are left alone; and what the asker is told. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JobLimits, JobProgress } from "../../src/jobs/job-kinds.ts";
import { type JobAsked, type Jobs, type JobsSettings, openJobs } from "../../src/jobs/jobs.ts";
import { bundledScript } from "../support/bundled-script.ts";
import { until } from "../support/gateway-process.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const roomy: JobLimits = { heapMbMax: 256, rssMbMax: 1_000, timeMsMax: 120_000, resultMbMax: 100 };

type Bundled = Awaited<ReturnType<typeof bundledScript>>;
let hostile: Bundled;
let parentProgram: Bundled;
let folder: string;
let opened: Jobs[];

beforeAll(async () => {
  hostile = await bundledScript(join(root, "tests/support/hostile-jobs.ts"));
  parentProgram = await bundledScript(join(root, "tests/support/jobs-parent.ts"));
}, 60_000);
afterAll(() => {
  for (const bundled of [hostile, parentProgram]) bundled?.remove();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "guiwei-jobs-"));
  opened = [];
});
afterEach(async () => {
  for (const jobs of opened) await jobs.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(settings: Partial<JobsSettings> = {}): Jobs {
  const jobs = openJobs({ folder: join(folder, "jobs"), entry: relative(root, hostile.path), ...settings });
  opened.push(jobs);
  return jobs;
}

type Extra = Partial<Omit<JobAsked<"read-table">, "kind" | "asked" | "limits">> & { limits?: Partial<JobLimits> };

/** The jobs of hostile-jobs.ts are of no kind that the gateway knows. */
function run(jobs: Jobs, kind: string, asked: object = {}, { limits, ...extra }: Extra = {}): Promise<unknown> {
  return jobs.run({
    ...{ kind: kind as "read-table", asked: asked as never, source: "person:1", limits: { ...roomy, ...limits } },
    ...extra,
  });
}

const pidFile = (name = "pid") => join(folder, name);
const pidIn = (file: string) =>
  until("the job has begun", () => existsSync(file) && Number(readFileSync(file, "utf8")));
const isGone = (pid: number) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe("a job", { timeout: 180_000 }, () => {
  it("answers, tells how far it is, and its process is gone", async () => {
    const jobs = open();
    const asked = { pidFile: pidFile(), text: "档案" };
    expect(await run(jobs, "echo", asked)).toEqual(asked);
    const pid = Number(readFileSync(pidFile(), "utf8"));
    expect(isGone(pid)).toBe(true);
    expect(jobs.counts()).toEqual({ running: 0, waiting: 0 });
  });

  it.each([
    ["fill-heap", { heapMbMax: 64 }, "job-out-of-memory"],
    ["fill-buffers", { rssMbMax: 400 }, "job-out-of-memory"],
    ["spin", { timeMsMax: 4_000 }, "job-too-slow"],
    ["write-much", { resultMbMax: 3 }, "job-too-large"],
    ["die", {}, "job-died"],
  ] as const)("that does %s ends with a reason and leaves nothing", async (kind, limits, code) => {
    const jobs = open();
    const file = join(folder, "result");
    const asked = { pidFile: pidFile(), file };
    await expect(run(jobs, kind, asked, { limits, files: [file] })).rejects.toMatchObject({ code });
    expect(isGone(Number(readFileSync(pidFile(), "utf8")))).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith("result"))).toEqual([]);
    // The next one is served as ever.
    expect(await run(jobs, "echo", { a: 1 })).toEqual({ a: 1 });
  });

  it("hands back refusals and errors of others as they are", async () => {
    const jobs = open();
    await expect(run(jobs, "refuse")).rejects.toMatchObject({ code: "import-too-long", params: { rowsMax: 7 } });
    await expect(run(jobs, "throw")).rejects.toMatchObject({ name: "Error", code: "ENOSPC", message: "no room" });
    await expect(run(jobs, "unheard-of")).rejects.toThrow("no such job");
  });

  it("cannot flood its gateway: too long an answer is none", async () => {
    await expect(run(open(), "shout")).rejects.toMatchObject({ code: "job-died" });
  });

  it("is stopped in order when it listens, and killed when it is held", async () => {
    const jobs = open();
    const stop = new AbortController();
    const told: JobProgress[] = [];
    const orderly = run(jobs, "wait", {}, { signal: stop.signal, onProgress: (progress) => told.push(progress) });
    await until("it tells how far it is", () => told.length > 2);
    stop.abort();
    expect(await orderly).toBe("ended in order");
    expect(told.every(({ done, total }, i) => total === 1_000 && done > (told[i - 1]?.done ?? 0))).toBe(true);

    const held = new AbortController();
    const killed = run(jobs, "spin", { pidFile: pidFile() }, { signal: held.signal });
    const pid = await pidIn(pidFile());
    held.abort();
    await expect(killed).rejects.toMatchObject({ code: "job-stopped" });
    expect(isGone(pid)).toBe(true);
  });

  it("is last in line for the processor, with all its threads", async () => {
    const jobs = open();
    const stop = new AbortController();
    const waiting = run(jobs, "wait-deaf", { pidFile: pidFile() }, { signal: stop.signal });
    const pid = await pidIn(pidFile());
    if (process.platform === "linux") {
      const tasks = readdirSync(`/proc/${pid}/task`);
      // Field 19 of stat, the 17th behind the name in brackets.
      const nices = tasks.map((task) =>
        Number(readFileSync(`/proc/${pid}/task/${task}/stat`, "utf8").split(") ").at(-1)?.split(" ")[16]),
      );
      expect(tasks.length).toBeGreaterThan(4);
      expect(Math.min(...nices)).toBeGreaterThanOrEqual(10);
    }
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: "job-stopped" });
  });
});

describe("many jobs", { timeout: 180_000 }, () => {
  it("wait for each other, nobody's keep all others waiting, and too many are refused", async () => {
    const jobs = open({ runningMax: 1, waitingMax: 3, perSourceMax: 3 });
    const stop = new AbortController();
    const order: string[] = [];
    const echo = (name: string, source: string) => run(jobs, "echo", {}, { source }).then(() => order.push(name));
    let isUp = false;
    const onProgress = () => {
      isUp = true;
    };
    const first = run(jobs, "wait", {}, { source: "a", signal: stop.signal, onProgress });
    const others = [echo("a2", "a"), echo("a3", "a")];
    await expect(echo("a4", "a")).rejects.toMatchObject({ code: "jobs-full-own", params: { perSourceMax: 3 } });
    others.push(echo("b1", "b"));
    expect(jobs.counts()).toEqual({ running: 1, waiting: 3 });
    await expect(echo("c1", "c")).rejects.toMatchObject({ code: "jobs-full", params: { waiting: 3, running: 1 } });
    await until("the first has begun", () => isUp);
    stop.abort();
    await first;
    await Promise.all(others);
    expect(order.sort()).toEqual(["a2", "a3", "b1"]);
  });

  it("give up their place in the queue when they are stopped", async () => {
    const jobs = open({ runningMax: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const running = run(jobs, "wait", {}, { signal: first.signal });
    const waiting = run(jobs, "echo", {}, { signal: second.signal });
    second.abort();
    await expect(waiting).rejects.toMatchObject({ code: "job-stopped" });
    expect(jobs.counts()).toEqual({ running: 1, waiting: 0 });
    first.abort();
    // In order, or before it had begun.
    await running.catch(() => {});
    expect(jobs.counts()).toEqual({ running: 0, waiting: 0 });
  });

  it("wait only for so long, but the gateway's own for as long as it takes, whatever others have", async () => {
    const jobs = open({ runningMax: 1, waitingMax: 1, perSourceMax: 1, waitMsMax: 300 });
    const stop = new AbortController();
    const running = run(jobs, "wait", {}, { source: "a", signal: stop.signal });
    const context = { source: "imports", isOwn: true };
    const own = [run(jobs, "echo", { n: 1 }, context), run(jobs, "echo", { n: 2 }, context)];
    expect(jobs.counts()).toEqual({ running: 1, waiting: 2 });
    await expect(run(jobs, "echo", {}, { source: "b" })).rejects.toMatchObject({ code: "jobs-full" });
    stop.abort();
    await running.catch(() => {});
    expect(await Promise.all(own)).toEqual([{ n: 1 }, { n: 2 }]);

    const again = new AbortController();
    const held = run(jobs, "wait-deaf", {}, { source: "a", signal: again.signal });
    await expect(run(jobs, "echo", {}, { source: "b" })).rejects.toMatchObject({ code: "job-waited" });
    again.abort();
    await expect(held).rejects.toMatchObject({ code: "job-stopped" });
    expect(jobs.figures().ended).toContainEqual({ kind: "echo", outcome: "job-waited", count: 1 });
  });

  it("keep no more on the disk than their folder may hold, and nothing for longer than it is read", async () => {
    const jobs = open({ folderBytesMax: 10_000, keptMsMax: 200 });
    const first = jobs.folder();
    writeFileSync(join(first.path, "made"), "x".repeat(20_000));
    expect(() => jobs.folder()).toThrow(expect.objectContaining({ code: "jobs-folder-full" }));
    expect(jobs.figures().folderBytes).toBe(20_000);
    // Nobody took it away.
    await until("it is swept", () => !existsSync(first.path));
    const second = jobs.folder();
    await second.remove();
    expect(readdirSync(join(folder, "jobs"))).toEqual([]);
  });

  it("end when the gateway closes, and what a crash left is gone at the next start", async () => {
    const jobs = open();
    const { path } = jobs.folder();
    writeFileSync(join(path, "half"), "done");
    const held = run(jobs, "wait-deaf", { pidFile: pidFile() });
    held.catch(() => {});
    const pid = await pidIn(pidFile());
    await jobs.close();
    expect(isGone(pid)).toBe(true);
    await expect(held).rejects.toMatchObject({ code: "job-stopped" });
    await expect(run(jobs, "echo")).rejects.toMatchObject({ code: "job-stopped" });
    open();
    expect(existsSync(path)).toBe(false);
  });

  it("end when the gateway is killed, also those that arithmetic holds", async () => {
    const pidFiles = [pidFile("held"), pidFile("waiting")];
    const words = [parentProgram.path, join(folder, "jobs"), relative(root, hostile.path), ...pidFiles];
    const parent = spawn(process.execPath, words, { stdio: "inherit" });
    const pids = await Promise.all(pidFiles.map(pidIn));
    expect(pids.map(isGone)).toEqual([false, false]);
    parent.kill("SIGKILL");
    await until("they are gone", () => pids.every(isGone));
  });
});
