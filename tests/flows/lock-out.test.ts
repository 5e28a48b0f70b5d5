/** S22: who works between the steel locks the area for themselves, and nothing starts until each has taken off their own lock. */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AreaLockView } from "../../src/contract/aisles.ts";
import type { Person } from "../../src/contract/people.ts";
import { areaLocks } from "../../src/storage/schema/aisles.ts";
import { people } from "../../src/storage/schema/people.ts";
import { emptyReplay, replayRows } from "../simulation/replay-journal.ts";
import { testDatabases } from "../support/database.ts";
import { type LockRoom, lockArea, openLockRoom } from "../support/lock-room.ts";

type Somebody = { headers: { cookie: string }; person: Person };

describe.each(testDatabases().filter(({ skipped }) => skipped === null))("lock-out ($engine)", ({ engine }) => {
  let room: LockRoom;
  let wang: Somebody;
  let li: Somebody;
  let chief: Somebody;
  beforeAll(async () => {
    room = await openLockRoom(engine);
    wang = await room.test.signedIn(["operator"], "王工");
    li = await room.test.signedIn(["archivist"], "李工");
    chief = await room.test.signedIn(["supervisor"], "主管");
  }, 120_000);
  afterAll(async () => {
    await room?.dispose();
    expect(room?.failures).toEqual([]);
  }, 60_000);

  const lock = (who: Somebody, reason = "换导轨") => room.onArea(who.headers, "lock", { reason });
  const unlock = (who: Somebody) => room.onArea(who.headers, "unlock");
  const takeOff = (who: Somebody, lockId: string, reason = "本人已离岗，现场已查看") =>
    room.onArea(who.headers, `locks/${lockId}/take-off`, { reason });
  const open = (who: Somebody, aisle: number) => room.onArea(who.headers, "open", { aisle });
  const names = () => room.view().locks.map(({ name }) => name);
  const stands = () => [...room.shelf.rail.speeds.values()].every((speed) => speed === 0);
  const isInhibited = () => room.view().interlocks.includes("inhibited");
  /** Somebody presses the shelf's own keys to open an aisle. */
  const atPanel = (aisle: number) =>
    room.shelf.rig.command({ verb: "open", aisle, ttlMs: null, isFresh: true, fence: null });
  const rows = () => room.context.db.select().from(areaLocks).where(eq(areaLocks.areaKey, lockArea));
  async function opened(who: Somebody, aisle: number): Promise<void> {
    expect(await open(who, aisle)).toMatchObject({ status: 202 });
    await room.until(`aisle ${aisle} open`, () => room.view().openAisle === aisle && room.view().activity === "idle");
  }

  test("two people lock; the area names them to whoever wants to open, and nothing moves", async () => {
    const put = await lock(wang);
    expect(put).toMatchObject({ status: 201, body: { personId: wang.person.id, name: "王工", reason: "换导轨" } });
    expect(await lock(li, "清扫")).toMatchObject({ status: 201 });
    const refused = await open(chief, 2);
    expect(refused).toMatchObject({ status: 409, body: { code: "area-locked" } });
    expect(refused.body.title).toContain("王工、李工");
    const { may } = room.view();
    for (const key of ["open:1", "open:4", "close", "ventilate"])
      expect(may[key]).toMatchObject({ code: "area-locked" });
    await room.pass(3_000);
    expect(room.shelf.rig.state().phase).toBe("rest");
    const { body } = await room.call(chief.headers, "GET", `/areas/${lockArea}`);
    expect(body.locks).toMatchObject([
      { name: "王工", reason: "换导轨", sinceMs: expect.any(Number) },
      { name: "李工", reason: "清扫" },
    ]);
    expect(room.views.at(-1)?.locks).toHaveLength(2);
  });

  test("the controller is inhibited meanwhile: its own panel moves nothing, and nobody releases it", async () => {
    await room.until("inhibited", isInhibited);
    expect(atPanel(2)).toMatchObject({ result: "refused", reason: "interlock" });
    expect(await room.onArea(chief.headers, "release")).toMatchObject({ status: 409, body: { code: "area-locked" } });
    // A controller that loses its mains forgets what it was told.
    room.shelf.rig.cutPower();
    await room.pass(500);
    room.shelf.rig.restorePower();
    expect(room.shelf.rig.state().inhibited).toBe(false);
    await room.until("inhibited again", isInhibited);
    room.shelf.rig.key("reset");
    room.shelf.rig.key("confirm");
    await room.pass(1_500);
    expect(atPanel(2)).toMatchObject({ result: "refused", reason: "interlock" });
    const asked = room.rowsOf("aisle.requested").filter(({ actor }) => actor === "gateway");
    expect(asked.map(({ body }) => (body as { verb: string }).verb)).toEqual(["inhibit", "inhibit"]);
    expect(room.view().command?.verb).not.toBe("inhibit");
  });

  test("a second lock of the same person, one without a reason, and one of a system are refused", async () => {
    expect(await lock(wang)).toMatchObject({ status: 409, body: { code: "lock-already" } });
    expect(await room.onArea(chief.headers, "lock", { reason: "  " })).toMatchObject({ status: 400 });
    expect(await room.onArea(chief.headers, "lock")).toMatchObject({ status: 400 });
    const auditor = await room.test.signedIn(["auditor"]);
    expect(await lock(auditor)).toMatchObject({ status: 403, body: { code: "not-allowed" } });
    const system = room.test.as("supervisor");
    const [held] = room.view().locks as [AreaLockView];
    for (const verb of ["lock", "unlock", `locks/${held.id}/take-off`])
      expect(await room.onArea(system, verb, { reason: "系统" }), verb).toMatchObject({
        status: 403,
        body: { code: "lock-is-personal" },
      });
    expect(names()).toEqual(["王工", "李工"]);
    expect(await rows()).toHaveLength(2);
  });

  test("only the owner takes a lock off, and then the other's still holds", async () => {
    expect(await unlock(chief)).toMatchObject({ status: 409, body: { code: "lock-none" } });
    const [held] = room.view().locks as [AreaLockView];
    expect(await takeOff(li, held.id)).toMatchObject({ status: 403 });
    expect(await unlock(wang)).toMatchObject({ status: 204 });
    expect(names()).toEqual(["李工"]);
    expect(await open(wang, 2)).toMatchObject({ body: { code: "area-locked" } });
    expect(room.rowsOf("area.unlocked").at(-1)).toMatchObject({
      actor: `person:${wang.person.id}`,
      subject: `area:${lockArea}`,
      body: { areaKey: lockArea, holderId: wang.person.id, locks: [{ personId: li.person.id }] },
    });
  });

  test("locks survive the gateway; stop and inhibit work meanwhile", async () => {
    await room.restart();
    expect(names()).toEqual(["李工"]);
    expect(await open(chief, 2)).toMatchObject({ body: { code: "area-locked" } });
    expect(await room.onArea(chief.headers, "stop")).toMatchObject({ status: 202 });
    expect(await room.onArea(chief.headers, "inhibit")).toMatchObject({ status: 202 });
    await room.until("stopped", () => room.view().activity === "stopped");
    room.shelf.rig.key("reset");
    await room.pass(1_500);
    expect(isInhibited()).toBe(true);
  });

  test("the last lock takes no supervisor's inhibit along", async () => {
    expect(await unlock(li)).toMatchObject({ status: 204 });
    await room.pass(3_000);
    expect(isInhibited()).toBe(true);
    expect(await open(wang, 2)).toMatchObject({ body: { code: "area-inhibited" } });
    expect(await room.onArea(chief.headers, "release")).toMatchObject({ status: 202 });
    await room.until("released", () => !isInhibited());
    expect(await lock(li)).toMatchObject({ status: 201 });
    await room.until("inhibited", isInhibited);
  });

  test("when everybody is out nothing starts by itself, and a new request does", async () => {
    expect(await unlock(li)).toMatchObject({ status: 204 });
    expect(await open(wang, 2)).toMatchObject({ body: { code: "area-lock-releasing" } });
    await room.until("released", () => !isInhibited());
    await room.pass(3_000);
    expect(room.shelf.rig.state().phase).toBe("rest");
    room.shelf.rig.key("confirm");
    await room.pass(500);
    await opened(wang, 2);
    expect(await rows()).toEqual([]);
  });

  test("a lock put on while the carriages move stops them", async () => {
    expect(await open(wang, 4)).toMatchObject({ status: 202 });
    await room.until("moving", () => !stands());
    expect(await lock(li)).toMatchObject({ status: 201 });
    await room.until("standing", stands, 2_000);
    await room.until("told", () => room.view().command?.state === "stopped");
    expect(room.view().command?.why?.code).toBe("area-locked");
    expect(room.alarms).toContain("area-locked");
    room.shelf.rig.key("reset");
    await room.pass(1_500);
    expect(await open(wang, 4)).toMatchObject({ body: { code: "area-locked" } });
    expect(stands()).toBe(true);
  });

  test("whoever is taken out of service keeps the lock; a supervisor takes it off, with a reason, and is noted", async () => {
    await room.context.db.update(people).set({ isActive: false }).where(eq(people.id, li.person.id));
    await room.restart();
    expect(names()).toEqual(["李工"]);
    const [held] = room.view().locks as [AreaLockView];
    expect(await room.onArea(chief.headers, `locks/${held.id}/take-off`, { reason: " " })).toMatchObject({
      status: 400,
    });
    expect(await takeOff(chief, "none")).toMatchObject({ status: 409, body: { code: "lock-gone" } });
    expect(await lock(chief, "查看")).toMatchObject({ status: 201 });
    const own = room.view().locks.find(({ name }) => name === "主管");
    expect(await takeOff(chief, own?.id ?? "")).toMatchObject({ status: 409, body: { code: "lock-yours" } });
    expect(await takeOff(chief, held.id)).toMatchObject({ status: 204 });
    expect(names()).toEqual(["主管"]);
    expect(await unlock(chief)).toMatchObject({ status: 204 });
    expect(room.rowsOf("area.lock-taken-off")).toMatchObject([
      {
        actor: `person:${chief.person.id}`,
        reason: "本人已离岗，现场已查看",
        body: { holderId: li.person.id, holderName: "李工", lockId: held.id, locks: [{ name: "主管" }] },
      },
    ]);
    room.shelf.rig.key("reset");
    room.shelf.rig.key("confirm");
    await room.pass(1_500);
    await opened(chief, 4);
  });

  test("a lock whose row cannot be stored holds all the same, says so, and is stored when it can be", async () => {
    await room.context.db.execute(sql`ALTER TABLE area_locks RENAME TO area_locks_away`);
    expect(await lock(chief, "检修电机")).toMatchObject({ status: 201, body: { isKept: false } });
    expect(room.view().locks).toMatchObject([{ name: "主管", isKept: false }]);
    expect(await open(wang, 2)).toMatchObject({ body: { code: "area-locked" } });
    // What is not stored cannot be taken off: it would come back.
    expect(await unlock(chief)).toMatchObject({ status: 503 });
    expect(room.view().may["open:2"]).toMatchObject({ code: "area-locked" });
    await room.context.db.execute(sql`ALTER TABLE area_locks_away RENAME TO area_locks`);
    await room.until("stored", () => room.view().locks[0]?.isKept === true, 30_000);
    expect(await rows()).toHaveLength(1);
    expect(room.failures.length).toBeGreaterThan(0);
    room.failures.length = 0;
    await room.restart();
    expect(names()).toEqual(["主管"]);
    expect(await unlock(chief)).toMatchObject({ status: 204 });
    expect(names()).toEqual([]);
  });

  test("a close that is refused leaves the light that somebody follows (I9)", async () => {
    const target = { column: 2, side: "A", bay: 1, layer: 1, slot: 1 } as const;
    expect(await room.light(target)).toEqual(target);
    expect(await lock(chief)).toMatchObject({ status: 201 });
    expect(await room.onArea(chief.headers, "close")).toMatchObject({ body: { code: "area-locked" } });
    await room.pass(1_000);
    expect(room.view().light).toEqual(target);
    expect(await unlock(chief)).toMatchObject({ status: 204 });
  });

  test("an administrator takes off somebody's lock too, but locks none and moves nothing", async () => {
    const boss = await room.test.signedIn(["administrator"], "管理员");
    expect(await lock(boss)).toMatchObject({ status: 403, body: { code: "not-allowed" } });
    const put = await lock(wang);
    expect(await takeOff(boss, put.body.id)).toMatchObject({ status: 204 });
    expect(names()).toEqual([]);
  });

  test("whoever locked and lost their role can still take off their own", async () => {
    expect(await lock(wang)).toMatchObject({ status: 201 });
    await room.context.db
      .update(people)
      .set({ roles: ["auditor"] })
      .where(eq(people.id, wang.person.id));
    room.test.people.sessions.forget(wang.person.id);
    expect(await lock(wang)).toMatchObject({ status: 403 });
    expect(await unlock(wang)).toMatchObject({ status: 204 });
  });

  test("lock, unlock and lock again at the same moment end as the rows say", async () => {
    const asked = [lock(chief), unlock(chief), lock(chief, "再次")];
    await Promise.all(asked);
    const stored = await rows();
    expect(room.view().locks.map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
    if (stored.length > 0) await unlock(chief);
    expect(names()).toEqual([]);
  });

  test("the journal alone tells who holds what", async () => {
    expect(await lock(chief)).toMatchObject({ status: 201 });
    const replayed = emptyReplay();
    replayRows(
      replayed,
      room.test.rows.filter(({ chain }) => chain === "room:r1"),
    );
    expect(replayed.faults).toEqual([]);
    const stored = (await rows()).map(({ id, areaKey, personId, reason, sinceMs }) => [
      id,
      { areaKey, personId, reason, sinceMs },
    ]);
    expect([...replayed.locks]).toEqual(stored);
  });
});
