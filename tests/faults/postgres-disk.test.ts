/**
 * PostgreSQL's own disk runs full under a gateway that writes: first no table can grow, then the write-ahead log ends the server.
 * The gateway stays up, says what is wrong, and goes on when there is room and a server again; nothing acknowledged is lost.
 */
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Health } from "../../src/contract/ports.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { makeTemplates, templateName } from "../support/database-templates.ts";
import { openGatewayProcess, pause, type TestGateway, until } from "../support/gateway-process.ts";
import { postgresPrograms, startServer, type TestServer } from "../support/postgres-server.ts";
import { mountDisk, noDisk, unmountDisk } from "../support/small-disk.ts";

const programs = postgresPrograms();
const diskMb = 256;
const writersMax = 4;
const disk = mkdtempSync(join(tmpdir(), "guiwei-small-disk-"));
const why = programs ? noDisk : "no PostgreSQL";
const ballast = join(disk, "ballast");

/** To the last byte: the writers may have taken it meanwhile. */
function fill(): void {
  const { bavail, bsize } = statfsSync(disk);
  try {
    writeFileSync(ballast, Buffer.alloc(bavail * bsize));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}

describe.skipIf(why !== null)(`PostgreSQL on a disk that runs full${why ? ` (SKIPPED: ${why})` : ""}`, () => {
  let server: TestServer;
  let gateway: TestGateway;
  let isWriting = true;
  const acknowledged: string[] = [];
  const answers = new Map<string, number>();

  beforeAll(async () => {
    mountDisk(disk, diskMb);
    chmodSync(disk, 0o755);
    const { cluster } = await makeTemplates(programs);
    const log = ["synchronous_commit=on", "max_wal_size=32MB", "min_wal_size=32MB", "shared_buffers=16MB"];
    server = await startServer(programs as string, cluster as string, log, disk);
    gateway = await openGatewayProcess("postgres", {}, { server });
  }, 300_000);
  afterAll(async () => {
    isWriting = false;
    rmSync(ballast, { force: true });
    await gateway?.dispose();
    await server?.stop();
    unmountDisk(disk);
    rmSync(disk, { recursive: true, force: true });
  }, 60_000);

  async function write(writer: number): Promise<void> {
    for (let n = 0; isWriting; n++) {
      const barcode = `W${writer}-${n}`;
      const { status, body } = await gateway
        .ask("POST", "/api/v1/boxes", { barcode, thicknessMm: 40, reason: "满".repeat(500) })
        .catch((error: Error) => ({ status: 0, body: error.message }));
      if (status === 201) acknowledged.push(barcode);
      else await pause(50);
      const code = (body as { code?: string })?.code ?? (status === 201 ? "created" : String(body));
      answers.set(`${status} ${code}`, (answers.get(`${status} ${code}`) ?? 0) + 1);
    }
  }
  const health = async () => (await gateway.ask("GET", "/health")).body as Health;
  const more = async (what: string) => {
    const before = acknowledged.length;
    await until(what, () => acknowledged.length >= before + 20);
  };

  it("the gateway lives, says so, and goes on when there is room", async () => {
    const writers = Array.from({ length: writersMax }, (_, writer) => write(writer));
    await more("boxes are made");
    fill();
    const problem = await until("it is said what is wrong", async () =>
      (await health()).problems.find(({ code }) => code === "storage-full" || code === "database-away"),
    );
    expect(problem.zh.length).toBeGreaterThan(10);
    await until("nothing is acknowledged any more", async () => {
      const before = acknowledged.length;
      await pause(2_000);
      return acknowledged.length === before;
    });
    // Long enough for whoever gives up.
    await pause(5_000);
    expect(gateway.ended(), gateway.said()).toBeNull();
    // What an administrator does: room, and a server that had ended starts again.
    rmSync(ballast, { force: true });
    await server.down("SIGINT");
    await server.up();
    await more("boxes are made again");
    expect(gateway.ended(), gateway.said()).toBeNull();
    isWriting = false;
    await Promise.all(writers);
    const database = await openDatabase({ url: server.url(templateName), connectionsMax: 1 });
    try {
      const rows = await database.sql<{ barcode: string }[]>`SELECT barcode FROM boxes WHERE barcode LIKE 'W%'`;
      const kept = new Set(rows.map(({ barcode }) => barcode));
      expect(acknowledged.filter((barcode) => !kept.has(barcode))).toEqual([]);
    } finally {
      await database.close();
    }
    const told = [...answers].filter(([answer]) => !answer.startsWith("201")).map(([answer]) => answer);
    expect(told.length).toBeGreaterThan(0);
    for (const answer of told) expect(answer).toMatch(/^(503|507) |^409 conflict|^0 /);
    expect((await gateway.call<{ faults: unknown[] }>("GET", "/api/v1/journal/verify?chain=house")).faults).toEqual([]);
  }, 400_000);
});
