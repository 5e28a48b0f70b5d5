/**
 * kill -9 in the middle of an import: whole batches only, and the next start completes it by itself.
 * GUIWEI_KILL_IMPORT_ROWS=12000 for a longer one.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ImportView, SearchPage } from "../../src/contract/catalogue.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { onEachStore, openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";

const rowsCount = Number(process.env.GUIWEI_KILL_IMPORT_ROWS ?? 6_000);
const text = ["档案号,户号,户名"];
for (let i = 0; i < rowsCount; i++) text.push(`K-${i},88${i},用电客户${i}号`);

onEachStore("kill -9 in the middle of an import", (engine) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openGatewayProcess(engine);
  }, 300_000);
  afterAll(() => gateway?.dispose(), 60_000);

  const view = (id: string) => gateway.call<ImportView>("GET", `/api/v1/imports/${id}`);
  const inState = (id: string, state: string) =>
    until(`the import is ${state}`, async () => {
      const now = await view(id);
      return now.state === state && now;
    });

  it("keeps whole batches, goes on after the restart, and every record is there once", async () => {
    const { id } = await gateway.upload("many.csv", Buffer.from(text.join("\n")));
    expect(await inState(id, "checked")).toMatchObject({ rowsTotal: rowsCount, summary: { created: rowsCount } });
    await gateway.call("POST", `/api/v1/imports/${id}/run`);
    const seen = await until("a third is in", async () => {
      const now = await view(id);
      return now.rowsDone >= rowsCount / 3 && now;
    });
    expect(seen).toMatchObject({ state: "running" });
    await gateway.kill();

    const database = await openDatabase(gateway.store.place);
    const [kept] = await database.sql<{ n: number; done: number; state: string }[]>`
      SELECT (SELECT count(*)::int FROM records) AS n, rows_done AS done, state FROM imports WHERE id = ${id}`;
    await database.close();
    expect(kept?.state).toBe("running");
    expect(kept?.n).toBe(kept?.done);
    expect(kept?.n).toBeGreaterThanOrEqual(seen.rowsDone);
    expect(kept?.n).toBeLessThan(rowsCount);

    await gateway.start();
    const done = await inState(id, "done");
    // It goes on where it was: what it did before the kill is its own work, too.
    expect(done).toMatchObject({
      rowsDone: rowsCount,
      rowsRefused: 0,
      summary: { created: rowsCount, unchanged: 0, changed: 0 },
    });
    const last = await gateway.call<SearchPage>("GET", `/api/v1/search?q=88${rowsCount - 1}`);
    expect(last.items).toMatchObject([{ matched: "customerNo", record: { recordNo: `K-${rowsCount - 1}` } }]);
    await gateway.kill();

    const after = await openDatabase(gateway.store.place);
    const [counted] = await after.sql<{ n: number; versions: number; rows: number }[]>`
      SELECT (SELECT count(*)::int FROM records) AS n, (SELECT max(version) FROM records) AS versions,
        sum(jsonb_array_length(body->'records'))::int AS rows
      FROM journal WHERE kind = 'import.batch'`;
    await after.close();
    expect(counted).toEqual({ n: rowsCount, versions: 1, rows: rowsCount });
    expect(await gateway.guiwei("journal", "verify")).toMatchObject({ code: 0 });
  }, 300_000);
});
