/** Long work as people meet it: how far it is, a stop, who sees whose, what is refused and in which words, and what is counted. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ImportDesk, importDesk } from "../../src/catalogue/import/import-desk.ts";
import { importRoutes } from "../../src/catalogue/import/routes.ts";
import type { ImportProgress, ImportView } from "../../src/contract/catalogue.ts";
import type { JobsView } from "../../src/contract/jobs.ts";
import { type Jobs, openJobs } from "../../src/jobs/jobs.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { jobRoutes } from "../../src/watch/job-routes.ts";
import { openContext, type TestContext } from "../support/context-server.ts";
import { quickEngine, testDatabases } from "../support/database.ts";
import { until } from "../support/gateway-process.ts";
import { uploadForm } from "../support/upload-form.ts";

const csv = (rows: number, customerNo = "") =>
  Buffer.from(
    `档案号,户号,户名\r\n${Array.from({ length: rows }, (_, i) => `J-${i},${customerNo && customerNo + i},客户${i}`).join("\r\n")}`,
  );

for (const { engine, skipped } of testDatabases()) {
  describe.skipIf(skipped !== null)(`long work (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`, () => {
    let test: TestContext;
    let desk: ImportDesk;
    let jobs: Jobs;
    const failures: unknown[] = [];
    const told: [id: string, progress: ImportProgress | null][] = [];
    const folder = mkdtempSync(join(tmpdir(), "guiwei-jobs-flow-"));
    const imports = join(folder, "imports");
    beforeAll(async () => {
      jobs = openJobs({ folder: join(folder, "jobs"), runningMax: 1, perSourceMax: 2, waitingMax: 2 });
      test = await openContext(engine, {
        features: [
          (app, context) => {
            desk = importDesk({
              ...{ context, folder: imports, jobs, onFailure: (error) => failures.push(error) },
              onProgress: (id, progress) => told.push([id, progress]),
            });
            return importRoutes(app, { context, desk, jobs });
          },
          (app) => jobRoutes(app, { jobs }),
        ],
      });
      await loadSite(test.context);
    }, 180_000);
    afterAll(async () => {
      await desk?.close();
      await jobs?.close();
      await test?.close();
      rmSync(folder, { recursive: true, force: true });
      expect(failures).toEqual([]);
    });

    const ask = (
      method: "GET" | "POST",
      url: string,
      role: "supervisor" | "administrator" | "archivist" = "supervisor",
    ) => test.app.inject({ method, url: `/api/v1/${url}`, headers: test.as(role) });
    async function upload(bytes: Uint8Array, person: Record<string, string> = test.as("supervisor")): Promise<string> {
      const form = await uploadForm("rows.csv", bytes);
      const headers = { ...person, ...form.headers };
      const answer = await test.app.inject({ method: "POST", url: "/api/v1/imports", headers, payload: form.payload });
      expect(answer.statusCode, answer.body).toBe(202);
      return answer.json().id;
    }
    const view = async (id: string): Promise<ImportView> => (await ask("GET", `imports/${id}`)).json();
    const jobsOf = async (role: "supervisor" | "administrator" | "archivist"): Promise<JobsView> =>
      (await ask("GET", "jobs", role)).json();
    const filesOf = (id: string) => readdirSync(imports).filter((name) => name.startsWith(id));
    const progress = (id: string) => told.filter(([of]) => of === id).map(([, now]) => now);

    it("an import says what is done with it and how many rows that were, up to its end", async () => {
      const id = await upload(csv(20_000));
      await desk.idle();
      const seen = progress(id);
      const phases = seen.map((now) => now?.phase ?? "none").filter((phase, i, all) => phase !== all[i - 1]);
      expect(phases).toEqual(["waiting", "reading", "comparing", "checking", "none"]);
      for (const phase of ["reading", "comparing", "checking"] as const) {
        const rows = seen.flatMap((now) => (now?.phase === phase ? [now.rows] : []));
        expect(rows.every((n, i) => n >= (rows[i - 1] ?? 0))).toBe(true);
        // A short phase is over before its second word.
        expect(rows.at(-1)).toBeGreaterThan(phase === "comparing" ? 0 : 1_000);
      }
      expect(seen.every((now) => now === null || now.share === null || (now.share >= 0 && now.share <= 1))).toBe(true);
      expect(await view(id)).toMatchObject({ state: "checked", rowsTotal: 20_000, progress: null });
    }, 120_000);

    // Queues, places and files are no database's.
    if (engine !== quickEngine()) return;

    it("is stopped while it is read: nothing of it is left, it says so, and the next one is served", async () => {
      const id = await upload(csv(300_000));
      const next = await upload(csv(10, "77"));
      expect(await view(next)).toMatchObject({ state: "received", progress: { phase: "waiting", ahead: 1 } });
      await until("it is being read", () => progress(id).some((now) => now?.phase === "reading" && now.rows > 0));
      const { jobs: seen } = await jobsOf("supervisor");
      expect(seen).toMatchObject([{ about: `import:${id}`, phase: "working", unit: "rows", isMine: false }]);
      expect((await jobsOf("archivist")).jobs).toEqual([]);
      expect((await ask("POST", `jobs/${seen[0]?.id}/stop`)).statusCode).toBe(403);
      expect((await ask("POST", `jobs/${seen[0]?.id}/stop`, "archivist")).statusCode).toBe(404);
      expect((await ask("GET", `imports/${id}/errors.xlsx`)).json()).toMatchObject({ code: "import-not-possible" });
      expect((await ask("POST", `imports/${id}/cancel`)).statusCode).toBe(202);
      await desk.idle();
      expect(await view(id)).toMatchObject({
        state: "cancelled",
        rowsDone: 0,
        progress: null,
        summary: { firstFaults: [] },
      });
      expect(filesOf(id)).toEqual([]);
      expect(jobs.counts()).toEqual({ running: 0, waiting: 0 });
      expect(await view(next)).toMatchObject({ state: "checked", rowsTotal: 10 });
    }, 120_000);

    /** Takes the one place, until `leave`: what waits behind it starts no process. */
    function occupied(source = "system:test") {
      const held = new AbortController();
      const file = join(folder, "x");
      const over = jobs.run({
        ...{ kind: "write-workbook", asked: { sheets: [], file }, source, about: "export" },
        prepare: () => new Promise((resolve) => held.signal.addEventListener("abort", () => resolve())),
      });
      return {
        async leave() {
          held.abort();
          await over.catch(() => {});
        },
      };
    }

    it("downloads of others keep no import from its place, are limited by person, and are stopped by their own", async () => {
      const place = occupied();
      const mine = [ask("GET", "imports/template.xlsx"), ask("GET", "export.xlsx")];
      await until("both wait", () => jobs.counts().waiting === 2);
      const own = await ask("GET", "export.xlsx");
      expect([own.statusCode, own.json().code]).toEqual([429, "jobs-full-own"]);
      const full = await ask("GET", "export.xlsx", "administrator");
      expect([full.statusCode, full.json().code]).toEqual([503, "jobs-full"]);
      expect(full.json().zh).toMatch(/1 个、等待的有 2 个/);
      const id = await upload(csv(10, "78"));
      await until("the import waits too", () => jobs.counts().waiting === 3);
      expect(await view(id)).toMatchObject({ state: "received", progress: { phase: "waiting" } });
      const { jobs: seen, waiting, longestWaitMs } = await jobsOf("supervisor");
      expect(waiting).toBe(3);
      expect(longestWaitMs).toBeGreaterThanOrEqual(0);
      expect(seen.map(({ about, phase, isMine, ahead }) => [about, phase, isMine, ahead])).toEqual([
        ["template", "waiting", true, 0],
        ["export", "waiting", true, 1],
        [`import:${id}`, "waiting", false, 2],
      ]);
      const theirs = seen.find(({ about }) => about === "export")?.id;
      expect((await ask("POST", `jobs/${theirs}/stop`, "administrator")).statusCode).toBe(404);
      expect((await ask("POST", `jobs/${theirs}/stop`)).statusCode).toBe(204);
      expect((await (mine[1] as (typeof mine)[0])).json()).toMatchObject({ code: "job-stopped" });
      await place.leave();
      expect((await (mine[0] as (typeof mine)[0])).statusCode).toBe(200);
      await desk.idle();
      expect(await view(id)).toMatchObject({ state: "checked", rowsTotal: 10 });
      const { ended } = jobs.figures();
      const countOf = (kind: string, outcome: string) =>
        ended.find((line) => line.kind === kind && line.outcome === outcome)?.count;
      expect(countOf("write-workbook", "jobs-full")).toBe(1);
      expect(countOf("write-workbook", "jobs-full-own")).toBe(1);
      expect(countOf("write-workbook", "job-stopped")).toBe(1);
      expect(countOf("read-table", "done")).toBeGreaterThanOrEqual(3);
      await until("what passed through is gone", () => readdirSync(join(folder, "jobs")).length === 0);
    }, 120_000);

    it("more files than may wait are refused in words, and none of them is kept", async () => {
      const before = readdirSync(imports).length;
      const place = occupied();
      // It waits for the place, the others for it.
      const first = await upload(csv(10));
      const waiting: string[] = [];
      const others = [await test.signedIn(["supervisor"]), await test.signedIn(["supervisor"])];
      const refusal = async (person: Record<string, string>) => {
        const form = await uploadForm("rows.csv", csv(1));
        const headers = { ...person, ...form.headers };
        const full = await test.app.inject({ method: "POST", url: "/api/v1/imports", headers, payload: form.payload });
        return [full.statusCode, full.json().code];
      };
      for (let i = 0; i < 7; i++) waiting.push(await upload(csv(1, "79")));
      expect(await refusal(test.as("supervisor"))).toEqual([429, "imports-full-own"]);
      for (let i = 0; i < 12; i++) waiting.push(await upload(csv(1, "79"), others[i % 2]?.headers));
      expect(await refusal(others[0]?.headers ?? {})).toEqual([503, "imports-full"]);
      for (const id of [first, ...waiting]) await ask("POST", `imports/${id}/cancel`);
      await desk.idle();
      expect(readdirSync(imports).length).toBe(before);
      await place.leave();
    }, 120_000);

    it("of what has ended only the last fifty are kept, and older ones say so", async () => {
      const id = await upload(Buffer.from("档案号,户号,户名\r\nA,,无户号\r\n"));
      await desk.idle();
      expect((await ask("GET", `imports/${id}/errors.xlsx`)).statusCode).toBe(200);
      const place = occupied();
      for (let i = 0; i < 51; i++) {
        test.clock.advance?.(1_000);
        const later = await upload(csv(1));
        await ask("POST", `imports/${later}/cancel`);
        await desk.idle();
      }
      await place.leave();
      expect(filesOf(id)).toEqual([]);
      const gone = await ask("GET", `imports/${id}/errors.xlsx`);
      expect([gone.statusCode, gone.json().code]).toEqual([410, "import-file-gone"]);
      expect(existsSync(imports)).toBe(true);
    }, 180_000);
  });
}
