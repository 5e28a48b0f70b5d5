/** A lock that was answered with 201 while the database was away: it holds at the controller whoever leads next, and never comes back unseen. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AreaLockView, AreaView } from "../../src/contract/aisles.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { pause, until } from "../support/gateway-process.ts";
import { type LeadContext, type LeadGateway, openLeadContext } from "../support/lead-gateways.ts";
import { hasMosquitto } from "../support/mosquitto.ts";
import { postgresPrograms } from "../support/postgres-server.ts";

const programs = postgresPrograms();
/** For longer than this nobody is believed without being asked again, except for what only makes things safer. */
const knownMs = 5_000;

describe.skipIf(!programs || !hasMosquitto)("a lock over a lead that changes hands", () => {
  let context: LeadContext;
  let cookie = "";
  beforeAll(async () => {
    context = await openLeadContext(programs as string);
    const { a, b } = context;
    a.start();
    await until("a leads", async () => (await a.role()) === "leads");
    await context.signUp(a);
    b.start();
    await until("b stands by", async () => (await b.role()) === "stands-by");
    await asSupervisor();
  }, 300_000);
  afterAll(() => context?.dispose(), 60_000);

  async function asSupervisor(): Promise<void> {
    const direct = await openDatabase({ url: context.databaseUrl, connectionsMax: 1 });
    const [row] = await direct.sql`SELECT pg_typeof(roles)::text AS type FROM people LIMIT 1`;
    const roles = ["administrator", "operator", "supervisor"];
    if (row?.type === "jsonb") await direct.sql`UPDATE people SET roles = ${JSON.stringify(roles)}::text::jsonb`;
    else await direct.sql`UPDATE people SET roles = ${roles}::text[]`;
    await direct.close();
    const signedIn = await fetch(`${context.a.url}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ login: "admin", password: "only for tests 1" }),
    });
    cookie = signedIn.headers
      .getSetCookie()
      .map((one) => one.split(";")[0])
      .join("; ");
  }

  const area = async (gateway: LeadGateway) => (await gateway.ask("GET", "/api/v1/areas/r1.2")).body as AreaView;

  it("holds at its controller, is told as not held, and is put on again by nobody", async () => {
    const { a, b, twin } = context;
    await until("r1.2 may open", async () => {
      await twin.tell({ do: "key", area: "r1.2", key: "reset" });
      return (await area(a)).may["open:1"] === true;
    });
    expect((await a.ask("GET", "/api/v1/areas/r1.2", undefined, { cookie })).status).toBe(200);
    await pause(knownMs);
    a.proxy.swallows(true);
    const locked = await a.ask("POST", "/api/v1/areas/r1.2/lock", { reason: "检修" }, { cookie });
    expect([locked.status, (locked.body as AreaLockView).isKept]).toEqual([201, false]);
    await until("the controller is inhibited", async () => (await twin.area("r1.2")).controller.interlocks.inhibited);

    await until("b leads", async () => (await b.role()) === "leads");
    await until("a's motion has ended", () => a.motionPid() === null);
    await until("b sees it", async () => (await area(b)).isOnline);
    const { may } = await area(b);
    expect([may["open:1"], may["open:2"]]).toMatchObject([{ code: "area-inhibited" }, { code: "area-inhibited" }]);
    expect((await b.ask("POST", "/api/v1/areas/r1.2/open", { aisle: 1 })).status).toBe(409);

    a.proxy.swallows(false);
    await until("a stands by", async () => (await a.role()) === "stands-by");
    await b.kill();
    await until("a leads", async () => (await a.role()) === "leads");
    expect((await area(a)).locks).toEqual([]);
    const direct = await openDatabase({ url: context.databaseUrl, connectionsMax: 1 });
    const rows = await direct.sql`SELECT kind FROM journal WHERE kind LIKE 'area.lock%'`;
    await direct.close();
    expect(rows.map(({ kind }) => kind)).toEqual(["area.lock-lost"]);
  }, 300_000);
});
