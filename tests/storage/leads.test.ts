/** Who leads is decided by one server for all: takers at once, late renewals, held leaders, writes of a lead that is over. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { startArea } from "../../src/aisles/start-area.ts";
import { systemClock } from "../../src/clock/clock.ts";
import { leadOf, takeLead } from "../../src/lead/lead-row.ts";
import { releaseLead, renewLead } from "../../src/lead/renew-lead.ts";
import { smallSpec } from "../../src/shelving/exploring/alphabet.ts";
import { backup } from "../../src/storage/backup.ts";
import { sqlStateOf } from "../../src/storage/database-error.ts";
import { leadOverState, standbyWroteState } from "../../src/storage/lead-session.ts";
import { type Database, openDatabase } from "../../src/storage/open-database.ts";
import { restore } from "../../src/storage/restore.ts";
import { areaState } from "../../src/storage/schema/room.ts";
import { freshDatabase, onEachDatabase } from "../support/database.ts";
import { until } from "../support/gateway-process.ts";
import { smallLayout } from "../support/small-site.ts";

/** Not written by a gateway while it leads, each with its reason. */
const unguarded: Record<string, string> = { leads: "is what the guard asks; guiwei_take_lead locks its rows itself" };
const clock = systemClock();
/** What a standby may write as well, because people sign in and out there. */
const signIn = ["chain_heads", "journal", "sessions"];

onEachDatabase("the guard of the lead", (fresh) => {
  it("is on every table of the schema, or the table is named with its reason", async () => {
    const { sql, close } = await fresh();
    const found = await sql<{ name: string; asked: string | null }[]>`
      SELECT c.relname AS name, pg_get_triggerdef(t.oid) AS asked FROM pg_class c
      LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = 'guard_lead' AND t.tgenabled = 'O'
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname COLLATE "C"`;
    await close();
    expect(found.filter(({ asked }) => asked === null).map(({ name }) => name)).toEqual(Object.keys(unguarded));
    const whole =
      /BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON .* FOR EACH STATEMENT EXECUTE .*guiwei_guard_lead\(/;
    for (const { asked } of found) if (asked !== null) expect(asked).toMatch(whole);
    expect(found.filter(({ asked }) => asked?.includes("guard_lead('")).map(({ name }) => name)).toEqual(signIn);
  }, 60_000);

  it("asks nothing where no lead is named, as in a command or the embedded database", async () => {
    const { sql, close } = await fresh();
    await sql`INSERT INTO motion_logs (log_id, last_fact) VALUES ('a', 1)`;
    await close();
  }, 60_000);
});

describe.skipIf(inject("databasePlaces").postgresUrl === null)("the lead (needs PostgreSQL)", () => {
  let database: Database;
  const opened: Database[] = [];
  const rooms = ["r1", "r2"];
  const candidate = (name: string) => ({ rooms, holder: randomUUID(), name, url: null });

  beforeAll(async () => {
    database = await freshDatabase("postgres");
  }, 60_000);
  beforeEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    await database.sql`DELETE FROM leads`;
    await database.sql`DELETE FROM motion_logs`;
  });
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await database?.close();
  });

  async function another(lead?: { epoch: number; rooms: number } | "standby"): Promise<Database> {
    const one = await openDatabase({ url: database.url as string, connectionsMax: 2, ...(lead ? { lead } : {}) });
    opened.push(one);
    return one;
  }
  async function taken(name: string) {
    const asked = candidate(name);
    const epoch = await takeLead(database.sql, asked, clock);
    if (epoch === null) throw new Error(`${name} does not lead`);
    return { grant: { epoch, holder: asked.holder, rooms }, writer: await another({ epoch, rooms: rooms.length }) };
  }
  /** As if six seconds had gone by, in the database's time. */
  const runOut = () => database.sql`UPDATE leads SET expires_at = clock_timestamp() - interval '1 ms'`;
  const write = ({ sql }: Database, id: string) => sql`INSERT INTO motion_logs (log_id, last_fact) VALUES (${id}, 1)`;
  const refusedWith = (work: Promise<unknown>) =>
    work.then(
      () => "done",
      (error: unknown) => sqlStateOf(error) ?? String(error),
    );

  it("is taken by one of eight who ask at once, for all rooms, with an epoch above all before", async () => {
    for (let round = 1; round <= 5; round++) {
      const takers = await Promise.all(Array.from({ length: 8 }, () => another()));
      const epochs = await Promise.all(takers.map((one, i) => takeLead(one.sql, candidate(`gateway ${i}`), clock)));
      expect(epochs.filter((epoch) => epoch !== null)).toEqual([round]);
      const rows = await database.sql`SELECT DISTINCT epoch::int, holder_name FROM leads`;
      expect(rows).toEqual([{ epoch: round, holder_name: `gateway ${epochs.indexOf(round)}` }]);
      await Promise.all(opened.splice(0).map((one) => one.close()));
      await runOut();
    }
  }, 60_000);

  it("is not taken while it is held, and says who has it", async () => {
    const { grant } = await taken("first");
    expect(await takeLead(database.sql, candidate("second"), clock)).toBe(null);
    const leader = await leadOf(database.sql);
    const { epoch, holder } = grant;
    expect(leader).toMatchObject({ epoch, holder, name: "first", url: null });
    expect(leader?.leftMs).toBeGreaterThan(0);
    expect(leader?.leftMs).toBeLessThanOrEqual(6_000);
  });

  it("is another's when it ran out or was released, and its former holder is told so", async () => {
    const first = await taken("first");
    await runOut();
    const second = await taken("second");
    expect(second.grant.epoch).toBe(first.grant.epoch + 1);
    expect(await renewLead(database.sql, first.grant)).toBe("lost");
    // Whose it is no more releases nothing.
    await releaseLead(database.sql, first.grant);
    expect(await takeLead(database.sql, candidate("third"), clock)).toBe(null);
    await releaseLead(database.sql, second.grant);
    expect((await taken("third")).grant.epoch).toBe(first.grant.epoch + 2);
  });

  it("is renewed late by its holder, as long as nobody took it", async () => {
    const { grant, writer } = await taken("first");
    await runOut();
    await write(writer, "written although it ran out: nobody else leads");
    expect(await renewLead(database.sql, grant)).toBe("renewed");
    expect(await takeLead(database.sql, candidate("second"), clock)).toBe(null);
  });

  it("with a renewal or release its holder says what wants a reset, in one step, whatever a held gateway has locked; nobody else does", async () => {
    const { sql } = database;
    const first = await taken("first");
    const area = { areaKey: "r1.2", epoch: 1, wireId: 1, isInhibited: false, isHeldForLocks: false, isStopped: false };
    await database.db.delete(areaState);
    await database.db.insert(areaState).values(area);
    const said = async () => (await sql`SELECT stopped FROM leads ORDER BY room_id`).map(({ stopped }) => stopped);
    expect(await renewLead(sql, first.grant, ["r1.1"])).toBe("renewed");
    expect(await said()).toEqual([["r1.1"], ["r1.1"]]);
    expect(await renewLead(sql, first.grant)).toBe("renewed");
    expect(await said()).toEqual([["r1.1"], ["r1.1"]]);
    // As a gateway that was held in the middle of storing a reset.
    const open = await first.writer.sql.reserve();
    await open`BEGIN`;
    await open`UPDATE area_state SET is_stopped = false WHERE area_key = 'r1.2'`;
    expect(await renewLead(sql, first.grant, ["r1.2"])).toBe("renewed");
    await runOut();
    await taken("second");
    expect(await renewLead(sql, first.grant, [])).toBe("lost");
    await releaseLead(sql, first.grant, []);
    open.release();
    const context = { ...database, clock, newId: randomUUID, layout: smallLayout, publish() {} };
    const { needsReset } = await startArea(context, "r1.2", smallSpec);
    expect(needsReset).toBe(true);
    expect((await startArea(context, "r1.1", smallSpec)).needsReset).toBe(false);
    expect(await sql`SELECT area_key FROM area_state WHERE is_stopped`).toEqual([{ area_key: "r1.2" }]);
  });

  it("rows of a room that the site has no more do not count against it", async () => {
    await takeLead(database.sql, { ...candidate("first"), rooms: ["r1", "old"] }, clock);
    await runOut();
    const { writer } = await taken("second");
    await write(writer, "a");
  });

  it("a write under a lead that is over fails, and one under the newest does not", async () => {
    const first = await taken("first");
    await write(first.writer, "1");
    await runOut();
    const second = await taken("second");
    // The sessions of the old one were ended with it: whoever reconnects is refused by the guard.
    const states = [];
    for (let i = 0; i < 3; i++) states.push(await refusedWith(write(first.writer, `late ${i}`)));
    expect(states.at(-1)).toBe(leadOverState);
    await write(second.writer, "2");
    const rows = await database.sql<{ log_id: string }[]>`SELECT log_id FROM motion_logs ORDER BY 1`;
    expect(rows.map((row) => row.log_id)).toEqual(["1", "2"]);
  });

  it("a held leader's open transaction is ended by the next, and nothing of it is kept", async () => {
    const first = await taken("first");
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let isOpen = false;
    const writing = first.writer.sql.begin(async (tx) => {
      await tx`INSERT INTO motion_logs (log_id, last_fact) VALUES ('begun before', 1)`;
      isOpen = true;
      await held;
      await tx`INSERT INTO motion_logs (log_id, last_fact) VALUES ('and after', 1)`;
    });
    const outcome = refusedWith(writing);
    await until("it writes", () => isOpen);
    await runOut();
    const second = await taken("second");
    goOn();
    expect(await outcome).not.toBe("done");
    expect(await database.sql`SELECT log_id FROM motion_logs`).toEqual([]);
    await write(second.writer, "2");
  }, 60_000);

  it("a transaction that reads only, or has ended, is in nobody's way", async () => {
    const first = await taken("first");
    await first.writer.sql.begin((tx) => tx`INSERT INTO motion_logs (log_id, last_fact) VALUES ('committed', 1)`);
    await runOut();
    await taken("second");
    expect(await database.sql`SELECT log_id FROM motion_logs`).toEqual([{ log_id: "committed" }]);
  });

  it("writes do not hold up its renewal, nor renewals the writes", async () => {
    const { grant, writer } = await taken("first");
    await writer.sql.begin(async (tx) => {
      await tx`INSERT INTO motion_logs (log_id, last_fact) VALUES ('a', 1)`;
      expect(await renewLead(database.sql, grant)).toBe("renewed");
      await tx`INSERT INTO motion_logs (log_id, last_fact) VALUES ('b', 1)`;
    });
  }, 20_000);

  it("is in no backup; a restore waits for its end, and no epoch comes a second time", async () => {
    const folder = mkdtempSync(join(tmpdir(), "guiwei-led-"));
    const file = join(folder, "led.gz");
    const first = await taken("first");
    const header = await backup(database, file);
    expect(header.tables.find((table) => table.name === "leads")?.rowCount).toBe(0);
    for (const force of [false, true])
      await expect(restore(database, file, { force })).rejects.toMatchObject({
        code: "restore-led",
        params: { who: "first" },
      });
    await write(first.writer, "nothing was touched");
    await runOut();
    await restore(database, file, { force: true });
    expect(await renewLead(database.sql, first.grant)).toBe("lost");
    const { grant, writer } = await taken("second");
    expect(grant.epoch).toBeGreaterThan(first.grant.epoch);
    const states = [];
    for (let i = 0; i < 3; i++) states.push(await refusedWith(write(first.writer, `late ${i}`)));
    expect(states.at(-1)).toBe(leadOverState);
    await write(writer, "a");
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it("a standby writes nothing but what a sign-in writes", async () => {
    const standby = await another("standby");
    expect(await refusedWith(write(standby, "a"))).toBe(standbyWroteState);
    expect(await refusedWith(standby.sql`DELETE FROM people`)).toBe(standbyWroteState);
    expect(await refusedWith(standby.sql`DELETE FROM sessions`)).toBe("done");
  });
});
