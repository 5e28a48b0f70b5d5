import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../open-database.ts";
import { asMotion, atOnceMax, createLanes } from "./first-lane.ts";

describe("the lanes", () => {
  it("hand out so many places at once, motion's askers first, each lane in its own order, nobody twice or never", () => {
    const act = fc.oneof(fc.constant("motion"), fc.constant("other"), fc.nat(5));
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        const lanes = createLanes();
        const asked = { motion: [] as number[], other: [] as number[] };
        const began = { motion: [] as number[], other: [] as number[] };
        const inside: (() => void)[] = [];
        const come = (lane: "motion" | "other", name: number) => {
          asked[lane].push(name);
          lanes.enter(lane === "motion", (leave) => {
            if (lane === "other") expect(began.motion).toEqual(asked.motion);
            began[lane].push(name);
            inside.push(leave);
          });
        };
        acts.forEach((what, at) => {
          if (typeof what !== "number") {
            come(what as "motion" | "other", at);
            return;
          }
          const [leave] = inside.splice(what % Math.max(1, inside.length), 1);
          leave?.();
          leave?.();
        });
        expect(inside.length).toBeLessThanOrEqual(atOnceMax);
        while (inside.length > 0) inside.shift()?.();
        expect(began).toEqual(asked);
        expect(lanes.waiting()).toEqual({ motion: 0, others: 0 });
      }),
    );
  });
});

describe("an embedded database that many ask at once", { timeout: 120_000 }, () => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase({ memory: true });
    await database.sql`CREATE TABLE rows (n int8 PRIMARY KEY)`;
  }, 120_000);
  afterAll(() => database.close());

  /** Records names in the order in which they were done. */
  function watch() {
    const done: string[] = [];
    const note = (name: string, work: Promise<unknown>) => work.then(() => void done.push(name));
    return { done, note };
  }

  it("serves what motion stores before the hundreds that came earlier, statement or transaction", async () => {
    const { done, note } = watch();
    const others = Array.from({ length: 150 }, (_, i) =>
      i % 3 === 0
        ? note(
            `other ${i}`,
            database.sql.begin((tx) => tx.unsafe("SELECT count(*) FROM generate_series(1, 2000)")),
          )
        : note(`other ${i}`, database.sql.unsafe("SELECT count(*) FROM generate_series(1, 2000)")),
    );
    const row = note(
      "statement",
      asMotion(() => database.sql.unsafe("INSERT INTO rows VALUES (1)").execute()),
    );
    const fact = note(
      "transaction",
      asMotion(() => database.sql.begin((tx) => tx.unsafe("INSERT INTO rows VALUES (2)"))),
    );
    await Promise.all([row, fact, ...others]);
    expect(done).toHaveLength(152);
    expect(Math.max(done.indexOf("statement"), done.indexOf("transaction"))).toBeLessThanOrEqual(atOnceMax + 1);
  });

  it("keeps nobody's place after an error, and never waits for itself", async () => {
    const failing = Array.from({ length: 10 }, () =>
      database.sql
        .begin(async (tx) => {
          await tx.unsafe("INSERT INTO rows VALUES (7)");
          throw new Error("changed my mind");
        })
        .catch((error: Error) => error.message),
    );
    const wrong = Array.from({ length: 10 }, () =>
      database.sql.unsafe("SELECT 1 / 0").catch((error: Error) => error.message),
    );
    expect(new Set(await Promise.all([...failing, ...wrong]))).toEqual(
      new Set(["changed my mind", "division by zero"]),
    );
    await expect(database.sql.begin(() => database.sql.unsafe("SELECT 1"))).rejects.toMatchObject({
      code: "database-nested-use",
    });
    expect(await database.sql.unsafe("SELECT count(*)::int AS n FROM rows WHERE n = 7")).toEqual([{ n: 0 }]);
  });

  it("what a transaction of others asks, begun by one of motion's leaving, is not motion's", async () => {
    const { done, note } = watch();
    const first = asMotion(() => database.sql.begin((tx) => tx.unsafe("SELECT 1")));
    const second = database.sql.begin(async (tx) => {
      await tx.unsafe("SELECT 1");
      return "inside";
    });
    const after = second.then(() =>
      Promise.all([
        ...Array.from({ length: 20 }, (_, i) => note(`other ${i}`, database.sql.unsafe("SELECT 1").execute())),
        note(
          "motion",
          asMotion(() => database.sql.unsafe("SELECT 2").execute()),
        ),
      ]),
    );
    await Promise.all([first, after]);
    expect(done.indexOf("motion")).toBeLessThanOrEqual(atOnceMax);
  });
});
