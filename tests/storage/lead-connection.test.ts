/** Motion's connection for its lead, against a real PostgreSQL: through a network that swallows packets, a restart of its backend, a slow name. */
import type { lookup as systemLookup } from "node:dns";
import { connect, createServer, type Server, type Socket } from "node:net";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { addressFinder } from "../../src/lead/find-address.ts";
import { type LeadConnection, leadConnection } from "../../src/lead/lead-connection.ts";
import type { Database } from "../../src/storage/open-database.ts";
import { freshDatabase } from "../support/database.ts";
import { makeTemplates } from "../support/database-templates.ts";
import { postgresPrograms, startServer } from "../support/postgres-server.ts";
import { selfSigned } from "../support/self-signed.ts";

const missing = inject("databasePlaces").postgresMissing;
const patience = { timeout: 30_000 };

/** Forwards both ways, or takes everything and forwards nothing, as a network that lost its other half. */
async function lossyNetwork(port: number) {
  let isLost = false;
  const near = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: false }, (client) => {
    near.add(client);
    client.on("close", () => near.delete(client));
    client.on("error", () => {});
    const there = connect(port, "127.0.0.1");
    there.on("error", () => client.destroy());
    client.on("data", (bytes) => void (isLost || there.write(bytes)));
    there.on("data", (bytes) => void (isLost || client.write(bytes)));
    client.on("close", () => there.destroy());
    there.on("close", () => void (isLost || client.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    lose(lost: boolean) {
      isLost = lost;
    },
    open: () => near.size,
    close() {
      for (const client of near) client.destroy();
      server.close();
    },
  };
}

describe.skipIf(missing !== null)(`the line of a lead${missing ? ` (SKIPPED: ${missing})` : ""}`, () => {
  let database: Database;
  let network: Awaited<ReturnType<typeof lossyNetwork>>;
  let url: URL;
  let line: LeadConnection;
  const faults: unknown[] = [];
  const note = (error: unknown) => void faults.push(error);

  beforeAll(async () => {
    process.on("uncaughtException", note);
    process.on("unhandledRejection", note);
    database = await freshDatabase("postgres", { empty: true });
    await database.sql`
      CREATE TABLE leads (room_id text PRIMARY KEY, epoch int8, holder text, expires_at timestamptz, stopped jsonb)`;
    const [place] = await database.sql`SELECT current_database() AS name`;
    url = new URL(inject("databasePlaces").postgresUrl as string);
    url.pathname = `/${place?.name}`;
    network = await lossyNetwork(Number(url.port));
  });
  afterEach(() => line.giveUp());
  afterAll(async () => {
    process.off("uncaughtException", note);
    process.off("unhandledRejection", note);
    network?.close();
    await database?.close();
    expect(faults).toEqual([]);
  });

  async function led(epoch = 7): Promise<void> {
    await database.sql`DELETE FROM leads`;
    for (const room of ["r1", "r2"])
      await database.sql`INSERT INTO leads VALUES (${room}, ${epoch}, 'holder-a', clock_timestamp() + interval '6 s')`;
    const near = new URL(url);
    near.port = String(network.port);
    line = leadConnection({ rooms: ["r1", "r2"], epoch: 7, holder: "holder-a", databaseUrl: near.href });
  }
  const leftMs = async () =>
    (
      await database.sql`
        SELECT extract(epoch FROM expires_at - clock_timestamp())::float8 * 1000 AS ms FROM leads ORDER BY room_id`
    ).map(({ ms }) => Number(ms));

  it("renews all rooms by the database's clock, releases them, and says that it is lost under another epoch", async () => {
    await led();
    expect(await line.renew()).toBe("renewed");
    for (const ms of await leftMs()) expect(ms).toBeGreaterThan(1_000);
    // What it says is written over this very connection, too.
    const said = () => database.sql`SELECT DISTINCT stopped FROM leads`;
    await line.release(["r1.2"]);
    expect(await said()).toEqual([{ stopped: ["r1.2"] }]);
    expect(await line.check(["r1.1", "r1.2"])).toBe("ours");
    expect(await said()).toEqual([{ stopped: ["r1.1", "r1.2"] }]);
    for (const ms of await leftMs()) expect(ms).toBeLessThanOrEqual(0);
    // Nobody took it: it is still its own.
    expect(await line.renew()).toBe("renewed");
    await database.sql`UPDATE leads SET epoch = 8, holder = 'holder-b', expires_at = clock_timestamp() + interval '1 hour'`;
    expect(await line.renew()).toBe("lost");
    await line.release([]);
    for (const ms of await leftMs()) expect(ms).toBeGreaterThan(1_000_000);
  });

  it("a network that swallows what is sent: given up it leaves no connection behind, and the next one renews", async () => {
    await led();
    await line.renew();
    network.lose(true);
    for (let attempt = 0; attempt < 8; attempt++) {
      const renewal = line.renew().catch(() => "given up");
      await new Promise((resolve) => setTimeout(resolve, 60));
      line.giveUp();
      expect(await renewal).toBe("given up");
    }
    await vi.waitFor(() => expect(network.open()).toBe(0), patience);
    network.lose(false);
    expect(await line.renew()).toBe("renewed");
    expect(network.open()).toBe(1);
  });

  it("a server that ends the connection: one renewal fails, the next goes over another", async () => {
    await led();
    await line.renew();
    await database.sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'guiwei motion'`;
    await vi.waitFor(async () => expect(await line.renew()).toBe("renewed"), patience);
    const [sessions] = await database.sql`
      SELECT count(*)::int4 AS count FROM pg_stat_activity WHERE application_name = 'guiwei motion'`;
    expect(sessions?.count).toBe(1);
  });

  it("a row that somebody keeps locked holds no statement for ever", async () => {
    await led();
    await line.renew();
    let letGo = () => {};
    const locked = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const holding = database.sql.begin(async (tx) => {
      await tx`SELECT 1 FROM leads FOR UPDATE`;
      await locked;
    });
    await vi.waitFor(async () => {
      const [row] = await database.sql`SELECT count(*)::int4 AS held FROM pg_locks WHERE mode = 'RowShareLock'`;
      expect(row?.held).toBeGreaterThan(0);
    }, patience);
    await expect(line.renew()).rejects.toThrow();
    letGo();
    await holding;
    expect(await line.renew()).toBe("renewed");
  });
});

const programs = postgresPrograms();
describe.skipIf(!programs)("the line of a lead over TLS (needs PostgreSQL)", () => {
  it("renews, and ends nothing when it is given up, idle or at any moment of its beginning", {
    timeout: 120_000,
  }, async () => {
    const faults: unknown[] = [];
    const note = (error: unknown) => void faults.push(error);
    const { cluster } = await makeTemplates(programs);
    const { key, certificate } = selfSigned();
    const files = [`ssl_key_file=${key}`, `ssl_cert_file=${certificate}`];
    const server = await startServer(programs as string, cluster as string, ["ssl=on", ...files]);
    const sql = postgres(server.url("postgres"), { max: 1 });
    process.on("uncaughtException", note);
    process.on("unhandledRejection", note);
    try {
      await sql`CREATE TABLE leads (room_id text, epoch int8, holder text, expires_at timestamptz, stopped jsonb)`;
      await sql`INSERT INTO leads VALUES ('r1', 7, 'holder-a', clock_timestamp())`;
      const databaseUrl = server.url("postgres").replace("127.0.0.1", "localhost");
      const grant = { rooms: ["r1"], epoch: 7, holder: "holder-a" };
      const line = leadConnection({ ...grant, databaseUrl: `${databaseUrl}?sslmode=require` });
      for (const afterMs of [0, 1, 3, 10, 30, 100]) {
        expect(await line.renew()).toBe("renewed");
        const [session] = await sql`
          SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'guiwei motion' AND ssl`;
        expect(session?.ssl).toBe(true);
        line.giveUp();
        const renewal = line.renew().catch(() => "given up");
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        line.giveUp();
        expect(["given up", "renewed"]).toContain(await renewal);
      }
      // Nobody signed that certificate.
      const strict = leadConnection({ ...grant, databaseUrl: `${databaseUrl}?sslmode=verify-full` });
      await expect(strict.renew()).rejects.toThrow("self-signed");
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(faults).toEqual([]);
    } finally {
      process.off("uncaughtException", note);
      process.off("unhandledRejection", note);
      await sql.end();
      await server.stop();
    }
  });
});

describe("the database's name", () => {
  const find = (lookup: ReturnType<typeof addressFinder>) =>
    new Promise<unknown>((resolve) =>
      lookup("db.example", { all: true }, (error, found) => resolve(error?.code ?? found)),
    );

  it("is looked up once at a time, however often somebody connects: each lookup holds a thread that serial ports need", async () => {
    let asked = 0;
    const hanging = (() => {
      asked++;
    }) as unknown as typeof systemLookup;
    const lookup = addressFinder(hanging);
    const answers = await Promise.all([find(lookup), find(lookup), find(lookup), find(lookup), find(lookup)]);
    expect(answers).toEqual(Array(5).fill("ETIMEDOUT"));
    expect(asked).toBe(1);
  });

  it("stays known while the name service is away, and is followed when it names another address", async () => {
    let address: string | null = "127.0.0.1";
    const lookup = addressFinder(((_name: string, _options: unknown, done: (...args: unknown[]) => void) => {
      if (address) setImmediate(() => done(null, [{ address, family: 4 }]));
    }) as unknown as typeof systemLookup);
    expect(await find(lookup)).toEqual([{ address: "127.0.0.1", family: 4 }]);
    address = "127.0.0.2";
    expect(await find(lookup)).toEqual([{ address: "127.0.0.2", family: 4 }]);
    address = null;
    expect(await find(lookup)).toEqual([{ address: "127.0.0.2", family: 4 }]);
  });
});
