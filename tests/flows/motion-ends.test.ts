/** What ends of motion and gateway leave behind: no logs, true moments, no lost lock, and no backup while something may roll. */
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { openAisleOf } from "../../simulators/room/rail.ts";
import { areasInMotion } from "../../src/aisles/areas-in-motion.ts";
import { areaLocks, motionLogs } from "../../src/storage/schema/aisles.ts";
import { people } from "../../src/storage/schema/people.ts";
import { motionRoom, refusal } from "../support/motion-room.ts";

type Room = Awaited<ReturnType<typeof motionRoom>>;
const ask = (r: Room, aisle: number) => r.when(r.drive.request("person:1", "open", aisle, null));

async function somebody(r: Room): Promise<{ id: string; name: string }> {
  const id = uuidv7();
  const person = { id, login: id, name: "王工", roles: [], language: "zh" as const, passwordHash: "x" };
  await r.when(
    r.context.db
      .insert(people)
      .values({ ...person, isActive: true, version: 1, createdAtMs: 0 })
      .execute(),
  );
  return { id, name: person.name };
}

describe("a motion that dies", () => {
  test("its log and its row go when all of it is stored, however often it dies", async () => {
    const r = await motionRoom();
    for (let i = 0; i < 4; i++) {
      r.area.rig.key("reset");
      await r.pass(1_000);
      void r.drive.stop("person:1");
      await r.pass(500);
      r.motion.kill();
      await r.pass(3_000);
    }
    expect(r.logs.size).toBe(1);
    expect((await r.when(r.context.db.select().from(motionLogs).execute())).length).toBeLessThanOrEqual(1);
    // Nothing was lost for it.
    expect(r.rows.filter(({ kind, actor }) => kind === "area.stopped" && actor === "person:1")).toHaveLength(4);
  });

  test("what it left goes at the next start, with its row", async () => {
    const r = await motionRoom();
    r.motion.hold("gateway", true);
    void r.drive.stop("person:1");
    await r.pass(500);
    void r.areas.close();
    await r.pass(500);
    expect([...r.logs.values()].flat().length).toBeGreaterThan(0);
    await r.when(r.gateway());
    await r.pass(1_000);
    expect(r.logs.size).toBe(1);
    expect(r.rows.filter(({ kind }) => kind === "area.stopped")).toHaveLength(1);
  });

  test("no backup begins while carriages may roll with nobody who drives them", async () => {
    const r = await motionRoom();
    await ask(r, 2);
    await r.until("it rolls", () => r.drive.view().columns.some(({ motion }) => motion !== "still"));
    expect(areasInMotion(r.areas)).toEqual(["r1.1"]);
    r.motion.kill();
    await r.pass(10);
    expect(areasInMotion(r.areas)).toEqual(["r1.1"]);
    await r.until("they are seen at rest", () => areasInMotion(r.areas).length === 0, 30_000);
    expect(r.drive.view().columns.length).toBeGreaterThan(0);
  });
});

describe("a database that was away, and a gateway that ends", () => {
  test("what came to its end meanwhile has the moment it came to it", async () => {
    const r = await motionRoom();
    const { id } = await ask(r, 2);
    const { transaction } = r.context.db;
    const away = Object.assign(new Error("closed"), { code: "CONNECTION_CLOSED" });
    r.context.db.transaction = () => Promise.reject(away);
    await r.until("it stands open", () => openAisleOf(r.area.rail) === 2, 180_000);
    await r.pass(1_000);
    const endedAtMs = r.clock.nowMs();
    await r.pass(60_000);
    r.context.db.transaction = transaction.bind(r.context.db);
    await r.pass(10_000);
    const row = await r.when(r.stored(id));
    expect(row?.state).toBe("done");
    expect(row?.settledAtMs).toBeLessThanOrEqual(endedAtMs);
    const settled = r.rows.find(({ kind }) => kind === "aisle.settled");
    expect(settled?.body.decidedAtMs).toBe(row?.settledAtMs);
    expect(settled?.atMs).toBeGreaterThan(endedAtMs + 50_000);
  });

  test("a lock that comes after motion is refused in words, not lost", async () => {
    const r = await motionRoom();
    const person = await somebody(r);
    const closing = r.areas.close();
    await r.when(closing);
    expect(await refusal(r.when(r.drive.locks.lock(person, "检修")))).toBe("gateway-ending");
    expect(r.drive.locks.all()).toEqual([]);
  });

  test("a lock at the same moment is either kept or refused", async () => {
    const r = await motionRoom();
    const person = await somebody(r);
    const closing = r.areas.close();
    const answer = await r.when(
      r.drive.locks.lock(person, "检修").then(
        ({ isKept }) => (isKept ? "kept" : "lost"),
        (error: { code?: string }) => error.code,
      ),
    );
    await r.when(closing);
    const rows = await r.when(r.context.db.select().from(areaLocks).execute());
    expect([rows.length, answer]).toEqual(rows.length > 0 ? [1, "kept"] : [0, "gateway-ending"]);
  });
});
