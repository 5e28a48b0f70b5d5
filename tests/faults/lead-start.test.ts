/** How gateways begin beside each other: at once on a new database, in one folder, with another schema; and commands beside them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../../src/storage/open-database.ts";
import { until } from "../support/gateway-process.ts";
import { type LeadContext, type LeadGateway, openLeadContext } from "../support/lead-gateways.ts";
import { hasMosquitto } from "../support/mosquitto.ts";
import { postgresPrograms } from "../support/postgres-server.ts";

const programs = postgresPrograms();

describe.skipIf(!programs || !hasMosquitto)("gateways that begin (needs PostgreSQL and Mosquitto)", () => {
  let context: LeadContext;
  let database: Database;
  const folder = mkdtempSync(join(tmpdir(), "guiwei-lead-start-"));

  beforeAll(async () => {
    // A database with nothing in it, not even tables.
    context = await openLeadContext(programs as string, { isEmpty: true });
    database = await openDatabase({ url: context.databaseUrl, connectionsMax: 2 });
  }, 300_000);
  afterEach(async () => {
    await database.sql`DELETE FROM drizzle.__drizzle_migrations WHERE hash = 'of-later'`;
  });
  afterAll(async () => {
    await database?.close();
    await context?.dispose();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  async function roles(): Promise<{ leader: LeadGateway; standby: LeadGateway }> {
    const { a, b } = context;
    return (await a.role()) === "leads" ? { leader: a, standby: b } : { leader: b, standby: a };
  }

  it("two at once on a new database: one makes the schema and leads, the other stands by", async () => {
    const { a, b } = context;
    a.start();
    b.start();
    await until("both are there", async () => {
      for (const gateway of [a, b]) if (gateway.ended() !== null) throw new Error(`it ended: ${gateway.said()}`);
      const now = [await a.role(), await b.role()].sort();
      return now[0] === "leads" && now[1] === "stands-by";
    });
    const applied = await database.sql`SELECT hash, count(*)::int FROM drizzle.__drizzle_migrations GROUP BY 1`;
    expect(applied.length).toBeGreaterThan(5);
    expect(applied.every(({ count }) => count === 1)).toBe(true);
    expect(await database.sql`SELECT DISTINCT epoch::int FROM leads`).toEqual([{ epoch: 1 }]);
    const { leader } = await roles();
    await context.signUp(leader);
  }, 300_000);

  it("a second one in the same folder is refused in words", async () => {
    const { leader } = await roles();
    const { code, said } = await leader.guiwei({ PORT: "0" }, "serve");
    expect(code).toBe(1);
    expect(said).toContain("数据目录正被另一个进程使用");
    expect(said).toMatch(/is in use by another Guiwei \(pid \d+\)/);
    expect(await leader.role()).toBe("leads");
  }, 120_000);

  it("a standby of another schema answers its health and that sentence, and reads again when it is the same", async () => {
    const { leader, standby } = await roles();
    await database.sql`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('of-later', 1)`;
    const rooms = () => standby.ask("GET", "/api/v1/rooms").catch(() => null);
    const refused = await until("it serves no more", async () => {
      const answer = await rooms();
      return answer?.status === 503 && answer;
    });
    expect(refused.body).toMatchObject({ code: "standby-other-schema" });
    expect((refused.body as { en: string }).en).toContain(`pid ${leader.pid()}`);
    const health = await standby.ask("GET", "/health");
    expect([health.status, (health.body as { lead: { role: string } }).lead.role]).toEqual([200, "stands-by"]);
    for (const path of ["/", "/metrics", "/api/v1/session", "/docs"])
      expect([path, (await standby.ask("GET", path)).status]).toEqual([path, 503]);
    expect(standby.said()).toMatch(/the database has another schema than this program/);
    await database.sql`DELETE FROM drizzle.__drizzle_migrations WHERE hash = 'of-later'`;
    await until("it reads again", async () => (await rooms())?.status === 200);
  }, 120_000);

  it("commands work beside a leader, but none changes the schema under it, and nothing is restored", async () => {
    const { leader } = await roles();
    const verified = await leader.guiwei({}, "journal", "verify");
    expect([verified.code, verified.said]).toEqual([0, expect.stringContaining("0 处异常 / faults")]);
    const file = join(folder, "beside.gz");
    expect((await leader.guiwei({}, "backup", file)).code).toBe(0);
    const restored = await leader.guiwei({}, "restore", file, "--force");
    expect(restored.code).toBe(1);
    expect(restored.said).toContain("正在使用这个数据库，不能恢复");
    expect(restored.said).toContain("so nothing is restored");
    const [last] = await database.sql<{ hash: string; created_at: string }[]>`
      DELETE FROM drizzle.__drizzle_migrations WHERE id = (SELECT max(id) FROM drizzle.__drizzle_migrations)
      RETURNING hash, created_at::text`;
    const refused = await leader.guiwei({}, "journal", "verify");
    await database.sql`
      INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (${last?.hash ?? ""}, ${last?.created_at ?? 0})`;
    expect(refused.code).toBe(1);
    expect(refused.said).toMatch(/数据库的结构需要升级/);
    expect(refused.said).toMatch(/has to be brought forward .* while .* works with it/);
  }, 200_000);

  it("a write of the leader's whose rows are gone from the table of leads ends its leading", async () => {
    const { leader, standby } = await roles();
    // As another gateway would have taken it: the next epoch, and out at once.
    await database.sql`UPDATE leads SET epoch = epoch + 1, holder = 'somebody', expires_at = clock_timestamp()`;
    const asked = await leader.ask("POST", "/api/v1/boxes", { barcode: "LATE-1", thicknessMm: 40 }).catch(() => null);
    expect(asked?.status).not.toBe(201);
    await until("one of the two leads again", async () =>
      [await leader.role(), await standby.role()].includes("leads"),
    );
    expect(await database.sql`SELECT 1 FROM boxes WHERE barcode = 'LATE-1'`).toEqual([]);
    await until("both are there", async () => {
      const now = [await leader.role(), await standby.role()].sort();
      return now[0] === "leads" && now[1] === "stands-by";
    });
    expect(leader.ended()).toBe(null);
  }, 200_000);
});
