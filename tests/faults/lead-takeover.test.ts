/**
 * Two gateways on one PostgreSQL: the leader dies in each way there is, the standby leads within ten seconds, moves nothing by
 * itself and knows what the first one knew; whoever wakes up moves nothing and writes nothing. Two own beside one another, since
 * both mostly wait for leads to run out.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AreaView, CommandView } from "../../src/contract/aisles.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { beside } from "../support/beside.ts";
import { pause, until } from "../support/gateway-process.ts";
import { type LeadContext, type LeadGateway, openLeadContext } from "../support/lead-gateways.ts";
import { inWords, type MachineHold, machineHold, type Took } from "../support/machine-hold.ts";
import { hasMosquitto } from "../support/mosquitto.ts";
import { postgresPrograms } from "../support/postgres-server.ts";
import type { TwinArea } from "../support/twin-process.ts";

const programs = postgresPrograms();
/** What a machine holds a bare process meanwhile comes on top. */
const takeoverMsMax = 10_000;
const areaKeys = ["r1.1", "r1.2"];
const attemptsMax = 6;
const isAble = programs !== null && hasMosquitto;

/** Questions to two gateways, and to their twin. */
function asksOf(context: () => LeadContext) {
  const leads = (gateway: LeadGateway) =>
    until("it leads", async () => {
      if (gateway.ended() !== null) throw new Error(`it ended: ${gateway.said()}`);
      return (await gateway.role()) === "leads";
    });
  const standsBy = (gateway: LeadGateway) =>
    until("it stands by", async () => {
      if (gateway.ended() !== null) throw new Error(`it ended: ${gateway.said()}`);
      return (await gateway.role()) === "stands-by";
    });
  async function signIn(gateway: LeadGateway, login = "admin", password = "only for tests 1"): Promise<string> {
    const signedIn = await fetch(`${gateway.url}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ login, password }),
    });
    expect(signedIn.status).toBe(200);
    const cookies = signedIn.headers.getSetCookie().map((one) => one.split(";")[0]);
    return cookies.join("; ");
  }
  /** Who leads, who waits. */
  async function roles(): Promise<{ leader: LeadGateway; standby: LeadGateway }> {
    const { a, b } = context();
    return (await a.role()) === "leads" ? { leader: a, standby: b } : { leader: b, standby: a };
  }
  const area = async (gateway: LeadGateway, areaKey: string) =>
    (await gateway.ask("GET", `/api/v1/areas/${areaKey}`)).body as AreaView;
  const stands = (controller: TwinArea["controller"]) =>
    controller.columns.every((column) => column.motion === "still");
  const positions = () => Promise.all(areaKeys.map(async (key) => (await context().twin.area(key)).positionsMm));

  async function mayOpen(gateway: LeadGateway, areaKey: string, aisle: number): Promise<void> {
    await until(`${areaKey} may open aisle ${aisle}`, async () => {
      await context().twin.tell({ do: "key", area: areaKey, key: "reset" });
      return (await area(gateway, areaKey)).may?.[`open:${aisle}`] === true;
    });
  }

  async function opened(gateway: LeadGateway, areaKey: string, aisle: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await mayOpen(gateway, areaKey, aisle);
      const asked = await gateway.ask("POST", `/api/v1/areas/${areaKey}/open`, { aisle });
      const { id } = asked.body as CommandView;
      const view =
        asked.status === 202 &&
        (await until(`${areaKey} settles`, async () => {
          const now = (await gateway.ask("GET", `/api/v1/commands/${id}`)).body as CommandView;
          return now.settledAtMs !== null && now;
        }));
      if (view && view.state === "done") return;
      if (attempt === attemptsMax) throw new Error(`${areaKey} does not open: ${JSON.stringify([asked.body, view])}`);
    }
  }

  /** The newest row of each chain: a writer changes one. */
  async function written(): Promise<string> {
    const database = await openDatabase({ url: context().databaseUrl, connectionsMax: 1 });
    const rows = await database.sql`SELECT chain, revision, hash FROM chain_heads ORDER BY 1`;
    await database.close();
    return JSON.stringify(rows);
  }

  return { area, leads, opened, positions, roles, signIn, stands, standsBy, written };
}

/** Two gateways, one of which leads, and what is asked of them. */
function gatewaysOf() {
  let context: LeadContext;
  let hold: MachineHold;
  const measured: Record<string, Took> = {};

  beforeAll(async () => {
    context = await openLeadContext(programs as string);
    hold = await machineHold();
    hold.rest();
    context.a.start();
    await leads(context.a);
    await context.signUp(context.a);
    context.b.start();
    await standsBy(context.b);
  }, 300_000);
  afterAll(async () => {
    console.log("takeover, ms:", measured);
    hold?.close();
    await context?.dispose();
  }, 60_000);

  const asks = asksOf(() => context);
  const { leads, standsBy, roles, positions, written, stands } = asks;

  async function measure(what: string, kill: (leader: LeadGateway) => void | Promise<void>): Promise<void> {
    const { leader, standby } = await roles();
    const before = await positions();
    await hold.begin();
    const diedAtMs = Date.now();
    await kill(leader);
    await leads(standby);
    const took = await hold.during(Date.now() - diedAtMs);
    hold.rest();
    measured[what] = took;
    console.log(`takeover after ${what}: ${inWords(took)}`);
    expect(took.oursMs).toBeLessThan(takeoverMsMax);
    // Nothing by itself: the areas come up as after a restart.
    await pause(1_500);
    expect(await positions()).toEqual(before);
  }

  /** Moves nothing, writes nothing, and is a standby again, in the same process. */
  async function wakes(former: LeadGateway, wake: () => void): Promise<void> {
    const { leader } = await roles();
    expect(leader).not.toBe(former);
    const pid = former.pid();
    const [before, rows] = [await positions(), await written()];
    wake();
    await standsBy(former);
    expect(former.pid()).toBe(pid);
    expect(former.ended()).toBe(null);
    await until("its motion is gone", () => former.motionPid() === null);
    expect(await positions()).toEqual(before);
    expect(await written()).toEqual(rows);
    expect(former.said()).toMatch(
      /has taken the lead: this gateway stops what moves|the lead has run out, and a gateway/,
    );
    const refused = await former.ask("POST", "/api/v1/areas/r1.1/open", { aisle: 1 });
    expect(refused.body).toMatchObject({ code: "gateway-stands-by" });
    expect(await leader.role()).toBe("leads");
    for (const key of areaKeys) expect(stands((await context.twin.area(key)).controller)).toBe(true);
  }

  return {
    ...{ ...asks, measure, wakes },
    measured,
    get hold() {
      return hold;
    },
    get context() {
      return context;
    },
  };
}

beside(
  "a lead whose gateway dies or is held (needs PostgreSQL and Mosquitto)",
  () => {
    const two = gatewaysOf();
    const { area, measure, opened, roles, signIn, standsBy, wakes } = two;

    it("a standby reads, says who leads, refuses every change by name, and has no line to any device", async () => {
      const { leader, standby } = await roles();
      const health = (await standby.ask("GET", "/health", undefined, {})).body as { lead: unknown };
      expect(health.lead).toMatchObject({ role: "stands-by", leader: { url: "https://a.example", epoch: 1 } });
      const shown = await standby.ask("GET", "/api/v1/lead");
      expect(shown.body).toEqual(health.lead);
      expect(String((await standby.ask("GET", "/metrics", undefined, {})).bytes)).toMatch(
        new RegExp(`guiwei_leads\\{leader=".*pid ${leader.pid()}\\)"\\} 0`),
      );
      for (const path of [
        "/rooms",
        "/people",
        "/search?q=1",
        "/stocktakes",
        "/relocations",
        "/loans",
        "/imports",
        "/alarms",
      ])
        expect([path, (await standby.ask("GET", `/api/v1${path}`)).status]).toEqual([path, 200]);
      const unseen = await area(standby, "r1.1");
      expect(unseen).toMatchObject({ isOnline: false, openAisle: null, columns: [], people: null });
      expect(unseen.may["open:1"]).toMatchObject({ code: "area-led-elsewhere" });
      for (const path of ["/areas/r1.1/open", "/areas/r1.1/stop", "/stop", "/boxes", "/set-up", "/nowhere"]) {
        const refused = await standby.ask("POST", `/api/v1${path}`, { aisle: 1 });
        expect([path, refused.status, (refused.body as { code: string }).code]).toEqual([
          path,
          503,
          "gateway-stands-by",
        ]);
        const { zh, en } = refused.body as { zh: string; en: string };
        for (const sentence of [zh, en]) expect(sentence).toContain(`pid ${leader.pid()}`);
      }
      expect(standby.said()).toMatch(/本网关待命：现由 .*pid/);
      expect(standby.said()).toMatch(/This gateway stands by: .*pid/);
      const links = JSON.parse(readFileSync(two.context.twin.linksFile, "utf8")) as Record<string, { port?: number }>;
      const devices = [
        two.context.mosquitto.port,
        ...Object.values(links).flatMap(({ port }) => (port ? [Number(port)] : [])),
      ];
      expect(devices.length).toBeGreaterThan(1);
      const ofDevices = (gateway: LeadGateway) => devices.filter((port) => gateway.remotePorts().includes(port));
      expect(ofDevices(standby)).toEqual([]);
      expect(standby.motionPid()).toBe(null);
      // The leader and its motion have every one of them, or the test would see nothing.
      await expect.poll(() => ofDevices(leader), { timeout: 30_000 }).toEqual(devices);
    }, 120_000);

    it("people sign in and out at a standby, and their session is known to the leader", async () => {
      const { leader, standby } = await roles();
      const cookie = await signIn(standby);
      const known = await leader.ask("GET", "/api/v1/session", undefined, { cookie });
      expect(known.body).toMatchObject({ person: { login: "admin" } });
      expect((await standby.ask("DELETE", "/api/v1/session", undefined, { cookie })).status).toBe(204);
    }, 60_000);

    it("kill -9 of the gateway: the next one knows its inhibit and its journal, and opens only when asked", async () => {
      const { leader, standby } = await roles();
      await Promise.all(areaKeys.map((key) => opened(leader, key, 1)));
      await until("inhibit is possible", async () => (await area(leader, "r1.2")).may.inhibit === true);
      expect((await leader.ask("POST", "/api/v1/areas/r1.2/inhibit", { reason: "check" })).status).toBe(202);
      await until("it is inhibited", async () => (await area(leader, "r1.2")).interlocks.includes("inhibited"));
      const wang = { login: "wang", name: "王工", roles: ["operator"], language: "zh", password: "only for tests 2" };
      expect((await leader.ask("POST", "/api/v1/people", wang)).status).toBe(201);
      const cookie = await signIn(leader, wang.login, wang.password);
      const locked = await leader.ask("POST", "/api/v1/areas/r1.1/lock", { reason: "between the shelves" }, { cookie });
      expect([locked.status, locked.body]).toEqual([201, expect.objectContaining({ name: wang.name })]);
      await until("the lock is stored", async () => (await area(leader, "r1.1")).locks[0]?.isKept);
      await measure("kill -9 of the gateway", (dying) => void dying.kill());
      await until("its areas are there", async () => (await area(standby, "r1.2")).isOnline);
      await until("it knows the inhibit", async () => (await area(standby, "r1.2")).interlocks.includes("inhibited"));
      const release = () => standby.ask("POST", "/api/v1/areas/r1.2/release", { reason: "done" });
      await until("it is released", async () => (await release()).status === 202);
      expect((await area(standby, "r1.1")).locks).toMatchObject([{ name: wang.name, reason: "between the shelves" }]);
      const barred = await standby.ask("POST", "/api/v1/areas/r1.1/open", { aisle: 2 });
      expect([barred.status, (barred.body as { code: string }).code]).toEqual([409, "area-locked"]);
      expect((await standby.ask("POST", "/api/v1/areas/r1.1/unlock", undefined, { cookie })).status).toBe(204);
      await opened(standby, "r1.1", 2);
      leader.start();
      await standsBy(leader);
    }, 400_000);

    it("SIGSTOP of the gateway alone, and what wakes up hours later stands by", async () => {
      const { leader } = await roles();
      await measure("SIGSTOP of the gateway", (dying) => dying.signal("SIGSTOP"));
      await wakes(leader, () => leader.signal("SIGCONT"));
    }, 400_000);
  },
  isAble,
);

beside(
  "a lead whose motion is held, that is cut off, or is given up (needs PostgreSQL and Mosquitto)",
  () => {
    const two = gatewaysOf();
    const { leads, measure, opened, roles, standsBy, wakes } = two;

    it("SIGSTOP of gateway and motion, and what wakes up moves nothing and writes nothing", async () => {
      const { leader } = await roles();
      const motion = leader.motionPid() as number;
      await measure("SIGSTOP of gateway and motion", (dying) => {
        process.kill(motion, "SIGSTOP");
        dying.signal("SIGSTOP");
      });
      await wakes(leader, () => {
        process.kill(motion, "SIGCONT");
        leader.signal("SIGCONT");
      });
    }, 400_000);

    it("a network that swallows every packet between leader and PostgreSQL, in both directions", async () => {
      const { leader } = await roles();
      // It looks every two seconds whether somebody waits for its lead; without anybody it would keep its lines, for STOP.
      await pause(6_000);
      await measure("a network that swallows", (dying) => dying.proxy.swallows(true));
      // It answers, and opens nothing: two of them never both say yes.
      const asked = await leader.ask("POST", "/api/v1/areas/r1.1/open", { aisle: 1 }).catch(() => ({ status: 0 }));
      expect(asked.status).not.toBe(202);
      // Cut off, it knows that another may lead by now: it leaves the lines of the devices to that one.
      await until("it has left the lines", () => leader.motionPid() === null);
      const fromMs = Date.now();
      await until(
        "it waits for its database",
        () => leader.said().includes("does not answer yet") || leader.ended() !== null,
      );
      console.log(`closed ${Date.now() - fromMs} ms after it left the lines`);
      expect(leader.ended(), leader.said()).toBe(null);
      expect(leader.remotePorts()).not.toContain(two.context.mosquitto.port);
      await wakes(leader, () => leader.proxy.swallows(false));
    }, 400_000);

    it("however they are pressed, two gateways never both say yes", async () => {
      const { leader, standby } = await roles();
      await opened(leader, "r1.1", 1);
      const yes: { who: LeadGateway; askedAtMs: number; answeredAtMs: number }[] = [];
      let isPressing = true;
      async function press(who: LeadGateway): Promise<void> {
        for (let n = 0; isPressing; n++) {
          const askedAtMs = Date.now();
          const aisle = 1 + (n % 2);
          const { status } = await who
            .ask("POST", "/api/v1/areas/r1.1/open", { aisle })
            .catch((): { status: number } => ({ status: 0 }));
          if (status === 202) yes.push({ who, askedAtMs, answeredAtMs: Date.now() });
          await two.context.twin.tell({ do: "key", area: "r1.1", key: "reset" });
          await pause(200);
        }
      }
      const saidYes = (who: LeadGateway) => yes.some((one) => one.who === who);
      const pressing = [press(leader), press(standby)];
      try {
        await until("the leader says yes", () => saidYes(leader));
        const motion = leader.motionPid() as number;
        process.kill(motion, "SIGSTOP");
        leader.signal("SIGSTOP");
        await until("the next one says yes", () => saidYes(standby));
        process.kill(motion, "SIGCONT");
        leader.signal("SIGCONT");
        await standsBy(leader);
      } finally {
        isPressing = false;
      }
      await Promise.all(pressing);
      const firstOfNext = Math.min(...yes.filter(({ who }) => who === standby).map((one) => one.askedAtMs));
      expect(yes.filter(({ who, answeredAtMs }) => who === leader && answeredAtMs > firstOfNext)).toEqual([]);
      for (const key of areaKeys) expect((await two.context.twin.area(key)).safety.crushed).toBe(0);
    }, 400_000);

    it("an orderly end hands over within a second or so", async () => {
      const { leader, standby } = await roles();
      const sent = leader.kill("SIGTERM");
      await sent;
      await two.hold.begin();
      const endedAtMs = Date.now();
      await leads(standby);
      two.measured["an orderly end, from its last moment"] = await two.hold.during(Date.now() - endedAtMs);
      two.hold.rest();
      expect(leader.ended()).toBe(0);
      leader.start();
      await standsBy(leader);
    }, 200_000);
  },
  isAble,
);
