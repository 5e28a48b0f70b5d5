/** Between two leads a command may bring the schema forward, and a gateway may begin to lead: not both. */
import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, inject, it } from "vitest";
import { systemClock } from "../../src/clock/clock.ts";
import { leadOf, takeLead } from "../../src/lead/lead-row.ts";
import { type LeadClient, leadClient } from "../../src/standby/lead-client.ts";
import { openForCommand } from "../../src/standby/open-led.ts";
import { schemaState } from "../../src/standby/schema-state.ts";
import { look, type SeekDeps } from "../../src/standby/seek-lead.ts";
import { knownMigrations } from "../../src/storage/known-migrations.ts";
import { migrate, schemaLock } from "../../src/storage/migrate.ts";
import type { Database } from "../../src/storage/open-database.ts";
import { freshDatabase } from "../support/database.ts";
import { until } from "../support/gateway-process.ts";

const clock = systemClock();
const rooms = ["r1"];

describe.skipIf(inject("databasePlaces").postgresUrl === null)("the gap between two leads (needs PostgreSQL)", () => {
  let database: Database;
  let client: LeadClient | null = null;
  afterEach(async () => {
    await client?.close();
    client = null;
    await database.close();
  });

  it("a command that is about to bring the schema forward leaves it to a gateway that leads by then", async () => {
    database = await freshDatabase("postgres", { empty: true });
    const { sql, url } = database;
    await migrate(sql, { migrations: knownMigrations().slice(0, -1) });
    const other = await sql.reserve();
    await other`SELECT pg_advisory_lock(${schemaLock})`;
    const opened = openForCommand({ DATABASE_URL: url as string, DATA_DIR: "" }, clock).then(
      async (it) => {
        await it.close();
        return "opened";
      },
      (error: unknown) => error,
    );
    // It saw nobody lead, and waits.
    await until("the command waits for the schema's lock", async () => {
      const [row] = await sql<{ n: number }[]>`
        SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = ${schemaLock}`;
      return row?.n === 1;
    });
    expect(await takeLead(sql, { rooms, holder: randomUUID(), name: "second (pid 2)", url: null }, clock)).toBe(1);
    await other`SELECT pg_advisory_unlock(${schemaLock})`;
    other.release();
    expect(await opened).toMatchObject({ code: "lead-migrates", params: { who: "second (pid 2)" } });
    expect((await schemaState(sql)).is).toBe("older");
  }, 60_000);

  it("who took the lead of a schema that is a later program's by then gives it back, and says which it found", async () => {
    database = await freshDatabase("postgres");
    const { sql, url } = database;
    const real = leadClient(url as string, clock);
    client = real;
    let asked = 0;
    const brought: LeadClient = {
      ...real,
      async ask(question, msMax) {
        // After it has looked, before it takes.
        if (++asked === 2)
          await sql`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('of-later', 1)`;
        return real.ask(question, msMax);
      },
    };
    const deps: SeekDeps = {
      ...{ databaseUrl: url as string, rooms, name: "first (pid 1)", url: null, clock, client: brought },
      say: () => {},
      mayTake: () => true,
    };
    expect(await look(deps)).toMatchObject({ schema: { is: "unknown", found: "of-later" } });
    expect(asked).toBeGreaterThan(2);
    expect((await leadOf(sql))?.leftMs).toBeLessThanOrEqual(0);
    await sql`DELETE FROM drizzle.__drizzle_migrations WHERE hash = 'of-later'`;
    expect(await look({ ...deps, client: real })).toHaveProperty("grant");
  }, 60_000);
});
