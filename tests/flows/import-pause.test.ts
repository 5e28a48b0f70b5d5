/** An import that people pause and resume: in each of its phases, over a restart, with the stocktakes of all its tries together. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ImportDesk, importDesk } from "../../src/catalogue/import/import-desk.ts";
import { importRoutes } from "../../src/catalogue/import/routes.ts";
import type { ImportProgress, ImportView } from "../../src/contract/catalogue.ts";
import type { Role } from "../../src/contract/roles.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { openContext, type TestContext } from "../support/context-server.ts";
import { quickEngine, testDatabases } from "../support/database.ts";
import { until } from "../support/gateway-process.ts";
import { testJobs } from "../support/jobs.ts";
import { uploadForm } from "../support/upload-form.ts";

type Phase = ImportProgress["phase"];

/** One row of a hundred is refused; of a file of faults all others are, which a check passes over quickly. */
function csv(rows: number, prefix: string, isOfFaults = false): Buffer {
  const line = (_: unknown, i: number) =>
    `${prefix}-${i},${(i % 100 === 7) === isOfFaults ? `8${i}` : ""},用电客户${i}号`;
  return Buffer.from(["档案号,户号,户名", ...Array.from({ length: rows }, line)].join("\n"));
}
const refusedOf = (rows: number) => rows / 100;

for (const { engine, skipped } of testDatabases()) {
  describe.skipIf(skipped !== null)(`a paused import (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`, () => {
    let test: TestContext;
    let desk: ImportDesk;
    const folder = mkdtempSync(join(tmpdir(), "guiwei-pause-"));
    const failures: unknown[] = [];
    let told: [id: string, progress: ImportProgress | null][] = [];
    let hear: (progress: ImportProgress | null) => void = () => {};

    const openDesk = () =>
      importDesk({
        ...{ context: test.context, folder, jobs: testJobs, onFailure: (error: unknown) => failures.push(error) },
        onProgress(id, progress) {
          told.push([id, progress]);
          hear(progress);
        },
      });

    beforeAll(async () => {
      // The routes outlive a desk, as a test restarts that.
      const current = new Proxy({} as ImportDesk, { get: (_, name: keyof ImportDesk) => desk[name] });
      test = await openContext(engine, {
        features: [(app, context) => importRoutes(app, { context, desk: current, jobs: testJobs })],
      });
      await loadSite(test.context);
      desk = openDesk();
    }, 240_000);
    afterAll(async () => {
      await desk?.close();
      await test?.close();
      rmSync(folder, { recursive: true, force: true });
      expect(failures).toEqual([]);
    });

    const ask = (method: "GET" | "POST", url: string, role: Role = "supervisor") =>
      test.app.inject({ method, url: `/api/v1/imports${url}`, headers: test.as(role) });
    const view = async (id: string): Promise<ImportView> => (await ask("GET", `/${id}`)).json();
    async function upload(bytes: Buffer): Promise<string> {
      const form = await uploadForm("rows.csv", bytes);
      const headers = { ...test.as("supervisor"), ...form.headers };
      const answer = await test.app.inject({ method: "POST", url: "/api/v1/imports", headers, payload: form.payload });
      expect(answer.statusCode, answer.body).toBe(202);
      return answer.json().id;
    }
    async function act(id: string, verb: "run" | "pause" | "resume" | "cancel"): Promise<ImportView> {
      const answer = await ask("POST", `/${id}/${verb}`);
      expect(answer.statusCode, answer.body).toBe(202);
      return answer.json();
    }
    /** Pressed as soon as so many rows of a phase are told. */
    function pausedIn(id: string, phase: Phase, rows: number): Promise<ImportView> {
      return new Promise((resolve, reject) => {
        hear = (progress) => {
          if (progress?.phase !== phase || progress.rows < rows) return;
          hear = () => {};
          act(id, "pause").then(resolve, reject);
        };
      });
    }
    const recordsOf = async (prefix: string) => {
      const like = `${prefix}-%`;
      const rows = await test.context.db.execute<{ n: number }>(
        sql`SELECT count(*)::int AS n FROM records WHERE record_no LIKE ${like}`,
      );
      return [...rows][0]?.n;
    };
    const notes = (id: string) =>
      test.rows.filter(({ subject, kind }) => subject === `import:${id}` && kind !== "import.batch");

    it("checked in two halves, it says what one says that nobody paused, and no count goes back", async () => {
      const bytes = csv(8_000, "H");
      const id = await upload(bytes);
      await pausedIn(id, "checking", 5_000);
      await desk.idle();
      told = [];
      await act(id, "resume");
      await desk.idle();
      const seen = told.flatMap(([, now]) => (now?.phase.startsWith("checking") ? [now] : []));
      expect(seen[0]).toMatchObject({ phase: "checking" });
      expect(seen[0]?.rows).toBeGreaterThanOrEqual(4_000);
      const whole = await upload(bytes);
      await desk.idle();
      const { summary, rowsTotal, rowsRefused, rowsDone } = await view(id);
      expect({ summary, rowsTotal, rowsRefused, rowsDone }).toEqual({
        ...{ summary: (await view(whole)).summary, rowsTotal: 8_000, rowsRefused: refusedOf(8_000), rowsDone: 0 },
      });
      for (const one of [id, whole]) await act(one, "cancel");
      expect(await view(id)).toMatchObject({ state: "cancelled", rowsDone: 0 });
      expect(notes(id).at(-1)).toMatchObject({ kind: "import.ended", body: { state: "cancelled", rowsDone: 0 } });
    }, 240_000);

    it("while it writes: whole batches stay, a restart leaves it alone, and resumed its counts are those of all tries", async () => {
      const rows = 6_000;
      const id = await upload(csv(rows, "W"));
      await desk.idle();
      await act(id, "run");
      const paused = await pausedIn(id, "writing", 2_500);
      await desk.idle();
      const there = await recordsOf("W");
      const standing = await view(id);
      expect(standing).toMatchObject({ state: "running", isPaused: true, progress: null });
      expect(standing.rowsDone).toBeGreaterThanOrEqual(2_000);
      expect(standing.rowsDone).toBeLessThan(rows);
      // After the press not one row more.
      expect(standing.rowsDone).toBe(paused.rowsDone);
      expect(standing.rowsDone).toBe((there ?? 0) + standing.rowsRefused);
      expect(standing.summary).toMatchObject({
        created: there,
        changed: 0,
        unchanged: 0,
        refused: standing.rowsRefused,
      });

      await desk.close();
      desk = openDesk();
      await desk.resumeAll();
      await desk.idle();
      expect(await view(id)).toEqual(standing);
      expect(await recordsOf("W")).toBe(there);

      told = [];
      await act(id, "resume");
      await desk.idle();
      const writing = told.flatMap(([, now]) => (now?.phase === "writing" ? [now.rows] : []));
      expect(writing[0]).toBe(standing.rowsDone);
      const refused = refusedOf(rows);
      expect(await view(id)).toMatchObject({
        ...{ state: "done", isPaused: false, rowsDone: rows, rowsRefused: refused },
        summary: { created: rows - refused, changed: 0, unchanged: 0, refused },
      });
      expect(await recordsOf("W")).toBe(rows - refused);
      expect(notes(id).map(({ kind, body }) => [kind, body.rowsDone])).toEqual([
        ["import.started", undefined],
        ["import.paused", expect.any(Number)],
        ["import.resumed", standing.rowsDone],
        ["import.ended", undefined],
      ]);
      expect((await ask("POST", `/${id}/resume`)).json()).toMatchObject({ code: "import-not-possible" });
    }, 240_000);

    it("cancelled after a pause in its run, it says how many were written; before, its file is gone at once", async () => {
      const id = await upload(csv(4_000, "C"));
      await desk.idle();
      await act(id, "run");
      await pausedIn(id, "writing", 1_500);
      await desk.idle();
      const there = await recordsOf("C");
      const ended = await act(id, "cancel");
      expect(ended).toMatchObject({ state: "cancelled", isPaused: false, summary: { created: there } });
      expect(ended.rowsDone).toBe((there ?? 0) + ended.rowsRefused);

      const early = await upload(csv(10_000, "E"));
      await pausedIn(early, "checking", 1);
      await desk.idle();
      await act(early, "cancel");
      expect(readdirSync(folder).filter((name) => name.startsWith(early))).toEqual([]);
    }, 240_000);

    // While a file is read and while it waits, no database is asked.
    if (engine !== quickEngine()) return;

    it.each([
      ["reading", 40_000, 5_000],
      ["comparing", 20_000, 1],
    ] as const)(
      "while it is %s: others get their turn, and resumed it goes on",
      async (phase, rows, from) => {
        const id = await upload(csv(rows, phase, true));
        const paused = await pausedIn(id, phase, from);
        expect(paused).toMatchObject({ state: "received", isPaused: true, progress: null, rowsDone: 0 });
        const next = await upload(csv(300, `next-${phase}`));
        await desk.idle();
        expect(await view(next)).toMatchObject({ state: "checked", rowsTotal: 300 });
        expect(await view(id)).toMatchObject({ state: "received", isPaused: true, progress: null });
        for (const verb of ["pause", "run"])
          expect((await ask("POST", `/${id}/${verb}`)).json()).toMatchObject({ code: "import-not-possible" });

        told = [];
        expect(await act(id, "resume")).toMatchObject({ isPaused: false });
        await desk.idle();
        const read = told.flatMap(([, now]) => (now?.phase === "reading" ? [now.rows] : []));
        // What was read counts from the first word on, and what was read whole is not read again.
        if (phase === "reading") expect(read[0]).toBeGreaterThanOrEqual(5_000);
        else expect(read).toEqual([]);
        const good = rows / 100;
        expect(await view(id)).toMatchObject({
          ...{ state: "checked", isPaused: false, rowsTotal: rows, rowsRefused: rows - good, rowsDone: 0 },
          summary: { created: good, refused: rows - good },
        });
      },
      240_000,
    );

    it("paused in the queue it never begins, frees its place, and waits anew as the last", async () => {
      const [first, second, third] = [
        await upload(csv(10_000, "Q1")),
        await upload(csv(50, "Q2")),
        await upload(csv(50, "Q3")),
      ];
      expect(await act(second, "pause")).toMatchObject({ state: "received", isPaused: true, progress: null });
      expect(await view(third)).toMatchObject({ progress: { phase: "waiting", ahead: 1 } });
      await act(second, "resume");
      expect(await view(second)).toMatchObject({ isPaused: false, progress: { phase: "waiting", ahead: 2 } });
      const order: string[] = [];
      hear = () => {
        const [id, now] = told.at(-1) ?? [];
        if (id && now === null) order.push(id);
      };
      await desk.idle();
      await until("all are over", () => order.length >= 3);
      expect(order.slice(-3)).toEqual([first, third, second]);
      hear = () => {};
    }, 240_000);

    it("may be paused and resumed by nobody who may not import", async () => {
      const id = await upload(csv(20, "R"));
      for (const verb of ["pause", "resume"])
        expect((await ask("POST", `/${id}/${verb}`, "operator")).statusCode, verb).toBe(403);
      await desk.idle();
      expect((await ask("POST", "/none/pause")).statusCode).toBe(404);
    });
  });
}
