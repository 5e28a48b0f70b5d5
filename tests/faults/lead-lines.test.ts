/**
 * Lines to controllers change hands with the lead, whatever the one before still has open: a gateway that is held alone, so that its
 * motion lives on; one that was cut off from a database where nobody waited then.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AreaView, CommandView } from "../../src/contract/aisles.ts";
import { pause, until } from "../support/gateway-process.ts";
import { type LeadContext, type LeadGateway, openLeadContext } from "../support/lead-gateways.ts";
import { hasMosquitto } from "../support/mosquitto.ts";
import { postgresPrograms } from "../support/postgres-server.ts";
import { press } from "../support/stop-door.ts";

const programs = postgresPrograms();
const looksMax = 40;
const lookEveryMs = 500;

describe.skipIf(!programs || !hasMosquitto)("the lines of a lead that changed hands", () => {
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

  const area = async (gateway: LeadGateway, key = "r1.2") =>
    (await gateway.ask("GET", `/api/v1/areas/${key}`)).body as AreaView;
  const kicks = () =>
    context.mosquitto
      .said()
      .split("\n")
      .filter((line) => /already connected/i.test(line)).length;

  /** For twenty seconds the leader reaches its MQTT controller, and nobody takes its name at the broker. */
  async function reaches(leader: LeadGateway): Promise<void> {
    await until("it reaches r1.2", async () => (await area(leader)).isOnline);
    await pause(10_000);
    const before = kicks();
    const seen: boolean[] = [];
    for (let i = 0; i < looksMax; i++) {
      seen.push((await area(leader)).isOnline);
      await pause(lookEveryMs);
    }
    expect({ lost: seen.filter((isOnline) => !isOnline).length, kicks: kicks() - before }).toEqual({
      lost: 0,
      kicks: 0,
    });
  }

  async function mayOpen(gateway: LeadGateway): Promise<number> {
    return until("r1.2 may open", async () => {
      await context.twin.tell({ do: "key", area: "r1.2", key: "reset" });
      const { may } = await area(gateway);
      return [1, 2].find((aisle) => may[`open:${aisle}`] === true);
    });
  }

  it("a STOP that the held gateway's own door took shuts the area at the next leader until a reset", async () => {
    const { a: b, b: a, twin } = context;
    await mayOpen(b);
    await twin.tell({ do: "deaf", area: "r1.2", on: true });
    b.signal("SIGSTOP");
    const { status } = await press(Number(new URL(b.url).port) + 1, { authorization: context.token() });
    expect(status).toBe(202);
    await until("the other leads", async () => (await a.role()) === "leads");
    b.signal("SIGCONT");
    await until("it stands by", async () => (await b.role()) === "stands-by");
    await twin.tell({ do: "deaf", area: "r1.2", on: false });
    await pause(4_000);
    const { may } = await area(a);
    expect([may["open:1"], may["open:2"]]).not.toContain(true);
    expect((await a.ask("POST", "/api/v1/areas/r1.2/open", { aisle: may["open:1"] === true ? 1 : 2 })).status).toBe(
      409,
    );
  }, 300_000);

  it("a gateway that is held alone: the next leader reaches the controllers and opens, the first one steps back", async () => {
    const { a: b, b: a } = context;
    a.signal("SIGSTOP");
    await until("the other leads", async () => (await b.role()) === "leads");
    await reaches(b);
    const aisle = await mayOpen(b);
    const asked = await b.ask("POST", "/api/v1/areas/r1.2/open", { aisle });
    const { id } = asked.body as CommandView;
    const settled = await until("it settles", async () => {
      const now = (await b.ask("GET", `/api/v1/commands/${id}`)).body as CommandView;
      return now.settledAtMs !== null && now;
    });
    expect([settled.state, settled.why]).toEqual(["done", null]);
    a.signal("SIGCONT");
    await until("it stands by", async () => (await a.role()) === "stands-by");
    await until("its motion has ended", () => a.motionPid() === null);
  }, 300_000);

  it("a leader that is cut off leaves the lines also to a gateway that was started after the cut", async () => {
    const { a, b } = context;
    await b.kill();
    // Long enough for the leader to know that nobody waits any more.
    await pause(70_000);
    a.proxy.swallows(true);
    await pause(3_000);
    b.start();
    await until("b leads", async () => (await b.role()) === "leads");
    await reaches(b);
    expect(a.motionPid()).toBeNull();
  }, 300_000);
});
