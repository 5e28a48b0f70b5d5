/** Connections over TLS that are let go while their network swallows what is sent: nothing of them is left, and nothing ends a program. */
import { Worker } from "node:worker_threads";
import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/clock.ts";
import { leadClient } from "../../src/standby/lead-client.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { makeTemplates } from "../support/database-templates.ts";
import { postgresPrograms, startServer, type TestServer } from "../support/postgres-server.ts";
import { selfSigned } from "../support/self-signed.ts";

const programs = postgresPrograms();

/** In a thread of its own, so that this one's sockets are those of the clients alone. Lost, it answers no goodbye either. */
const network = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { connect, createServer } = require("node:net");
  let isLost = false;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: workerData, host: "127.0.0.1", allowHalfOpen: true });
    for (const [from, to] of [[near, far], [far, near]]) {
      from.on("error", () => {});
      from.on("data", (bytes) => { if (!isLost) to.write(bytes); });
      from.on("end", () => { if (!isLost) to.end(); });
    }
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
  parentPort.on("message", (lost) => { isLost = lost; parentPort.postMessage("so"); });`;

const socketsOpen = () =>
  process.getActiveResourcesInfo().filter((name) => /^(TCPSocketWrap|TLSWrap)$/.test(name)).length;

describe.skipIf(!programs)("let go over TLS (needs PostgreSQL)", () => {
  let server: TestServer;
  let thread: Worker;
  let url: string;
  const faults: unknown[] = [];
  const note = (error: unknown) => void faults.push(error);
  const heard = () => new Promise<unknown>((resolve) => thread.once("message", resolve));
  const lose = async (isLost: boolean) => {
    thread.postMessage(isLost);
    await heard();
  };

  beforeAll(async () => {
    const { cluster } = await makeTemplates(programs);
    const { key, certificate } = selfSigned();
    const files = [`ssl_key_file=${key}`, `ssl_cert_file=${certificate}`];
    server = await startServer(programs as string, cluster as string, ["ssl=on", ...files]);
    const own = new URL(server.url("postgres"));
    thread = new Worker(network, { eval: true, workerData: Number(own.port) });
    own.port = String(await heard());
    url = `${own.href}?sslmode=require`;
    process.on("uncaughtException", note);
    process.on("unhandledRejection", note);
  }, 120_000);
  afterAll(async () => {
    process.off("uncaughtException", note);
    process.off("unhandledRejection", note);
    await thread?.terminate();
    await server?.stop();
  }, 60_000);

  async function nothingIsLeft(before: number): Promise<void> {
    // A goodbye has a second; a network without an end keeps a socket for a quarter of an hour.
    await expect.poll(socketsOpen, { timeout: 15_000 }).toBe(before);
    await lose(false);
    expect(faults).toEqual([]);
  }

  it("a question about the lead that nobody answers in time", async () => {
    const before = socketsOpen();
    const client = leadClient(url, systemClock());
    const asks = (sql: postgres.Sql) => sql`SELECT 1 AS one`;
    expect(await client.ask(asks, 5_000)).toEqual([{ one: 1 }]);
    await lose(true);
    await expect(client.ask(asks, 300)).rejects.toThrow();
    await nothingIsLeft(before);
    expect(await client.ask(asks, 10_000)).toEqual([{ one: 1 }]);
    await client.close();
  }, 60_000);

  it("a leader's connections, busy and idle, when the lead is another's; its end waits for none of them", async () => {
    const before = socketsOpen();
    const { sql, close } = await openDatabase({ url, connectionsMax: 4 });
    const idle = await Promise.all([1, 2, 3, 4].map(() => sql`SELECT pg_sleep(0.2)`));
    expect(idle).toHaveLength(4);
    await lose(true);
    const busy = sql`SELECT 1`.catch(() => "refused");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const startedMs = performance.now();
    await sql.end({ timeout: 0 });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(await busy).toBe("refused");
    await close();
    await nothingIsLeft(before);
  }, 60_000);
});
