/**
 * PostgreSQL restarts under eight writers: the gateway lives, answers in words meanwhile, serves again by itself, and nothing that
 * was acknowledged is lost. More often by GUIWEI_POSTGRES_RESTARTS=20.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/storage/open-database.ts";
import { makeTemplates, templateName } from "../support/database-templates.ts";
import { openGatewayProcess, pause, type TestGateway, until } from "../support/gateway-process.ts";
import { postgresPrograms, startServer, type TestServer } from "../support/postgres-server.ts";

const restarts = Number(process.env.GUIWEI_POSTGRES_RESTARTS ?? 3);
const writersMax = 8;
const programs = postgresPrograms();

describe.skipIf(!programs)(`PostgreSQL restarted ${restarts} times under load (needs PostgreSQL)`, () => {
  let server: TestServer;
  let gateway: TestGateway;
  let isWriting = true;
  const acknowledged: string[] = [];
  const answers = new Map<string, number>();

  beforeAll(async () => {
    const { cluster } = await makeTemplates(programs);
    server = await startServer(programs as string, cluster as string, ["synchronous_commit=on"]);
    gateway = await openGatewayProcess("postgres", {}, { server });
  }, 300_000);
  afterAll(async () => {
    isWriting = false;
    await gateway?.dispose();
    await server?.stop();
  }, 60_000);

  async function write(writer: number): Promise<void> {
    for (let n = 0; isWriting; n++) {
      const barcode = `W${writer}-${n}`;
      const { status, body } = await gateway
        .ask("POST", "/api/v1/boxes", { barcode, thicknessMm: 40, reason: "x".repeat((n * 37) % 500) })
        .catch((error: Error) => ({ status: 0, body: error.message }));
      if (status === 201) acknowledged.push(barcode);
      else await pause(50);
      const code = (body as { code?: string })?.code ?? (status === 201 ? "created" : String(body));
      answers.set(`${status} ${code}`, (answers.get(`${status} ${code}`) ?? 0) + 1);
    }
  }

  it("lives, serves again, and has lost nothing that it acknowledged", async () => {
    const writers = Array.from({ length: writersMax }, (_, writer) => write(writer));
    for (let round = 0; round < restarts; round++) {
      const before = acknowledged.length;
      await until(`boxes are made before restart ${round + 1}`, () => acknowledged.length >= before + 30);
      await server.down(round % 2 === 0 ? "SIGINT" : "SIGQUIT");
      await until("the answers say that the database is away", async () => {
        const { status, body } = await gateway.ask("GET", "/health");
        return status === 503 && (body as { database: string }).database === "down";
      });
      await server.up();
      expect(gateway.ended(), gateway.said()).toBe(null);
    }
    const last = acknowledged.length;
    await until("boxes are made after the last restart", () => acknowledged.length >= last + 30);
    isWriting = false;
    await Promise.all(writers);
    expect(gateway.ended(), gateway.said()).toBe(null);
    expect([...answers.keys()].sort()).toEqual(["201 created", "503 database-away"]);
    const database = await openDatabase({ url: server.url(templateName), connectionsMax: 1 });
    const kept = await database.sql`
      SELECT boxes.barcode, count(journal.revision)::int AS facts FROM boxes
      LEFT JOIN journal ON journal.subject = 'box:' || boxes.id AND journal.kind = 'box.created' GROUP BY boxes.id`;
    await database.close();
    const barcodes = new Set(kept.map(({ barcode }) => barcode));
    expect(acknowledged.filter((barcode) => !barcodes.has(barcode))).toEqual([]);
    // Nothing half: each box has its one row in the journal.
    expect(kept.filter(({ facts }) => facts !== 1)).toEqual([]);
    console.log(`${restarts} restarts, ${acknowledged.length} acknowledged, none lost:`, Object.fromEntries(answers));
  }, 900_000);
});
