import { sql } from "drizzle-orm";
import { bigint, customType, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { constraintOf, DatabaseError, sqlStateOf } from "../../src/storage/database-error.ts";
import { inTransaction } from "../../src/storage/one-transaction.ts";
import type { Database } from "../../src/storage/open-database.ts";
import { onEachDatabase } from "../support/database.ts";

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
const things = pgTable("things", {
  id: bigint("id", { mode: "number" }).primaryKey(),
  name: text("name").notNull().unique(),
  body: jsonb("body").$type<Record<string, unknown>>(),
  bytes: bytea("bytes"),
  words: text("words").array(),
});

onEachDatabase("the same on both engines", (fresh, engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await fresh();
    await database.sql`CREATE TABLE things (id int8 PRIMARY KEY, name text NOT NULL UNIQUE, body jsonb, bytes bytea, words text[],
      CONSTRAINT things_named CHECK (name <> ''))`;
    await database.sql`CREATE TABLE parts (id int8 PRIMARY KEY, thing int8 NOT NULL REFERENCES things (id))`;
  });
  beforeEach(async () => {
    await database.sql`TRUNCATE things, parts`;
  });
  afterAll(() => database.close());

  const count = async () =>
    (await database.db.execute<{ n: number }>(sql`SELECT count(*)::int AS n FROM things`))[0]?.n;

  it("says what it is, and every session has the same settings", async () => {
    expect(database.engine).toBe(engine === "embedded" ? "memory" : "postgres");
    expect(Number(database.serverVersion.split(".")[0])).toBeGreaterThanOrEqual(15);
    const [settings] =
      await database.db.execute(sql`SELECT current_setting('TimeZone') AS zone, current_setting('client_encoding') AS encoding,
      current_setting('application_name') AS name, current_setting('statement_timeout') AS timeout, current_setting('DateStyle') AS dates,
      current_setting('max_parallel_workers_per_gather') AS workers, current_setting('jit') AS jit`);
    const texts = { zone: "UTC", encoding: "UTF8", name: "guiwei", timeout: "1min", dates: "ISO, MDY" };
    expect(settings).toEqual({ ...texts, workers: "0", jit: "off" });
    const [migrations] = await database.db.execute<{ n: number }>(
      sql`SELECT count(*)::int AS n FROM drizzle.__drizzle_migrations`,
    );
    expect(migrations?.n).toBeGreaterThan(0);
  });

  it("gives back what it was given: objects, big numbers, bytes, arrays, Chinese, null", async () => {
    const row = {
      id: Number.MAX_SAFE_INTEGER,
      name: "第三密集架 ' \" \\ \n 🗄",
      body: { 中文: ["a", 1, null, { deep: true }], quote: "'" },
      bytes: Buffer.from([0, 1, 255, 92, 39]),
      words: ["一", "two, {three}", 'f"our', ""],
    };
    await database.db.insert(things).values(row);
    expect(await database.db.select().from(things)).toEqual([row]);
    const [raw] = await database.db.execute<{ kind: string; wide: string }>(
      sql`SELECT jsonb_typeof(body) AS kind, 9223372036854775807::int8 AS wide FROM things`,
    );
    expect(raw).toEqual({ kind: "object", wide: "9223372036854775807" });
    await database.db.insert(things).values({ id: 1, name: "nothing" });
    expect(await database.db.select().from(things).where(sql`id = 1`)).toEqual([
      { id: 1, name: "nothing", body: null, bytes: null, words: null },
    ]);
  });

  it("takes a thousand rows by unnest", async () => {
    const ids = Array.from({ length: 1000 }, (_, i) => i);
    const names = ids.map((i) => `档案盒 ${i}`);
    const inserted = await database.db.execute(
      sql`INSERT INTO things (id, name) SELECT * FROM unnest(${sql.param(ids)}::int8[], ${sql.param(names)}::text[]) RETURNING id`,
    );
    expect(inserted).toHaveLength(1000);
    expect(await count()).toBe(1000);
  });

  it("returns a result of many megabytes whole", async () => {
    const [row] = await database.sql<{ wide: string }[]>`SELECT repeat('档', 3000000) AS wide`;
    expect(row?.wide.length).toBe(3_000_000);
    const rows = await database.sql`SELECT g, repeat('x', 1000) AS x FROM generate_series(1, 5000) g`;
    expect(rows).toHaveLength(5000);
    let fetched = 0;
    for await (const batch of database.sql`SELECT g FROM generate_series(1, 2500) g`.cursor(1000))
      fetched += batch.length;
    expect(fetched).toBe(2500);
  });

  it("names the SQLSTATE and the constraint of a refused statement", async () => {
    await database.db.insert(things).values({ id: 1, name: "one" });
    const refusals: [() => Promise<unknown>, string, string | null][] = [
      [() => database.db.insert(things).values({ id: 1, name: "two" }), "23505", "things_pkey"],
      [() => database.db.insert(things).values({ id: 2, name: "one" }), "23505", "things_name_unique|things_name_key"],
      [() => database.db.insert(things).values({ id: 2, name: "" }), "23514", "things_named"],
      [() => database.db.execute(sql`INSERT INTO parts VALUES (1, 99)`), "23503", "parts_thing_fkey"],
      [() => database.db.execute(sql`INSERT INTO things VALUES (3)`), "23502", null],
      [() => database.db.execute(sql`SELECT 1/0`), "22012", null],
      [() => database.db.execute(sql`SELEC 1`), "42601", null],
      [() => database.db.execute(sql`SELECT ${"x"}::int`), "22P02", null],
    ];
    for (const [statement, state, constraint] of refusals) {
      const error = await statement().then(
        () => null,
        (caught: unknown) => caught,
      );
      expect(sqlStateOf(error)).toBe(state);
      if (constraint) expect(constraintOf(error)).toMatch(new RegExp(`^(${constraint})$`));
      else expect(constraintOf(error)).toBeNull();
    }
    expect(sqlStateOf(new Error("other"))).toBeNull();
    expect(sqlStateOf(Object.assign(new Error("refused"), { code: "EPIPE" }))).toBeNull();
  });

  it("keeps every answer with its question when some in a pipeline fail", async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 60 }, (_, i) =>
        i % 3 === 1
          ? database.sql`SELECT ${i}::int / 0 AS n`
          : i % 3 === 2
            ? database.sql.unsafe("SELECT broken")
            : database.sql`SELECT ${i}::int AS n`,
      ),
    );
    answers.forEach((answer, i) => {
      if (i % 3 === 0) expect(answer).toMatchObject({ status: "fulfilled", value: [{ n: i }] });
      else expect(answer.status).toBe("rejected");
    });
  });

  it("rolls everything back when the work fails, and a savepoint only its part", async () => {
    const failed = database.db.transaction(async (tx) => {
      await tx.insert(things).values({ id: 1, name: "one" });
      throw new Error("changed my mind");
    });
    await expect(failed).rejects.toThrow("changed my mind");
    expect(await count()).toBe(0);
    await database.db.transaction(async (tx) => {
      await tx.insert(things).values({ id: 1, name: "one" });
      await tx.transaction((inner) => inner.insert(things).values({ id: 1, name: "again" })).catch(() => {});
      await tx.insert(things).values({ id: 2, name: "two" });
    });
    expect(await count()).toBe(2);
  });

  it("runs many transactions at once without waiting for itself", async () => {
    await database.db.insert(things).values({ id: 0, name: "counter", body: { n: 0 } });
    await Promise.all(
      Array.from({ length: 40 }, () =>
        inTransaction(database.db, async (tx) => {
          const [row] = await tx.select().from(things).where(sql`id = 0`).for("update");
          await tx
            .update(things)
            .set({ body: { n: Number(row?.body?.n) + 1 } })
            .where(sql`id = 0`);
        }),
      ),
    );
    expect((await database.db.select().from(things))[0]?.body).toEqual({ n: 40 });
  });

  it("refuses the outer database inside a transaction instead of hanging", async () => {
    const nested = database.db.transaction(async () => {
      await database.db.select().from(things);
    });
    const error = await nested.then(
      () => null,
      (caught: Error) => caught,
    );
    expect(error?.cause ?? error).toBeInstanceOf(DatabaseError);
    const twice = database.db.transaction(() => database.db.transaction(async () => {}));
    await expect(twice).rejects.toMatchObject({ code: "database-nested-use" });
    // Work that a transaction started and that outlives it is on its own again.
    let later: Promise<unknown> = Promise.resolve();
    await database.db.transaction(async () => {
      later = new Promise((resolve) => setTimeout(resolve, 50)).then(() => database.db.select().from(things));
    });
    expect(await later).toEqual([]);
  });

  it("does a transaction again after a serialization failure, and gives up in the end", async () => {
    let runs = 0;
    const failing = (times: number) =>
      inTransaction(database.db, async (tx) => {
        await tx.insert(things).values({ id: 1, name: "one" });
        if (runs++ < times)
          await tx.execute(sql`DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = 'serialization_failure'; END $$`);
        return runs;
      });
    expect(await failing(2)).toBe(3);
    expect(await count()).toBe(1);
    await database.sql`TRUNCATE things, parts`;
    runs = 0;
    const error = await failing(1000).then(
      () => null,
      (caught: unknown) => caught,
    );
    expect(sqlStateOf(error)).toBe("40001");
    expect(runs).toBe(5);
  });

  it("survives a COPY FROM STDIN on the embedded engine as a plain refusal", async () => {
    if (engine === "postgres") return;
    const error = await database.sql`COPY things FROM STDIN`.writable().then(
      () => null,
      (caught: unknown) => caught,
    );
    expect(sqlStateOf(error)).toBe("0A000");
    expect(await count()).toBe(0);
  });
});
