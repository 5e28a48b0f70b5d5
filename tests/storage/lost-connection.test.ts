/** A server's connection goes away in the middle: what was asked is refused, nothing runs elsewhere, the next statement works. */
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Database, openDatabase } from "../../src/storage/open-database.ts";
import { freshDatabase } from "../support/database.ts";

const missing = inject("databasePlaces").postgresMissing;

describe.skipIf(missing !== null)(`a connection that PostgreSQL ends${missing ? ` (SKIPPED: ${missing})` : ""}`, () => {
  let database: Database;
  let one: Database;
  const faults: unknown[] = [];
  const note = (error: unknown) => void faults.push(error);

  beforeAll(async () => {
    database = await freshDatabase("postgres", { empty: true });
    const [place] = await database.sql`SELECT current_database() AS name`;
    const url = (inject("databasePlaces").postgresUrl as string).replace(/\/postgres$/, `/${place?.name}`);
    // One connection: whoever comes next gets the very one that a transaction had.
    one = await openDatabase({ url, connectionsMax: 1 });
    await one.sql`CREATE TABLE written (n int4)`;
    process.on("uncaughtException", note);
    process.on("unhandledRejection", note);
  });
  afterAll(async () => {
    process.off("uncaughtException", note);
    process.off("unhandledRejection", note);
    await one?.close();
    await database?.close();
  });

  const pid = async (client: Pick<Database["sql"], "unsafe">) =>
    (await client.unsafe("SELECT pg_backend_pid() AS pid"))[0]?.pid as number;
  const written = async () => (await database.sql`SELECT n FROM written ORDER BY n`).map(({ n }) => n);

  /** The backend is gone, and the pool has met that. */
  async function endBackend(which: number): Promise<void> {
    await database.sql`SELECT pg_terminate_backend(${which}, 10000)`;
    for (const untilMs = Date.now() + 30_000; Date.now() < untilMs; ) {
      const now = await Promise.race([
        pid(one.sql).catch(() => null),
        new Promise<null>((resolve) => setTimeout(() => resolve(null), 5_000)),
      ]);
      if (now !== null && now !== which) return;
    }
    throw new Error("no connection came back within 30 s");
  }

  it("runs no rest of a transaction outside it, on the connection that came after", async () => {
    const transaction = one.sql.begin(async (tx) => {
      await tx`INSERT INTO written VALUES (1)`;
      await endBackend(await pid(tx));
      await tx`INSERT INTO written VALUES (2)`;
    });
    await expect(transaction).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await written()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it("refuses a statement that was waiting behind another in the transaction", async () => {
    const ends: unknown[] = [];
    const transaction = one.sql.begin(async (tx) => {
      const which = await pid(tx);
      const waiting = [tx`SELECT pg_sleep(20)`, tx`INSERT INTO written VALUES (3)`, tx`INSERT INTO written VALUES (4)`];
      const settled = Promise.allSettled(waiting);
      await endBackend(which);
      ends.push(...(await settled).map(({ status }) => status));
    });
    await expect(transaction).rejects.toThrow();
    await expect.poll(() => ends).toEqual(["rejected", "rejected", "rejected"]);
    expect(await written()).toEqual([]);
  });

  it("refuses, and does not end the process, where a reserved connection is used again", async () => {
    const reserved = await one.sql.reserve();
    await database.sql`SELECT pg_terminate_backend(${await pid(reserved)}, 10000)`;
    for (let i = 0; i < 5; i++) {
      // Once as it closes, then with a text that is written at once and one that waits for the next turn.
      const text = i % 2 === 0 ? "short" : "x".repeat(2_000);
      await expect(reserved`SELECT ${text}::text`).rejects.toThrow(/CONNECTION_CLOSED|terminat|ECONNRESET|EPIPE/);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(faults).toEqual([]);
    await expect.poll(() => one.sql`SELECT 1 AS one`.then(([row]) => row?.one)).toBe(1);
  });
});
