/**
 * Lines to controllers change hands with the lead, whatever the one before still has open: a gateway that is held alone, so that its
 * motion lives on; one that was cut off from a database where nobody waited then. Two own beside one another, since both wait
 * for leads to run out. GUIWEI_LINE_LOOKS=40 looks at each line for twenty seconds in place of eight.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AreaView, CommandView } from "../../src/contract/aisles.ts";
import { beside } from "../support/beside.ts";
import { pause, until } from "../support/gateway-process.ts";
import { type LeadContext, type LeadGateway, openLeadContext } from "../support/lead-gateways.ts";
import { hasMosquitto } from "../support/mosquitto.ts";
import { postgresPrograms } from "../support/postgres-server.ts";
import { press } from "../support/stop-door.ts";

const programs = postgresPrograms();
/** A gateway that is thrown off its name comes back within a second, so that two of them never leave a line alone for so long. */
const looks = Number(process.env.GUIWEI_LINE_LOOKS ?? 16);
const lookEveryMs = 500;
const settlesMsMax = 10_000;

const area = async (gateway: LeadGateway, key = "r1.2") =>
  (await gateway.ask("GET", `/api/v1/areas/${key}`)).body as AreaView;

/** From ten seconds on at the latest the leader reaches its MQTT controller, and nobody takes its name at the broker. */
async function reaches(context: LeadContext, leader: LeadGateway): Promise<void> {
  const kicks = () =>
    context.mosquitto
      .said()
      .split("\n")
      .filter((line) => /already connected/i.test(line)).length;
  await until("it reaches r1.2", async () => (await area(leader)).isOnline);
  const settledByMs = performance.now() + settlesMsMax;
  let before = kicks();
  for (let seen = 0; seen < looks; await pause(lookEveryMs)) {
    const now = { lost: (await area(leader)).isOnline ? 0 : 1, kicks: kicks() - before };
    if (now.lost === 0 && now.kicks === 0) {
      seen++;
      continue;
    }
    expect((now.lost === 0 && now.kicks === 0) || performance.now() < settledByMs, JSON.stringify(now)).toBe(true);
    seen = 0;
    before = kicks();
  }
}

const role = (gateway: LeadGateway, wanted: "leads" | "stands-by") =>
  until(`it ${wanted}`, async () => (await gateway.role()) === wanted);

const isAble = programs !== null && hasMosquitto;

beside(
  "the lines of a lead that changed hands while the next one waited",
  () => {
    let context: LeadContext;
    beforeAll(async () => {
      context = await openLeadContext(programs as string);
      context.a.start();
      await role(context.a, "leads");
      await context.signUp(context.a);
      context.b.start();
      await role(context.b, "stands-by");
    }, 300_000);
    afterAll(() => context?.dispose(), 60_000);

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
      await role(a, "leads");
      b.signal("SIGCONT");
      await role(b, "stands-by");
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
      await role(b, "leads");
      await reaches(context, b);
      const aisle = await mayOpen(b);
      const asked = await b.ask("POST", "/api/v1/areas/r1.2/open", { aisle });
      const { id } = asked.body as CommandView;
      const settled = await until("it settles", async () => {
        const now = (await b.ask("GET", `/api/v1/commands/${id}`)).body as CommandView;
        return now.settledAtMs !== null && now;
      });
      expect([settled.state, settled.why]).toEqual(["done", null]);
      a.signal("SIGCONT");
      await role(a, "stands-by");
      await until("its motion has ended", () => a.motionPid() === null);
    }, 300_000);
  },
  isAble,
);

beside(
  "the lines of a lead that changed hands while nobody waited",
  () => {
    let context: LeadContext;
    beforeAll(async () => {
      context = await openLeadContext(programs as string);
      context.a.start();
      await role(context.a, "leads");
      await context.signUp(context.a);
    }, 300_000);
    afterAll(() => context?.dispose(), 60_000);

    // One that waited a minute ago is as one that never did: src/standby/awaited.test.ts.
    it("a leader that is cut off leaves the lines also to a gateway that was started after the cut", async () => {
      const { a, b } = context;
      await until("a reaches r1.2", async () => (await area(a)).isOnline);
      a.proxy.swallows(true);
      await pause(3_000);
      b.start();
      await role(b, "leads");
      await reaches(context, b);
      expect(a.motionPid()).toBeNull();
    }, 300_000);
  },
  isAble,
);
