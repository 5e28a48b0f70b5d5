/**
 * A lead changes hands, or nearly does, while carriages roll: motion alone is held beside a living gateway, or is held and wakes up
 * when another leads and moves the same carriages. Whoever lost the lead moves nothing and writes nothing.
 * Two own beside one another, since both mostly wait for leads to run out.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "../../src/storage/open-database.ts";
import { beside } from "../support/beside.ts";
import { isAlive } from "../support/gateway-children.ts";
import { pause, until } from "../support/gateway-process.ts";
import { type LeadContext, type LeadGateway, openLeadContext } from "../support/lead-gateways.ts";
import { hasMosquitto } from "../support/mosquitto.ts";
import { openingsOf } from "../support/openings.ts";
import { postgresPrograms } from "../support/postgres-server.ts";

const programs = postgresPrograms();
const [onSerial, onMqtt] = ["r1.1", "r1.2"];
const both = [onSerial, onMqtt];
const isAble = programs !== null && hasMosquitto;
/** Of a gateway that lost the lead and could not close in time (src/serve-led.ts). */
const exitCode = 75;

/** Two gateways, one of which leads. */
function gatewaysOf() {
  let context: LeadContext;
  beforeAll(async () => {
    context = await openLeadContext(programs as string);
    context.a.start();
    await until("a leads", async () => (await context.a.role()) === "leads");
    await context.signUp(context.a);
    context.b.start();
    await until("b stands by", async () => (await context.b.role()) === "stands-by");
    await context.twin.tell({ do: "speed", factor: 0.5 });
  }, 300_000);
  afterAll(() => context?.dispose(), 60_000);

  const of = (gateway: LeadGateway) => openingsOf(gateway, context.twin);
  const motionOf = (gateway: LeadGateway) => gateway.motionPid() as number;
  /** Exactly one leads, and the other waits; one that could not close in time is started anew, as its unit would. */
  const settledRoles = () =>
    until("one leads, one stands by", async () => {
      const { a, b } = context;
      for (const one of [a, b]) {
        const code = one.ended();
        if (code !== null && code !== exitCode) throw new Error(`it ended with ${code}: ${one.said()}`);
        if (code !== null) one.start();
      }
      const roles = [await a.role(), await b.role()].join();
      if (roles === "leads,stands-by") return { leader: a, standby: b };
      return roles === "stands-by,leads" && { leader: b, standby: a };
    });
  const leads = (gateway: LeadGateway) => until("it leads", async () => (await gateway.role()) === "leads");
  const bothRoll = (leader: LeadGateway) => of(leader).allRoll(both);
  async function online(gateway: LeadGateway): Promise<void> {
    for (const areaKey of both)
      await until(`${areaKey} is online`, async () => (await of(gateway).area(areaKey)).isOnline);
  }
  async function query(text: string): Promise<string> {
    const database = await openDatabase({ url: context.databaseUrl, connectionsMax: 1 });
    const rows = await database.sql.unsafe(text);
    await database.close();
    return JSON.stringify(rows);
  }
  const leadRow = () => query("SELECT room_id, epoch, holder FROM leads ORDER BY 1");
  const written = () => query("SELECT chain, revision, hash FROM chain_heads ORDER BY 1");

  return { bothRoll, leadRow, leads, motionOf, of, online, settledRoles, written };
}

beside(
  "carriages roll while motion alone is held (needs PostgreSQL and Mosquitto)",
  () => {
    const { bothRoll, leadRow, leads, motionOf, of, online, settledRoles } = gatewaysOf();

    it("motion alone is held: its gateway ends it, and one of the two drives again, moving nothing by itself", async () => {
      const { leader } = await settledRoles();
      const ids = await bothRoll(leader);
      const held = motionOf(leader);
      process.kill(held, "SIGSTOP");
      for (const areaKey of both) await of(leader).stands(areaKey);
      await until("the held one is ended", () => !isAlive(held));
      const now = await until("somebody drives", async () => {
        const roles = await settledRoles();
        return (await of(roles.leader).area(onMqtt)).isOnline && roles;
      });
      console.log(`motion alone held: ${now.leader === leader ? "its own gateway leads on" : "the standby leads"}`);
      await of(now.leader).stayAsTheyAre(both);
      for (const id of ids) expect((await of(now.leader).settled(id)).state).not.toBe("done");
      for (const areaKey of both) expect((await of(now.leader).area(areaKey)).interlocks).toContain("needsReset");
      await of(now.leader).rolling(onMqtt);
    }, 400_000);

    it("its gateway dies and another leads before the held motion goes on: it moves nothing, writes nothing, and ends", async () => {
      const { leader, standby } = await settledRoles();
      await bothRoll(leader);
      const held = motionOf(leader);
      process.kill(held, "SIGSTOP");
      await leader.kill();
      for (const areaKey of both) await of(leader).stands(areaKey);
      await leads(standby);
      await online(standby);
      const lead = await leadRow();
      const ids = await bothRoll(standby);
      process.kill(held, "SIGCONT");
      await until("it has ended", () => !isAlive(held));
      const ends = [];
      for (const id of ids) ends.push(await of(standby).settled(id));
      console.log(`woken beside the next leader's motion: ${ends.map(({ state, why }) => `${state} ${why?.code}`)}`);
      // What it may still do is stop: the safe direction. Nothing is opened but what the next one was asked for.
      for (const [i, { state, aisle }] of ends.entries()) {
        const { controller } = await of(standby).stands(both[i] as string);
        expect(["idle", "stopped"]).toContain(controller.activity);
        if (state === "done") expect(controller.openAisle).toBe(aisle);
      }
      await of(standby).stayAsTheyAre(both);
      expect(await leadRow()).toBe(lead);
      expect(await standby.role()).toBe("leads");
      leader.start();
      await settledRoles();
    }, 400_000);
  },
  isAble,
);

beside(
  "carriages roll while the gateway dies or is held (needs PostgreSQL and Mosquitto)",
  () => {
    const { bothRoll, leads, motionOf, of, online, settledRoles, written } = gatewaysOf();

    it("kill -9 of the gateway: its motion stops what moves, the next one moves nothing and opens after a reset", async () => {
      const { leader, standby } = await settledRoles();
      await bothRoll(leader);
      await leader.kill();
      for (const areaKey of both) await of(standby).stands(areaKey);
      await leads(standby);
      await of(standby).stayAsTheyAre(both);
      await online(standby);
      for (const areaKey of both) expect((await of(standby).area(areaKey)).interlocks).toContain("needsReset");
      await of(standby).rolling(onMqtt);
      leader.start();
      await settledRoles();
    }, 400_000);

    it("gateway and motion are held: the next one leads, and what wakes up moves nothing and writes nothing", async () => {
      const { leader, standby } = await settledRoles();
      await bothRoll(leader);
      const held = motionOf(leader);
      process.kill(held, "SIGSTOP");
      leader.signal("SIGSTOP");
      for (const areaKey of both) await of(leader).stands(areaKey);
      await leads(standby);
      await online(standby);
      // What the next one writes of its own start is written.
      await until("it writes nothing more", async () => {
        const before = await written();
        await pause(2_000);
        return (await written()) === before;
      });
      const rows = await written();
      process.kill(held, "SIGCONT");
      leader.signal("SIGCONT");
      await of(standby).stayAsTheyAre(both);
      await settledRoles();
      await until("its motion is gone", () => !isAlive(held));
      expect(await written()).toBe(rows);
      expect(await standby.role()).toBe("leads");
    }, 400_000);
  },
  isAble,
);
