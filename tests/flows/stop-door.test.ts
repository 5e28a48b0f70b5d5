/** Who STOP's door is told of, and when: the gateway's copy against a real database, and the door's process as a stand-in. */
import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import { hashSecret } from "../../src/people/secret.ts";
import { makeSessions } from "../../src/people/sessions.ts";
import { callerCopy } from "../../src/stop-door/caller-copy.ts";
import { keepDoor } from "../../src/stop-door/keep-door.ts";
import type { Caller, DoorOpening, FromDoor, ToDoor } from "../../src/stop-door/messages.ts";
import type { DoorChild } from "../../src/stop-door/spawn-door.ts";
import type { Db } from "../../src/storage/db.ts";
import { people, sessions as sessionRows, tokens } from "../../src/storage/schema/people.ts";
import { freshDatabase } from "../support/database.ts";
import { motionRoom } from "../support/motion-room.ts";

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase("embedded");
}, 60_000);
afterAll(() => database?.close(), 60_000);

const silent = { warn() {}, info() {} };
const nobody = Promise.resolve();

/** Two people signed in and a token; `hold` makes the next reading of everybody wait. */
async function context() {
  const { db } = database;
  await db.delete(sessionRows);
  await db.delete(tokens);
  await db.delete(people);
  const clock = virtualClock(Date.UTC(2026, 0, 5));
  const sessions = makeSessions({ db, clock, randomBytes });
  const secrets: Record<string, string> = {};
  const person = { roles: ["operator"], language: "zh", isActive: true, version: 1, createdAtMs: 0 } as const;
  for (const id of ["li", "wang"]) {
    await db.insert(people).values({ ...person, id, login: id, name: id, passwordHash: "x", roles: [...person.roles] });
    secrets[id] = await db.transaction((tx) => sessions.start(tx, id, clock.nowMs()));
  }
  const token = `gw_${"t".repeat(43)}`;
  await db.insert(tokens).values({
    ...{ id: "erp", name: "erp", tokenHash: hashSecret(token), roles: ["auditor"] },
    ...{ createdBy: "person:li", createdAtMs: 0, revokedAtMs: null },
  });
  const hashOf = (id: string) => hashSecret(id === "erp" ? token : (secrets[id] as string));
  let held: Promise<void> = nobody;
  /** Reads as the database does, and hands the rows over when it is let go. */
  const slow = new Proxy(db, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (name !== "select") return typeof value === "function" ? value.bind(target) : value;
      return (...fields: never[]) => {
        const wait = held;
        const query = (target.select as (...of: never[]) => object)(...fields);
        return delayed(query, wait);
      };
    },
  }) as Db;
  return {
    ...{ db, slow, clock, sessions, secrets, hashOf, token },
    hold(until: Promise<void>) {
      held = until;
    },
  };
}

function delayed<T extends object>(query: T, wait: Promise<void>): T {
  return new Proxy(query, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name === "then")
        return (done: (rows: unknown) => unknown, failed: (error: unknown) => unknown) =>
          Promise.resolve(target)
            .then((rows) => wait.then(() => rows))
            .then(done, failed);
      return typeof value === "function" ? (...of: never[]) => delayed(value.apply(target, of), wait) : value;
    },
  });
}

describe("the gateway's copy", () => {
  it("has everybody who is signed in and every token, as they are", async () => {
    const { db, clock, sessions, hashOf } = await context();
    await db.update(people).set({ roles: [], language: "en" }).where(eq(people.id, "wang"));
    const copy = callerCopy({ db, clock, sessions, onChange: () => {}, onFailure: () => {} });
    closing.push(copy.close);
    await copy.load();
    expect(copy.get(hashOf("li"))).toMatchObject({ actor: "person:li", mayStop: true, language: "zh" });
    expect(copy.get(hashOf("wang"))).toMatchObject({ actor: "person:wang", mayStop: false, language: "en" });
    expect(copy.get(hashOf("erp"))).toMatchObject({ actor: "system:erp", mayStop: true, language: null });
    expect([...copy.hashes()]).toHaveLength(3);
  });

  it("nobody who signed out while everybody was read comes back by that reading", async () => {
    const { db, slow, clock, sessions, hashOf, hold } = await context();
    const copy = callerCopy({ db: slow, clock, sessions, onChange: () => {}, onFailure: () => {} });
    closing.push(copy.close);
    await copy.load();
    let letGo = () => {};
    hold(new Promise((resolve) => (letGo = resolve)));
    const loading = copy.load();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await db.transaction((tx) => sessions.end(tx, hashOf("li")));
    sessions.ended({ sessionHash: hashOf("li") });
    expect(copy.get(hashOf("li"))).toBeNull();
    letGo();
    hold(nobody);
    await loading;
    expect(copy.get(hashOf("li"))).toBeNull();
    expect(copy.get(hashOf("wang"))).not.toBeNull();
  });

  it("nor does somebody who just came fall out by it", async () => {
    const { db, slow, clock, sessions, hold } = await context();
    const copy = callerCopy({ db: slow, clock, sessions, onChange: () => {}, onFailure: () => {} });
    closing.push(copy.close);
    await copy.load();
    let letGo = () => {};
    hold(new Promise((resolve) => (letGo = resolve)));
    const loading = copy.load();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const secret = await db.transaction((tx) => sessions.start(tx, "wang", clock.nowMs()));
    await sessions.whoIs({ cookie: `guiwei=${secret}` });
    expect(copy.get(hashSecret(secret))).toMatchObject({ actor: "person:wang" });
    letGo();
    hold(nobody);
    await loading;
    expect(copy.get(hashSecret(secret))).toMatchObject({ actor: "person:wang" });
  });

  it("a clock that is set signs nobody out of it, though the rows are swept; whoever signs out is out", async () => {
    const { db, clock, sessions, hashOf } = await context();
    const copy = callerCopy({ db, clock, sessions, onChange: () => {}, onFailure: () => {} });
    closing.push(copy.close);
    await copy.load();
    clock.setWallBy(86_400_000);
    await copy.load();
    await sessions.sweep();
    await copy.load();
    expect(copy.get(hashOf("li"))?.leftMs).toBeGreaterThan(11 * 3_600_000);
    expect(copy.get(hashOf("erp"))).not.toBeNull();
    sessions.ended({ sessionHash: hashOf("li") });
    expect(copy.get(hashOf("li"))).toBeNull();
    clock.advance(12 * 3_600_000);
    expect(copy.get(hashOf("wang"))?.leftMs ?? 0).toBeLessThanOrEqual(0);
  });

  it("nor does one that is set back let anybody stay", async () => {
    const { db, clock, sessions, hashOf } = await context();
    const copy = callerCopy({ db, clock, sessions, onChange: () => {}, onFailure: () => {} });
    closing.push(copy.close);
    await copy.load();
    clock.setWallBy(-86_400_000);
    await copy.load();
    expect(copy.get(hashOf("li"))?.leftMs).toBeLessThanOrEqual(12 * 3_600_000);
  });

  it("somebody who was changed is unknown after half a second while the database says nothing", async () => {
    const { slow, clock, sessions, hashOf, hold } = await context();
    const copy = callerCopy({ db: slow, clock, sessions, onChange: () => {}, onFailure: () => {} });
    closing.push(copy.close);
    await copy.load();
    let letGo = () => {};
    hold(new Promise((resolve) => (letGo = resolve)));
    sessions.ended({ personId: "li", exceptHash: null });
    expect(copy.get(hashOf("li"))).not.toBeNull();
    clock.advance(500);
    expect(copy.get(hashOf("li"))).toBeNull();
    expect(copy.get(hashOf("wang"))).not.toBeNull();
    letGo();
    hold(nobody);
    // Still signed in, with whatever rights: known again.
    await expect.poll(() => copy.get(hashOf("li")), { timeout: 20_000 }).not.toBeNull();
  });
});

/** Doors as the gateway starts them: what each was told, and what it would say. */
function doors(failsBy: string | null = null) {
  const all: (DoorChild & {
    told: ToDoor[];
    known: Map<string, Caller>;
    say(message: FromDoor): void;
    die(how: string): void;
    takes: boolean;
  })[] = [];
  function spawn(): DoorChild {
    const listeners: ((message: FromDoor) => void)[] = [];
    const endings: ((how: string) => void)[] = [];
    const one = {
      pid: 1,
      told: [] as ToDoor[],
      known: new Map<string, Caller>(),
      takes: true,
      send(message: ToDoor) {
        one.told.push(message);
        if (message.kind === "listen")
          queueMicrotask(() =>
            one.say(failsBy ? { kind: "failed", code: failsBy, detail: "" } : { kind: "ready", port: 8081 }),
          );
        if (message.kind !== "callers" || !one.takes) return;
        for (const [hash, caller] of message.changes) {
          if (caller) one.known.set(hash, caller);
          else one.known.delete(hash);
        }
        queueMicrotask(() => one.say({ kind: "took" }));
      },
      onMessage: (listener: (message: FromDoor) => void) => void listeners.push(listener),
      onExit: (listener: (how: string) => void) => void endings.push(listener),
      kill: () => one.die("SIGKILL"),
      say(message: FromDoor) {
        for (const listener of listeners) listener(message);
      },
      die(how: string) {
        for (const listener of endings.splice(0)) listener(how);
      },
    };
    all.push(one);
    return one;
  }
  return { all, spawn };
}
const opening: DoorOpening = {
  ...{ kind: "open", host: "127.0.0.1", tls: null, origins: [], trustProxy: null, stopSocket: "" },
};
const counts = { stops: 7, refused: {} as never, connections: 0, callers: 3, isMotionThere: true };

describe("the door as the gateway keeps it", () => {
  async function kept() {
    const of = await context();
    const { all, spawn } = doors();
    const { db, clock, sessions } = of;
    const door = await keepDoor({ db, clock, sessions, opening, port: 0, spawn, log: silent, onFailure: () => {} });
    const hears = (of: typeof all) => {
      for (const one of of) one.say({ kind: "alive", counts });
    };
    return { ...of, door, all, hears, last: () => all.at(-1) as (typeof all)[number] };
  }
  const listensAt = ({ told }: { told: readonly ToDoor[] }) =>
    told.flatMap((one) => (one.kind === "listen" ? one.port : []));

  it("a second one waits, knows everybody, and takes the place of one that dies in the same moment, on its port", async () => {
    const { all, door, clock, hears, hashOf } = await kept();
    expect(door.standing()).toMatchObject({ isUp: true, port: 8081, restarts: 0 });
    for (let s = 0; s < 6; s++) {
      clock.advance(1_000);
      hears(all);
    }
    expect(all).toHaveLength(2);
    const [first, second] = all as [(typeof all)[number], (typeof all)[number]];
    expect([listensAt(first), listensAt(second)]).toEqual([[0], []]);
    await expect.poll(() => door.standing().isSecondReady).toBe(true);
    expect([...second.known.keys()].sort()).toEqual(["li", "wang", "erp"].map(hashOf).sort());
    first.die("SIGKILL");
    expect(door.standing().isUp).toBe(false);
    clock.advance(1);
    expect(listensAt(second)).toEqual([8081]);
    await expect.poll(() => door.standing().isUp).toBe(true);
    expect(door.standing().restarts).toBe(1);
    // And another one waits.
    clock.advance(1_000);
    expect(all).toHaveLength(3);
  });

  it("one that dies with none behind it is told everybody anew, on the port of the first, at once", async () => {
    const { all, door, clock, hashOf, last } = await kept();
    last().die("SIGKILL");
    expect(door.standing().isUp).toBe(false);
    clock.advance(10);
    expect(all).toHaveLength(2);
    expect(listensAt(last())).toEqual([8081]);
    await expect.poll(() => door.standing().isUp).toBe(true);
    expect([...last().known.keys()].sort()).toEqual(["li", "wang", "erp"].map(hashOf).sort());
    expect(door.standing().restarts).toBe(1);
  });

  it("one that dies again and again while it waits is started ever more seldom, and the first stands", async () => {
    const { all, door, clock } = await kept();
    const [first] = all as [(typeof all)[number]];
    for (let s = 0; s < 600; s++) {
      clock.advance(500);
      first.say({ kind: "alive", counts });
      for (const one of all.slice(1)) one.die("exit 1");
    }
    expect(all.length).toBeGreaterThan(3);
    expect(all.length).toBeLessThan(15);
    expect(door.standing()).toMatchObject({ isUp: true, restarts: 0 });
  });

  it("one that says nothing is ended after three seconds; so is one that waits", async () => {
    const { all, clock, last, hears } = await kept();
    clock.advance(2_000);
    expect(all).toHaveLength(1);
    last().say({ kind: "alive", counts });
    clock.advance(2_900);
    expect(all).toHaveLength(1);
    clock.advance(600);
    // Ended; the next one boots in its place.
    expect(all).toHaveLength(2);
    await nobody;
    for (let s = 0; s < 20; s++) {
      clock.advance(500);
      hears(all.slice(0, 2));
      await nobody;
    }
    // What waits behind it says nothing but that it took the copy.
    expect(all.length).toBeGreaterThan(3);
    expect(listensAt(all[1] as (typeof all)[number])).toHaveLength(1);
  });

  it("a door that takes nothing has one message before it, and the newest state after it, however much changes", async () => {
    const { db, sessions, last, hashOf, clock } = await kept();
    const door = last();
    door.takes = false;
    const before = door.told.length;
    for (let i = 0; i < 50; i++) {
      const secret = await db.transaction((tx) => sessions.start(tx, "wang", clock.nowMs()));
      await sessions.whoIs({ cookie: `guiwei=${secret}` });
      if (i % 2) sessions.ended({ sessionHash: hashSecret(secret) });
    }
    sessions.ended({ sessionHash: hashOf("li") });
    const callers = door.told.slice(before).filter(({ kind }) => kind === "callers");
    expect(callers).toHaveLength(1);
    door.takes = true;
    door.say({ kind: "took" });
    const next = door.told.findLast(({ kind }) => kind === "callers") as Extract<ToDoor, { kind: "callers" }>;
    expect(next.changes.length).toBeGreaterThan(48);
    expect(door.known.has(hashOf("li"))).toBe(false);
  });

  it("one that cannot listen at the start is told in words", async () => {
    const { db, clock, sessions } = await context();
    const { spawn } = doors("EADDRINUSE");
    const opened = keepDoor({ db, clock, sessions, opening, port: 0, spawn, log: silent, onFailure: () => {} });
    await expect(opened).rejects.toMatchObject({ code: "listen-port-in-use", params: { setting: "STOP_PORT" } });
  });
});

describe("beside a gateway that is held", () => {
  it("STOP stops the carriages, and the journal has the press once when the gateway goes on", async () => {
    const { drive, motion, area, rows, pass, until, when } = await motionRoom();
    await when(drive.request("person:1", "open", 2, null));
    await until("it rolls", () => area.rig.state().phase === "moving");
    motion.hold("gateway", true);
    const press = (door: "gateway" | "stop-door", askedAtMs: number) => ({ id: "press-abcd", door, askedAtMs });
    expect(motion.stop({ areaKey: null, actor: "person:1", press: press("stop-door", 0) })).toBe(1);
    expect(motion.stop({ areaKey: "r9.9", actor: "person:1", press: press("stop-door", 0) })).toBeNull();
    await until("it stands", () => [...area.rail.speeds.values()].every((speed) => speed === 0));
    void drive.stop("person:1", press("gateway", 0));
    await pass(3_000);
    motion.hold("gateway", false);
    await pass(3_000);
    const stops = rows.filter(({ kind, actor }) => kind === "area.stopped" && actor === "person:1");
    expect(stops).toHaveLength(1);
    expect(stops[0]?.body.press).toMatchObject({ id: "press-abcd", doors: ["stop-door"] });
  }, 60_000);
});
