/**
 * Each process of the gateway but the gateway itself is killed, and held (SIGSTOP), alone while two aisles open, one over Modbus and
 * one over the gateway's own broker: what loses its beat stops by itself, the rest goes on, and nothing comes to life again by itself.
 * Rooms of their own beside one another, each process's deaths on one engine (GUIWEI_EACH_STORE=1: on both).
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { beside } from "../support/beside.ts";
import { makeTemplates } from "../support/database-templates.ts";
import { type ChildName, childOf, childPid, isAlive } from "../support/gateway-children.ts";
import {
  besideOnOneStore,
  openGatewayProcess,
  pause,
  type StoreEngine,
  type TestGateway,
  until,
} from "../support/gateway-process.ts";
import { type Openings, openingsOf, Starved, starvedCodes, unlessStarved } from "../support/openings.ts";
import { postgresPrograms, startServer, type TestServer } from "../support/postgres-server.ts";
import { doorPort, newPerson, press, type SignedIn } from "../support/stop-door.ts";

const [onSerial, onMqtt] = ["r1.1", "r1.2"];
const both = [onSerial, onMqtt];
const programs = postgresPrograms();

/** A gateway with its twin, and somebody who may press STOP; `ownServer`: on a PostgreSQL of its own, to be restarted. */
function roomOf(engine: StoreEngine, ownServer: string | null = null) {
  let server: TestServer | null = null;
  let gateway: TestGateway;
  let openings: Openings;
  let person: SignedIn;
  let door: number;

  beforeAll(async () => {
    if (ownServer !== null) {
      const { cluster } = await makeTemplates(ownServer);
      server = await startServer(ownServer, cluster as string, ["synchronous_commit=on"]);
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
  async function bothRoll(): Promise<[string, string]> {
    await speed(0.5);
    return (await openings.allRoll(both)) as [string, string];
  }
  const another = (name: ChildName, before: number) =>
    until(`another ${name} runs`, () => {
      const now = childPid(gateway.store.dataDir, name);
      return now !== null && now !== before && now;
    });
  const online = (areaKey: string) =>
    until(`${areaKey} is online`, async () => (await openings.area(areaKey)).isOnline);
  async function endsWith(id: string, state: string, code: string | null): Promise<void> {
    const view = await openings.settled(id);
    const told = view.why?.code ?? null;
    if (told !== code && told !== null && starvedCodes.includes(told)) throw new Starved(told);
    expect([view.state, told]).toEqual([state, code]);
  }
  const failsByDeath = (id: string) => endsWith(id, "failed", "motion-restarted");
  /** The one beside, whose beats nothing held up. */
  async function finishes(id: string): Promise<void> {
    await speed(2);
    await endsWith(id, "done", null);
  }
  const latched = async (areaKey: string) => expect((await openings.area(areaKey)).interlocks).toContain("needsReset");

  return {
    ...{ another, bothRoll, endsWith, failsByDeath, finishes, latched, online, pidOf, speed },
    get door() {
      return door;
    },
    get gateway() {
      return gateway;
    },
    get openings() {
      return openings;
    },
    get person() {
      return person;
    },
    get server() {
      return server;
    },
  };
}

besideOnOneStore("motion or STOP's door dies while aisles open", "embedded", (engine) => {
  const room = roomOf(engine);
  const { another, bothRoll, endsWith, failsByDeath, finishes, latched, online, pidOf } = room;

  it(
    "motion is killed: the shelves stop by themselves, the commands have failed, and the next motion moves nothing",
    () =>
      unlessStarved(async () => {
        const ids = await bothRoll();
        const before = pidOf("motion");
        process.kill(before, "SIGKILL");
        for (const areaKey of both) await room.openings.stopsByItself(areaKey);
        await another("motion", before);
        for (const id of ids) await failsByDeath(id);
        await room.openings.stayAsTheyAre(both);
        for (const areaKey of both) await online(areaKey);
      }),
    400_000,
  );

  it(
    "motion is held and goes on before it is found out: it moves nothing",
    () =>
      unlessStarved(async () => {
        const ids = await bothRoll();
        const before = pidOf("motion");
        process.kill(before, "SIGSTOP");
        try {
          for (const areaKey of both) await room.openings.stopsByItself(areaKey);
          await pause(1_500);
        } finally {
          process.kill(before, "SIGCONT");
        }
        for (const id of ids) expect((await room.openings.settled(id)).state).not.toBe("done");
        await room.openings.stayAsTheyAre(both);
        for (const areaKey of both) await latched(areaKey);
        // A machine that looked on for too long found it out.
        if (pidOf("motion") !== before) throw new Starved("held for too long");
      }),
    400_000,
  );

  it(
    "motion is held for good: the console says what the carriages do, it is ended, and another one drives",
    () =>
      unlessStarved(async () => {
        const ids = await bothRoll();
        const before = pidOf("motion");
        process.kill(before, "SIGSTOP");
        const told = await until("the area says so", async () => (await room.openings.area(onSerial)).undriven);
        expect(told.code).toBe("motion-away-beat");
        expect(told.en).toContain("within 500 ms");
        await another("motion", before);
        expect(isAlive(before)).toBe(false);
        for (const areaKey of both) await online(areaKey);
        await room.openings.stayAsTheyAre(both);
        expect((await room.openings.area(onSerial)).undriven).toBeNull();
        for (const id of ids) await failsByDeath(id);
      }),
    400_000,
  );

  it.each(["SIGKILL", "SIGSTOP"] as const)(
    "STOP's door gets %s: what opens goes on, STOP through the API stops, and another door opens on the same port",
    (signal) =>
      unlessStarved(async () => {
        const [serialId, mqttId] = await bothRoll();
        const before = pidOf("door");
        process.kill(before, signal);
        await pause(300);
        await room.gateway.call("POST", `/api/v1/areas/${onMqtt}/stop`);
        await room.openings.isStopped(onMqtt);
        await endsWith(mqttId, "stopped", "motion-stopped");
        await finishes(serialId);
        await another("door", before);
        await until("the door stops again", async () => {
          const answer = await press(room.door, { cookie: room.person.cookie }).catch(() => null);
          return answer?.status === 202;
        });
      }),
    400_000,
  );
});

besideOnOneStore("the broker dies while aisles open", "postgres", (engine) => {
  const room = roomOf(engine);
  const { another, bothRoll, finishes, latched, online, pidOf, speed } = room;

  it("the broker is killed: its area stops by itself, the one on serial lines finishes, and nothing goes on by itself", async () => {
    await unlessStarved(async () => {
      const [serialId, mqttId] = await bothRoll();
      const before = pidOf("broker");
      process.kill(before, "SIGKILL");
      await room.openings.stopsByItself(onMqtt);
      expect((await room.openings.settled(mqttId)).state).not.toBe("done");
      await another("broker", before);
      await online(onMqtt);
      expect(room.gateway.said()).toContain("the broker's process ended");
      await room.openings.stayAsTheyAre([onMqtt]);
      await latched(onMqtt);
      await finishes(serialId);
    });
    const metrics = (await room.gateway.ask("GET", "/metrics")).bytes.toString();
    expect(metrics).toMatch(/^guiwei_broker_restarts_total [1-9]/m);
    expect(metrics).toMatch(/^guiwei_broker_messages_total\{client="shelf-2"\} \d+$/m);
  }, 400_000);

  it(
    "the broker is held, and goes on: its area stopped by itself, and no command leaves it late",
    () =>
      unlessStarved(async () => {
        const [serialId, mqttId] = await bothRoll();
        const before = pidOf("broker");
        process.kill(before, "SIGSTOP");
        try {
          await room.openings.stopsByItself(onMqtt);
          // Longer than a connection that stood still is believed.
          await pause(4_000);
        } finally {
          if (isAlive(before)) process.kill(before, "SIGCONT");
        }
        expect((await room.openings.settled(mqttId)).state).not.toBe("done");
        await room.openings.stayAsTheyAre([onMqtt]);
        await online(onMqtt);
        if (pidOf("broker") !== before) throw new Starved("held for too long");
        await finishes(serialId);
      }),
    400_000,
  );

  it("the broker is held for good: another one takes its place, the one on serial lines finishes meanwhile", async () => {
    await unlessStarved(async () => {
      const [serialId, mqttId] = await bothRoll();
      const before = pidOf("broker");
      process.kill(before, "SIGSTOP");
      expect((await room.openings.settled(mqttId)).state).not.toBe("done");
      await room.openings.stands(onMqtt);
      await finishes(serialId);
      await another("broker", before);
      expect(isAlive(before)).toBe(false);
      await online(onMqtt);
      await room.openings.stayAsTheyAre([onMqtt]);
    });
    await speed(2);
    await room.openings.opened(onMqtt);
  }, 400_000);
});

beside(
  "PostgreSQL restarts while aisles open",
  () => {
    const room = roomOf("postgres", programs);
    const { bothRoll, endsWith, speed } = room;
    const isUp = () =>
      until("the gateway serves", async () => (await room.gateway.ask("GET", "/health")).status === 200);

    it(
      "for a moment: what opens reaches its end, and every fact of it is in the journal once",
      () =>
        unlessStarved(async () => {
          const ids = await bothRoll();
          await room.server?.down("SIGINT");
          await room.server?.up();
          await speed(2);
          await isUp();
          expect(room.gateway.ended(), room.gateway.said()).toBe(null);
          for (const id of ids) {
            const view = await room.openings.settled(id);
            // A server that took its time: what moved was stopped, as below.
            if (view.why?.code === "lead-ending") throw new Starved("lead-ending");
            await endsWith(id, "done", null);
            const rows = (await room.openings.told(id)).map(
              ({ kind, body }) => `${kind} ${body.decision ?? body.outcome ?? ""}`,
            );
            expect(rows.filter((row) => row !== "aisle.decided lead").sort()).toEqual([
              "aisle.decided accepted",
              "aisle.decided done",
              "aisle.requested ",
              "aisle.settled done",
            ]);
          }
        }),
      600_000,
    );

    it("for longer than the lead is sure: motion stops what moves, STOP works, and all of it is stored when the server is back", async () => {
      await unlessStarved(async () => {
        const ids = await bothRoll();
        await room.server?.down("SIGQUIT");
        try {
          // By a STOP, not by a beat that stayed away.
          for (const areaKey of both) await room.openings.isStopped(areaKey);
          expect((await press(room.door, { cookie: room.person.cookie })).status).toBe(202);
          await room.openings.stayAsTheyAre(both);
        } finally {
          await room.server?.up();
          await isUp();
        }
        for (const id of ids) {
          await endsWith(id, "stopped", "lead-ending");
          expect((await room.openings.told(id)).filter(({ kind }) => kind === "aisle.settled")).toHaveLength(1);
        }
        await room.openings.stayAsTheyAre(both);
        expect(room.gateway.ended(), room.gateway.said()).toBe(null);
      });
      await speed(2);
      for (const areaKey of both) await room.openings.opened(areaKey);
    }, 600_000);
  },
  programs !== null,
);
