/**
 * kill -9 while a file is uploaded, compared, or stands paused: the next start knows what there is, and shows what was done before.
 * What writes to the database is killed on both engines, what only reads files on one (GUIWEI_EACH_STORE=1: on both).
 */
import { existsSync, readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ImportView } from "../../src/contract/catalogue.ts";
import type { List } from "../../src/contract/lists.ts";
import {
  onEachStore,
  onOneStore,
  openGatewayProcess,
  type StoreEngine,
  type TestGateway,
  until,
} from "../support/gateway-process.ts";
import { jobProcesses } from "../support/job-processes.ts";

const rowsCount = 6_000;
const csv = (rows: number, prefix: string) =>
  Buffer.from(
    ["档案号,户号,户名", ...Array.from({ length: rows }, (_, i) => `${prefix}-${i},88${i},用电客户${i}号`)].join("\n"),
  );
/** Rows that are refused cost the check nothing. */
const faulty = Buffer.from(
  ["档案号,户号,户名", ...Array.from({ length: 150_000 }, (_, i) => `F-${i},,无户号的客户${i}`)].join("\n"),
);

function roomOf(engine: StoreEngine) {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openGatewayProcess(engine);
  }, 300_000);
  afterAll(() => gateway?.dispose(), 60_000);

  const view = (id: string) => gateway.call<ImportView>("GET", `/api/v1/imports/${id}`);
  const act = (id: string, verb: string) => gateway.call<ImportView>("POST", `/api/v1/imports/${id}/${verb}`);
  const inState = (id: string, state: ImportView["state"]) =>
    until(`the import is ${state}`, async () => {
      const now = await view(id);
      if (now.state === "failed" && state !== "failed") throw new Error(JSON.stringify(now));
      return now.state === state && now;
    });
  const folder = () => join(gateway.store.dataDir, "imports");
  const files = () => (existsSync(folder()) ? readdirSync(folder()) : []);

  return {
    ...{ act, files, folder, inState, view },
    get gateway() {
      return gateway;
    },
  };
}

onOneStore("kill -9 before an import has touched the database", "postgres", (engine) => {
  const room = roomOf(engine);
  const { act, files, folder, inState, view } = room;

  it("uploading: whoever uploads is told, nothing of it stays, and it can be uploaded again", async () => {
    const before = (await room.gateway.call<List<ImportView>>("GET", "/api/v1/imports")).items.length;
    const { broken } = slowUpload(room.gateway);
    await until("some of it lies there", () => files().some((name) => name.endsWith(".upload.partial")));
    await room.gateway.kill();
    expect(await broken).toBe(true);
    await room.gateway.start();
    await until("it is swept", () => !files().some((name) => name.includes(".upload")));
    expect((await room.gateway.call<List<ImportView>>("GET", "/api/v1/imports")).items).toHaveLength(before);
    const { id } = await room.gateway.upload("again.csv", csv(100, "U"));
    expect(await inState(id, "checked")).toMatchObject({ rowsTotal: 100, summary: { created: 100 } });
  }, 300_000);

  it.skipIf(process.platform !== "linux")(
    "comparing: what was read is not read again, and the result is whole",
    async () => {
      const { id } = await room.gateway.upload("many.csv", faulty);
      const pids = () => jobProcesses(null, room.gateway.store.dataDir);
      const held = await until("its rows are compared, and that is held", () => {
        if (!existsSync(join(folder(), `${id}.rows`)) || existsSync(join(folder(), `${id}.against`))) return null;
        const [pid] = pids();
        if (pid !== undefined) process.kill(pid, "SIGSTOP");
        return pid;
      });
      const seen = await until("it is said", async () => {
        const now = await view(id);
        return now.progress?.phase === "comparing" && now;
      });
      expect(seen).toMatchObject({ state: "received", rowsDone: 0 });
      await room.gateway.kill();
      await room.gateway.start();
      try {
        process.kill(held, "SIGCONT");
      } catch {
        // Its own watch has ended it.
      }
      const phases = new Set<string>();
      const checked = await until("it is checked", async () => {
        const now = await view(id);
        if (now.progress) phases.add(now.progress.phase);
        return now.state === "checked" && now;
      });
      expect([...phases]).not.toContain("reading");
      expect(checked).toMatchObject({ rowsTotal: 150_000, rowsRefused: 150_000, summary: { created: 0 } });
      await until("no process is left", () => pids().length === 0);
    },
    300_000,
  );

  it("paused in its check: it stays paused, and resumed it ends as one that nobody killed", async () => {
    const { id } = await room.gateway.upload("check.csv", csv(40_000, "H"));
    await until("some is checked", async () => {
      const { progress } = await view(id);
      return progress?.phase === "checking" && progress.rows >= 5_000;
    });
    await act(id, "pause");
    await room.gateway.kill();
    await room.gateway.start();
    const again = await view(id);
    expect(again).toMatchObject({ state: "received", isPaused: true, progress: null, rowsDone: 0 });
    expect(again.rowsTotal).toBeGreaterThanOrEqual(5_000);
    await act(id, "resume");
    const first = await until("it checks", async () => {
      const now = await view(id);
      return (now.state === "checked" || now.progress?.phase === "checking") && now;
    });
    if (first.progress) expect(first.progress.rows).toBeGreaterThanOrEqual(4_000);
    expect(await inState(id, "checked")).toMatchObject({ rowsTotal: 40_000, summary: { created: 40_000 } });
  }, 300_000);
});

onEachStore("kill -9 in the run of an import", (engine) => {
  const room = roomOf(engine);
  const { act, inState, view } = room;

  it("paused in its run: it stays paused, says how far it is, and resumed it counts all of its tries", async () => {
    const { id } = await room.gateway.upload("run.csv", csv(rowsCount, "W"));
    await inState(id, "checked");
    await act(id, "run");
    await until("some is in", async () => (await view(id)).rowsDone >= rowsCount / 4);
    const paused = await act(id, "pause");
    await room.gateway.kill();
    await room.gateway.start();
    const again = await view(id);
    expect(again).toMatchObject({ state: "running", isPaused: true, progress: null });
    expect(again.rowsDone).toBeGreaterThanOrEqual(paused.rowsDone);
    expect(again.rowsDone).toBeLessThan(rowsCount);
    expect(again.summary).toMatchObject({ created: again.rowsDone, changed: 0, unchanged: 0, refused: 0 });
    await act(id, "resume");
    const first = await until("it writes", async () => {
      const now = await view(id);
      return (now.state === "done" || now.progress?.phase === "writing") && now;
    });
    expect(first.rowsDone).toBeGreaterThanOrEqual(again.rowsDone);
    if (first.progress) expect(first.progress.rows).toBeGreaterThanOrEqual(again.rowsDone);
    expect(await inState(id, "done")).toMatchObject({
      ...{ rowsDone: rowsCount, isPaused: false },
      summary: { created: rowsCount, changed: 0, unchanged: 0, refused: 0 },
    });
    await room.gateway.kill();
    expect(await room.gateway.guiwei("journal", "verify")).toMatchObject({ code: 0 });
    await room.gateway.start();
  }, 300_000);
});

/** Begins an upload and never ends it. */
function slowUpload(gateway: TestGateway): { broken: Promise<boolean> } {
  const boundary = "slow";
  const headers = { ...gateway.headers(), "content-type": `multipart/form-data; boundary=${boundary}` };
  const sent = request(`${gateway.url}/api/v1/imports`, { method: "POST", headers });
  const broken = new Promise<boolean>((resolve) => {
    sent.once("error", () => resolve(true));
    sent.once("response", () => resolve(false));
  });
  sent.write(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="slow.csv"\r\n\r\n户号,户名\n`);
  sent.write("1,甲\n".repeat(50_000));
  return { broken };
}
