/** A statement fails, at the start, behind a request or in the background: what is told of it never names what it was about. */
import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ImportView } from "../../src/contract/catalogue.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { testDatabases } from "../support/database.ts";
import {
  freshStore,
  onEachStore,
  openGatewayProcess,
  type Store,
  type TestGateway,
  until,
} from "../support/gateway-process.ts";
import { smallSiteFile } from "../support/small-site.ts";

/** Every new row of the table is refused, with the row itself in the error's detail. */
async function plant(store: Store, table: string): Promise<void> {
  const database = await openDatabase(store.place);
  await database.sql.unsafe(`
    CREATE OR REPLACE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'planted fault' USING DETAIL = NEW::text, HINT = NEW::text; END $$;
    CREATE TRIGGER planted BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION planted()`);
  await database.close();
}

onEachStore("a start that fails", (engine) => {
  it("names the statement and why, not the hash of the set-up code that it was to keep", async () => {
    const store = await freshStore(engine);
    try {
      await plant(store, "one_time_codes");
      const child = spawn(process.execPath, ["bin/guiwei.mjs", "serve"], {
        env: {
          ...process.env,
          ...{ SITE_FILE: smallSiteFile, DATA_DIR: store.dataDir, PORT: "0", STOP_PORT: "0", MQTT_PORT: "0" },
          ...store.env,
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let said = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (said += bytes));
      await until("it has ended", () => child.exitCode !== null || child.signalCode !== null);
      expect(child.exitCode).toBe(1);
      expect(said).toContain("Failed query: insert into");
      expect(said).toContain("planted fault");
      expect(said).not.toContain("params:");
      // A SHA-256, however it is written.
      expect(said).not.toMatch(/[0-9a-f]{64}|[\w+/-]{43}=/);
    } finally {
      await store.remove();
    }
  }, 180_000);
});

const { skipped } = testDatabases().find(({ engine }) => engine === "postgres") ?? { skipped: "no PostgreSQL" };
const barcode = "SECRET-BOX-4711";
const name = "机密客户四七一一";

describe.skipIf(skipped !== null)(`a running gateway${skipped ? `, SKIPPED: ${skipped}` : ""}`, () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openGatewayProcess("postgres", { LOG_LEVEL: "debug" });
    await plant(gateway.store, "boxes");
    await plant(gateway.store, "records");
  }, 300_000);
  afterAll(() => gateway?.dispose(), 60_000);

  it("behind a request: an id in the answer, the statement in the log, the barcode in neither", async () => {
    const answer = await gateway.ask("POST", "/api/v1/boxes", { barcode, thicknessMm: 30 });
    expect(answer.status).toBe(500);
    expect(answer.bytes.toString()).not.toContain(barcode);
    await until("the log has it", () => gateway.said().includes("planted fault"));
    expect(gateway.said()).toMatch(/Failed query: insert into .{0,4}boxes/);
    expect(gateway.said()).not.toContain(barcode);
  }, 120_000);

  it("in the background: neither log, health, import nor journal names the customer", async () => {
    const { id } = await gateway.upload("a.csv", Buffer.from(`档案号,户号,户名\nK-1,8801,${name}\n`));
    const inState = (state: string) =>
      until(`the import is ${state}`, async () => {
        const view = await gateway.call<ImportView>("GET", `/api/v1/imports/${id}`);
        return view.state === state && view;
      });
    await inState("checked");
    await gateway.call("POST", `/api/v1/imports/${id}/run`);
    const failed = await inState("failed");
    await until("the log has it", () => gateway.said().includes("a background task failed"));
    expect(gateway.said()).toMatch(/INSERT INTO \W*records/);
    const told = [gateway.said(), JSON.stringify(failed)];
    for (const path of ["/health", "/metrics", "/api/v1/journal?chain=house&limit=200", "/api/v1/imports"])
      told.push((await gateway.ask("GET", path)).bytes.toString());
    for (const text of told) expect(text).not.toContain(name);
  }, 120_000);
});
