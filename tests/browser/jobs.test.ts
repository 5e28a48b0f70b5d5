/**
 * Long work in a real browser: what is done with a file and how many rows that were, a stop by press, a refusal in words. What
 * a page says of a file that is being read is looked at while its process is held, so that the file need not be long.
 */
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readXlsx } from "hucre";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ImportView } from "../../src/contract/catalogue.ts";
import type { JobsView } from "../../src/contract/jobs.ts";
import { seriousFaults } from "../support/axe.ts";
import { hasChromium, openChromium } from "../support/chromium.ts";
import { quickEngine } from "../support/database.ts";
import { openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";
import { jobProcesses } from "../support/job-processes.ts";
import { screenshot } from "../support/screenshot.ts";

const isPossible = hasChromium && process.platform === "linux";

describe.skipIf(!isPossible)("long work in a browser (needs Chromium, and /proc to hold a process)", () => {
  let gateway: TestGateway;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([openGatewayProcess(quickEngine()), openChromium()]);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
    page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on("pageerror", (error) => faults.push(String(error)));
    await page.goto(gateway.url);
    await page.locator("#login").fill("admin");
    await page.locator("#password").fill("only for tests 1");
    await at("sign-in-submit").click();
    await at("search-box").waitFor();
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await gateway?.dispose();
    expect(faults).toEqual([]);
  }, 60_000);

  const at = (id: string) => page.getByTestId(id);
  const eventually = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 90_000 });
  const textOf = (id: string) => at(id).textContent();
  const shot = (name: string) => screenshot(page, name);
  const pids = () => jobProcesses(null, gateway.store.dataDir);
  /** Held, so that what the page says of it can be looked at; a stop from the gateway still ends it. */
  const hold = (besides: readonly number[] = []) =>
    until("a job's process is there, and held", () => {
      const pid = pids().find((one) => !besides.includes(one));
      if (pid !== undefined) process.kill(pid, "SIGSTOP");
      return pid;
    });
  const goOn = (pid: number) => {
    try {
      process.kill(pid, "SIGCONT");
    } catch {
      // Ended meanwhile.
    }
  };
  const open = async (path: string) => {
    await page.goto(gateway.url + path);
    await page.locator('[data-testid="live"][data-state="live"]').waitFor();
  };

  /** Long enough to be caught while it is read. */
  const longRows = 250_000;
  const csv = (rows: number) =>
    ["档案号,户号,户名", ...Array.from({ length: rows }, (_, i) => `Z-${i},99${i},用电客户${i}号`)].join("\n");
  /** From a file, as people do it: through the browser's own line its bytes would take longer than all that is tested. */
  const uploadAs = async (name: string, rows: number) => {
    await open("/catalogue");
    const path = join(gateway.store.dataDir, name);
    writeFileSync(path, csv(rows));
    await page.locator('input[type="file"]').setInputFiles(path);
    await at("import-progress").waitFor();
    return page.url().split("/").at(-1);
  };
  const importNow = (id?: string) => gateway.call<ImportView>("GET", `/api/v1/imports/${id}`);
  async function holdReading(id?: string): Promise<number> {
    await until("rows of it are read", async () => ((await importNow(id)).progress?.rows ?? 0) > 0);
    const pid = await hold();
    await eventually(() => textOf("import-progress")).toMatch(/^正在读取文件：已读 [1-9][\d,]+ 行$/);
    return pid;
  }

  it("a file that is being read: rows as they are read, in both languages; stopped, nothing was written, and it says so", async () => {
    const id = await uploadAs("很多.csv", longRows);
    const pid = await holdReading(id);
    expect(await seriousFaults(page)).toEqual([]);
    await shot("import-reading-zh");
    await at("language").click();
    await eventually(() => textOf("import-progress")).toMatch(/^Reading the file: [1-9][\d,]+ rows read$/);
    await shot("import-reading-en");
    await at("language").click();
    await at("import-cancel").click();
    await eventually(() => textOf("import-ended")).toBe("没有写入任何数据，上传的文件已删除。");
    await shot("import-stopped");
    await until("its process is gone", () => !pids().includes(pid));
    await eventually(() => importNow(id)).toMatchObject({
      ...{ state: "cancelled", rowsDone: 0, progress: null },
    });
  }, 300_000);

  it("a file that is read is paused by press, says that nothing is written, and goes on by press", async () => {
    const id = await uploadAs("停一停.csv", longRows);
    const pid = await holdReading(id);
    await at("import-pause").click();
    goOn(pid);
    await eventually(() => textOf("import-paused")).toBe("检查已暂停，尚未写入任何数据；继续后从停下的地方接着检查。");
    await until("its process is gone", () => pids().length === 0);
    expect(await at("import-progress").count()).toBe(0);
    await at("import-resume").click();
    await eventually(() => textOf("import-progress")).toMatch(
      /^正在(读取文件：已读|核对各行之间的重复：已核对) [\d,]+ 行$/,
    );
    await at("import-cancel").click();
    await eventually(() => textOf("import-ended")).toBe("没有写入任何数据，上传的文件已删除。");
  }, 300_000);

  it("a run is paused by press, stays so over a death of the gateway, and ends with the counts of both halves", async () => {
    const rows = 8_000;
    const id = await uploadAs("两半.csv", rows);
    await at("import-run").click();
    await eventually(() => textOf("import-progress")).toMatch(/^正在写入：已写 [1-9][\d,]+ 行$/);
    await at("import-pause").click();
    await eventually(() => textOf("import-paused")).toMatch(
      /^导入已暂停：前 [1-9][\d,]+ 行已处理，继续后接着写入其余的行。$/,
    );
    await eventually(() => at("import").getAttribute("data-state")).toBe("paused");
    expect(await seriousFaults(page)).toEqual([]);
    await shot("import-paused-zh");
    const { rowsDone } = await importNow(id);
    expect(rowsDone).toBeLessThan(rows);
    await gateway.kill();
    await gateway.start();
    await open(`/imports/${id}`);
    await at("language").click();
    await eventually(() => textOf("import-paused")).toBe(
      `The import is paused: the first ${rowsDone.toLocaleString("en-US")} rows are done; resumed, it goes on with the rest.`,
    );
    await shot("import-paused-en");
    await at("language").click();
    await at("import-resume").click();
    await eventually(() => at("import").getAttribute("data-state")).toBe("done");
    expect(await importNow(id)).toMatchObject({
      ...{ state: "done", isPaused: false, rowsDone: rows },
      summary: { created: rows, changed: 0, unchanged: 0, refused: 0 },
    });
  }, 300_000);

  it("a download that is being made: what is done with it, and a stop", async () => {
    await open("/catalogue");
    await at("export").click();
    const pid = await hold();
    await eventually(() => textOf("export-state")).toMatch(/^正在(取数：已取|生成文件：已写) [\d,]+ 行$/);
    await shot("export-under-way");
    await at("export-stop").click();
    await eventually(() => textOf("export-state")).toBe("已停止，没有生成文件。");
    await until("its process is gone", () => !pids().includes(pid));
    // Its place is free when its end was heard, a moment after its process is gone.
    await eventually(async () => (await gateway.call<JobsView>("GET", "/api/v1/jobs")).running).toBe(0);
  }, 180_000);

  it("hands the file over when it is made", async () => {
    const [download] = await Promise.all([page.waitForEvent("download"), at("import-template").click()]);
    expect(download.suggestedFilename()).toBe("guiwei-template.xlsx");
    const { sheets } = await readXlsx(await readFile(await download.path()));
    expect(sheets[0]?.rows[0]).toContain("户号");
    await eventually(() => textOf("import-template-state")).toBe("");
  }, 120_000);

  it("more than one may have: refused in a sentence, on the page", async () => {
    await page.evaluate(() => {
      for (let i = 0; i < 4; i++) void fetch("/api/v1/export.xlsx").catch(() => {});
    });
    const held = [await hold()];
    held.push(await hold(held));
    await until("the others wait", async () => (await gateway.call<JobsView>("GET", "/api/v1/jobs")).waiting === 2);
    await at("export").click();
    await eventually(() => textOf("problem")).toMatch(/您已有 4 个任务在处理或等待：请等其中一个完成，或停止一个。/);
    await shot("export-refused");
    for (const pid of held) goOn(pid);
    const text = (await gateway.ask("GET", "/metrics")).bytes.toString();
    expect(text).toContain('guiwei_jobs_ended_total{kind="write-workbook",outcome="jobs-full-own"} 1');
    await until("all have ended", async () => (await gateway.call<JobsView>("GET", "/api/v1/jobs")).running === 0);
  }, 180_000);
});
