/** A start that is killed while it brings the version before forward: the next one goes on. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { search } from "../../src/lookup/search.ts";
import { migrate } from "../../src/storage/migrate.ts";
import { type DatabasePlace, openDatabase } from "../../src/storage/open-database.ts";
import { bundledScript } from "../support/bundled-script.ts";
import { smallDelivery, smallLayout } from "../support/small-site.ts";
import { laterMigrations, newWord } from "./later-migrations.ts";
import { versionBefore } from "./version-before.ts";

const script = fileURLToPath(new URL("./migrate-until-killed.ts", import.meta.url));
const records = smallDelivery.records.length;
const childMsMax = 150_000;

let migrator: Awaited<ReturnType<typeof bundledScript>>;
beforeAll(async () => {
  migrator = await bundledScript(script);
}, 60_000);
afterAll(() => migrator?.remove());

/** Kills it with -9 when it says this line; it is at work on the next batch by then. */
async function killedAt(place: DatabasePlace, last: string): Promise<void> {
  const child = spawn(process.execPath, [migrator.path, JSON.stringify(place)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const limit = setTimeout(() => child.kill("SIGKILL"), childMsMax);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) if (line === last) child.kill("SIGKILL");
  await ended;
  clearTimeout(limit);
}

const { postgresMissing } = inject("databasePlaces");
describe("kill -9 in the middle of a step", { timeout: 300_000 }, () => {
  for (const engine of ["folder", "postgres"] as const) {
    const skipped = engine === "postgres" ? postgresMissing : null;
    it.skipIf(skipped !== null)(
      `leaves no row out and does none twice (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`,
      async () => {
        const old = await versionBefore(engine);
        const { place, remove } = await old.fresh();
        await killedAt(place, "9002_search-text 100");
        const database = await openDatabase(place);
        const { sql, db } = database;
        const [midway] = await sql<{ rows: number; isOpen: boolean }[]>`
          SELECT rows_done::int AS rows, finished_at_ms IS NULL AS "isOpen"
          FROM drizzle.migration_notes WHERE name = '9002_search-text'`;
        expect(midway?.isOpen).toBe(true);
        expect(midway?.rows).toBeGreaterThanOrEqual(100);
        const told: number[] = [];
        await migrate(sql, { migrations: laterMigrations(), onProgress: ({ rowsDone }) => told.push(rowsDone) });
        expect(told[0]).toBe(Math.min((midway?.rows ?? 0) + 20, records));
        expect(await sql`SELECT times_done AS times, count(*)::int AS n FROM records GROUP BY 1`).toEqual([
          { times: 1, n: records },
        ]);
        const context = { db, clock: virtualClock(0), newId: () => "", layout: smallLayout, publish() {} };
        expect((await search(context, { query: newWord, limit: 50 })).items.length).toBe(50);
        expect(await verifyJournal(db)).toEqual({ rows: 21, faults: [], isCapped: false });
        await database.close();
        await remove();
        await old.close();
      },
    );
  }
});
