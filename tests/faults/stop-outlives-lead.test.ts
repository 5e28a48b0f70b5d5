/** A STOP taken at its own door of a held gateway, for a controller that does not hear it, with processes and a standby on one PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AreaView } from "../../src/contract/aisles.ts";
import { until } from "../support/gateway-process.ts";
import { type LeadContext, type LeadGateway, openLeadContext } from "../support/lead-gateways.ts";
import { hasMosquitto } from "../support/mosquitto.ts";
import { postgresPrograms } from "../support/postgres-server.ts";
import { press } from "../support/stop-door.ts";

const programs = postgresPrograms();
const areaKey = "r1.2";

describe.skipIf(!programs || !hasMosquitto)("a STOP and the lead (needs PostgreSQL and mosquitto)", () => {
  let context: LeadContext;
  beforeAll(async () => {
    context = await openLeadContext(programs as string);
    context.a.start();
    await until("a leads", async () => (await context.a.role()) === "leads");
    await context.signUp(context.a);
    context.b.start();
    await until("b stands by", async () => (await context.b.role()) === "stands-by");
  }, 300_000);
  afterAll(() => context?.dispose(), 60_000);
  const area = async (gateway: LeadGateway) => (await gateway.ask("GET", `/api/v1/areas/${areaKey}`)).body as AreaView;

  it("whoever leads next has not forgotten it: nothing opens before somebody resets", async () => {
    const { a, b, twin } = context;
    await until("it may open", async () => {
      await twin.tell({ do: "key", area: areaKey, key: "reset" });
      return (await area(a)).may["open:1"] === true;
    });
    a.signal("SIGSTOP");
    await twin.tell({ do: "deaf", area: areaKey, on: true });
    const { status } = await press(Number(new URL(a.url).port) + 1, { authorization: context.token() });
    expect(status).toBe(202);
    await until("b leads", async () => (await b.role()) === "leads");
    a.signal("SIGCONT");
    await until("a stands by", async () => (await a.role()) === "stands-by");
    await until("a's motion has ended", () => a.motionPid() === null);
    await twin.tell({ do: "deaf", area: areaKey, on: false });
    await until("b hears the controller", async () => (await area(b)).isOnline);
    const asked = await b.ask("POST", `/api/v1/areas/${areaKey}/open`, { aisle: 1 });
    expect(asked.status).toBe(409);
    expect((await area(b)).interlocks).toContain("needsReset");
    await until("it is reset at the panel, and may open", async () => {
      await twin.tell({ do: "key", area: areaKey, key: "reset" });
      return (await area(b)).may["open:1"] === true;
    });
  }, 300_000);
});
