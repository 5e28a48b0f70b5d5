/**
 * Each process of the gateway but the gateway itself is killed, and held (SIGSTOP), alone while two aisles open, one over Modbus and
 * one over the gateway's own broker: what loses its beat stops by itself, the rest goes on, and nothing comes to life again by itself.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeTemplates } from "../support/database-templates.ts";
import { type ChildName, childOf, childPid, isAlive } from "../support/gateway-children.ts";
import { onEachStore, openGatewayProcess, pause, type TestGateway, until } from "../support/gateway-process.ts";
import { type Openings, openingsOf } from "../support/openings.ts";
import { postgresPrograms, startServer, type TestServer } from "../support/postgres-server.ts";
import { doorPort, newPerson, press, type SignedIn } from "../support/stop-door.ts";

const [onSerial, onMqtt] = ["r1.1", "r1.2"];
const both = [onSerial, onMqtt];
const attemptsMax = 5;
/** What the opening beside ends with when this machine gives motion or the twin no time: it is tried again. */
const starved = [
  "motion-link-lost",
  "area-stale",
  "area-picture-old",
  "area-offline",
  "area-heartbeat-lost",
  "command-expired",
  "motion-stopped",
];

onEachStore("while aisles open", (engine) => {
  let server: TestServer | null = null;
  let gateway: TestGateway;
  let openings: Openings;
  let person: SignedIn;
  let door: number;

  beforeAll(async () => {
    // Its own one, to be restarted.
    if (engine === "postgres") {
      const programs = postgresPrograms() as string;
      const { cluster } = await makeTemplates(programs);
      server = await startServer(programs, cluster as string, ["synchronous_commit=on"]);
    }
    gateway = await openGatewayProcess(engine, {}, { server });
    openings = openingsOf(gateway, gateway.twin);
    person = await newPerson(gateway, "li", ["operator"]);
    door = await doorPort(gateway.url, person.cookie);
  }, 300_000);
  afterAll(async () => {
    await gateway?.dispose();
    await server?.stop();
  }, 60_000);

  const pidOf = (name: ChildName) => childOf(gateway.store.dataDir, name);
  const speed = (factor: number) => gateway.twin.tell({ do: "speed", factor });
  /** Slow enough that what is done to them surely comes before their end. */
  async function bothRoll() {
    await speed(0.5);
    const ids: string[] = [];
    for (const areaKey of both) ids.push((await openings.rolling(areaKey)).id);
    return { serialId: ids[0] as string, mqttId: ids[1] as string };
  }
  const another = (name: ChildName, before: number) =>
    until(`another ${name} runs`, () => {
      const now = childPid(gateway.store.dataDir, name);
      return now !== null && now !== before && now;
    });
  const online = (areaKey: string) =>
    until(`${areaKey} is online`, async () => (await openings.area(areaKey)).isOnline);
  /** By its controller alone, which got no beat. */
  async function stoppedByItself(areaKey: string): Promise<void> {
    const { controller } = await openings.stands(areaKey);
    expect(controller).toMatchObject({ activity: "stopped", interlocks: { heartbeatLost: true } });
  }
  /** Until the one beside reached its end, whose beats nothing held up. */
  async function finishesBeside(work: () => Promise<{ serialId: string }>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const { serialId } = await work();
      await speed(2);
      const { state, why } = await openings.settled(serialId);
      if (state === "done") return;
      expect(starved).toContain(why?.code);
      if (attempt === attemptsMax) throw new Error(`the area on serial lines never finishes: ${why?.code}`);
    }
  }

  it("motion is killed: the shelves stop by themselves, the commands have failed, and the next motion moves nothing", async () => {
    const { serialId, mqttId } = await bothRoll();
    const before = pidOf("motion");
    process.kill(before, "SIGKILL");
    for (const areaKey of both) await stoppedByItself(areaKey);
    await another("motion", before);
    for (const id of [serialId, mqttId])
      expect(await openings.settled(id)).toMatchObject({ state: "failed", why: { code: "motion-restarted" } });
    await openings.stayAsTheyAre(both);
    for (const areaKey of both) await online(areaKey);
  }, 300_000);

  it("motion is held and goes on before it is found out: it moves nothing", async () => {
    const { serialId, mqttId } = await bothRoll();
    const before = pidOf("motion");
    process.kill(before, "SIGSTOP");
    for (const areaKey of both) await stoppedByItself(areaKey);
    await pause(1_500);
    process.kill(before, "SIGCONT");
    for (const id of [serialId, mqttId]) expect((await openings.settled(id)).state).not.toBe("done");
    await openings.stayAsTheyAre(both);
    expect(pidOf("motion")).toBe(before);
    for (const areaKey of both) expect((await openings.area(areaKey)).interlocks).toContain("needsReset");
  }, 300_000);

  it("motion is held for good: the console says what the carriages do, it is ended, and another one drives", async () => {
    const { serialId, mqttId } = await bothRoll();
    const before = pidOf("motion");
    process.kill(before, "SIGSTOP");
    for (const areaKey of both) await stoppedByItself(areaKey);
    const told = await until("the area says so", async () => (await openings.area(onSerial)).undriven);
    expect(told.code).toBe("motion-away-beat");
    expect(told.en).toContain("within 500 ms");
    await another("motion", before);
    expect(isAlive(before)).toBe(false);
    for (const id of [serialId, mqttId])
      expect(await openings.settled(id)).toMatchObject({ state: "failed", why: { code: "motion-restarted" } });
    for (const areaKey of both) await online(areaKey);
    await openings.stayAsTheyAre(both);
    expect((await openings.area(onSerial)).undriven).toBeNull();
  }, 300_000);

  it.each(["SIGKILL", "SIGSTOP"] as const)(
    "STOP's door gets %s: what opens goes on, STOP through the API stops, and another door opens on the same port",
    async (signal) => {
      for (let attempt = 1; ; attempt++) {
        const { serialId, mqttId } = await bothRoll();
        const before = pidOf("door");
        process.kill(before, signal);
        await pause(300);
        await gateway.call("POST", `/api/v1/areas/${onMqtt}/stop`);
        const { controller } = await openings.stands(onMqtt);
        await speed(2);
        const [beside, stopped] = [await openings.settled(serialId), await openings.settled(mqttId)];
        await another("door", before);
        await until("the door stops again", async () => {
          const answer = await press(door, { cookie: person.cookie }).catch(() => null);
          return answer?.status === 202;
        });
        const isSo = controller.activity === "stopped" && !controller.interlocks.heartbeatLost;
        if (beside.state === "done" && stopped.why?.code === "motion-stopped" && isSo) return;
        expect(starved).toContain((beside.why ?? stopped.why)?.code);
        if (attempt === attemptsMax) throw new Error(JSON.stringify({ beside, stopped, controller }));
      }
    },
    300_000,
  );

  it("the broker is killed: its area stops by itself, the one on serial lines finishes, and nothing goes on by itself", async () => {
    await finishesBeside(async () => {
      const { serialId, mqttId } = await bothRoll();
      const before = pidOf("broker");
      process.kill(before, "SIGKILL");
      await stoppedByItself(onMqtt);
      expect((await openings.settled(mqttId)).state).not.toBe("done");
      await another("broker", before);
      await online(onMqtt);
      expect(gateway.said()).toContain("the broker's process ended");
      await openings.stayAsTheyAre([onMqtt]);
      expect((await openings.area(onMqtt)).interlocks).toContain("needsReset");
      return { serialId };
    });
    const metrics = (await gateway.ask("GET", "/metrics")).bytes.toString();
    expect(metrics).toMatch(/^guiwei_broker_restarts_total [1-9]/m);
    expect(metrics).toMatch(/^guiwei_broker_messages_total\{client="shelf-2"\} \d+$/m);
  }, 400_000);

  it("the broker is held, and goes on: its area stopped by itself, and no command leaves it late", async () => {
    await finishesBeside(async () => {
      const { serialId, mqttId } = await bothRoll();
      const before = pidOf("broker");
      process.kill(before, "SIGSTOP");
      await stoppedByItself(onMqtt);
      // Longer than a connection that stood still is believed.
      await pause(4_000);
      process.kill(before, "SIGCONT");
      expect((await openings.settled(mqttId)).state).not.toBe("done");
      await openings.stayAsTheyAre([onMqtt]);
      await online(onMqtt);
      expect(pidOf("broker")).toBe(before);
      return { serialId };
    });
  }, 400_000);

  it("the broker is held for good: another one takes its place, the one on serial lines finishes meanwhile", async () => {
    await finishesBeside(async () => {
      const { serialId, mqttId } = await bothRoll();
      const before = pidOf("broker");
      process.kill(before, "SIGSTOP");
      await stoppedByItself(onMqtt);
      expect((await openings.settled(mqttId)).state).not.toBe("done");
      await another("broker", before);
      expect(isAlive(before)).toBe(false);
      await online(onMqtt);
      await openings.stayAsTheyAre([onMqtt]);
      return { serialId };
    });
    await speed(2);
    await openings.opened(onMqtt);
  }, 400_000);

  describe.skipIf(engine !== "postgres")("PostgreSQL restarts", () => {
    const isUp = () => until("the gateway serves", async () => (await gateway.ask("GET", "/health")).status === 200);

    it("for a moment: what opens reaches its end, and every fact of it is in the journal once", async () => {
      for (let attempt = 1; ; attempt++) {
        const { serialId, mqttId } = await bothRoll();
        await server?.down("SIGINT");
        await server?.up();
        await speed(2);
        await isUp();
        const views = [await openings.settled(serialId), await openings.settled(mqttId)];
        for (const { id, state, why } of views) {
          const rows = await openings.told(id);
          expect(rows.map(({ kind, body }) => `${kind} ${body.decision ?? body.outcome ?? ""}`.trim()).sort()).toEqual(
            [
              "aisle.decided accepted",
              `aisle.decided ${why ? "ended" : "done"}`,
              "aisle.requested",
              `aisle.settled ${state}`,
            ].sort(),
          );
        }
        expect(gateway.ended(), gateway.said()).toBe(null);
        if (views.every(({ state }) => state === "done")) return;
        // A server that takes its time: what moved was stopped, as below.
        for (const { why } of views) if (why) expect([...starved, "lead-ending"]).toContain(why.code);
        if (attempt === attemptsMax) throw new Error(JSON.stringify(views));
      }
    }, 400_000);

    it("for longer than the lead is sure: motion stops what moves, STOP works, and all of it is stored when the server is back", async () => {
      const { serialId, mqttId } = await bothRoll();
      await server?.down("SIGQUIT");
      for (const areaKey of both) {
        const { controller } = await openings.stands(areaKey);
        // By a STOP, not by a beat that stayed away.
        expect(controller).toMatchObject({ activity: "stopped", interlocks: { heartbeatLost: false } });
      }
      expect((await press(door, { cookie: person.cookie })).status).toBe(202);
      await openings.stayAsTheyAre(both);
      await server?.up();
      await isUp();
      for (const id of [serialId, mqttId]) {
        expect(await openings.settled(id)).toMatchObject({ state: "stopped", why: { code: "lead-ending" } });
        expect((await openings.told(id)).filter(({ kind }) => kind === "aisle.settled")).toHaveLength(1);
      }
      await openings.stayAsTheyAre(both);
      expect(gateway.ended(), gateway.said()).toBe(null);
      await speed(2);
      for (const areaKey of both) await openings.opened(areaKey);
    }, 400_000);
  });
});
