/**
 * kill -9 of the gateway while a job reads an upload: the file is there, the reading goes on, and no row is there twice.
 * The database has no part in the reading: on one engine (GUIWEI_EACH_STORE=1: on both).
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ImportView } from "../../src/contract/catalogue.ts";
import { onOneStore, openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";
import { jobProcesses } from "../support/job-processes.ts";

const rowsCount = 300_000;
/** Rows that are refused cost the check nothing: this is about the reading. */
const text = ["档案号,户号,户名"];
for (let i = 0; i < rowsCount; i++)
  text.push(i % 10_000 === 0 ? `K-${i},88${i},用电客户${i}号` : `K-${i},,无户号的客户${i}`);

onOneStore("kill -9 while an upload is read", "postgres", (engine) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openGatewayProcess(engine);
  }, 300_000);
  afterAll(() => gateway?.dispose(), 60_000);

  const view = (id: string) => gateway.call<ImportView>("GET", `/api/v1/imports/${id}`);

  it.skipIf(process.platform !== "linux")(
    "the next start reads on, and every row comes once, whatever becomes of the process that read before",
    async () => {
      const { id } = await gateway.upload("many.csv", Buffer.from(text.join("\n")));
      const path = (what: string) => join(gateway.store.dataDir, "imports", `${id}.${what}`);
      const pids = () => jobProcesses(null, gateway.store.dataDir);
      const held = await until("it has read some, and is held", () => {
        if (!existsSync(path("rows.place"))) return null;
        const [pid] = pids();
        if (pid !== undefined) process.kill(pid, "SIGSTOP");
        return pid;
      });
      const seen = await view(id);
      expect(seen).toMatchObject({ state: "received", rowsDone: 0, progress: { phase: "reading" } });
      expect(seen.progress?.rows).toBeGreaterThan(0);
      expect(existsSync(path("rows"))).toBe(false);
      const kept = JSON.parse(readFileSync(path("rows.place"), "utf8")) as { written: { rows: number } };
      expect(kept.written.rows).toBeGreaterThan(0);
      await gateway.kill();
      expect(existsSync(path("upload"))).toBe(true);

      const started = gateway.start();
      // It wakes up beside the one that goes on, and must leave that one's file alone.
      await until("another reads on", () => pids().some((pid) => pid !== held) || existsSync(path("rows")));
      process.kill(held, "SIGCONT");
      await started;
      const checked = await until("it is checked", async () => {
        const now = await view(id);
        if (now.state === "failed") throw new Error(JSON.stringify(now));
        return now.state === "checked" && now;
      });
      const good = rowsCount / 10_000;
      expect(checked).toMatchObject({
        rowsTotal: rowsCount,
        rowsRefused: rowsCount - good,
        summary: { created: good },
        progress: null,
      });
      const numbers = readFileSync(path("rows"), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => (JSON.parse(line) as [number])[0]);
      expect(numbers.every((row, i) => row === i + 2)).toBe(true);
      expect(numbers).toHaveLength(rowsCount);
      expect(existsSync(path("rows.place"))).toBe(false);
      await until("no process is left", () => pids().length === 0);
    },
    300_000,
  );
});
