import { describe, expect, inject, it } from "vitest";
import { standbysOf } from "../../src/lead/lead-row.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { freshDatabase } from "../support/database.ts";
import { until } from "../support/gateway-process.ts";

describe.skipIf(inject("databasePlaces").postgresUrl === null)("a standby of which nobody asks anything", () => {
  it("is still seen by the leader: no age ends its connection, and one that was ended comes back by itself", async () => {
    const database = await freshDatabase("postgres");
    const url = new URL(database.url as string);
    // postgres.js ends a connection after 30 to 60 minutes; here after two seconds.
    url.searchParams.set("max_lifetime", "2");
    const standby = await openDatabase({ url: url.href, lead: "standby", connectionsMax: 5 });
    try {
      expect(await standbysOf(database.sql)).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      expect(await standbysOf(database.sql)).toBe(1);
      await database.sql`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'guiwei standby'`;
      await until("it is gone", async () => (await standbysOf(database.sql)) === 0);
      await until("it is seen again", async () => (await standbysOf(database.sql)) === 1);
    } finally {
      await standby.close();
      await database.close();
    }
  }, 60_000);
});
