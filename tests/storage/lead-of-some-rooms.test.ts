import { expect, it } from "vitest";
import { leadOf } from "../../src/lead/lead-row.ts";
import { checkLead, releaseLead, renewLead } from "../../src/lead/renew-lead.ts";
import { onEachDatabase } from "../support/database.ts";

onEachDatabase("two gateways whose site files name other rooms", (fresh) => {
  it("who lost one of its rooms has lost all, and keeps nobody out by the rest", async () => {
    const { sql, close } = await fresh();
    const take = async (rooms: string[], holder: string) => {
      const [row] = await sql<{ epoch: string | null }[]>`
        SELECT guiwei_take_lead(${rooms}::text[], ${holder}, ${holder}, null, 6000)::text AS epoch`;
      return { rooms, epoch: Number(row?.epoch), holder };
    };
    const first = await take(["r1", "r2"], "a");
    expect(await renewLead(sql, first)).toBe("renewed");
    expect(await checkLead(sql, first)).toBe("ours");
    await sql`UPDATE leads SET expires_at = clock_timestamp() - interval '1 ms'`;
    const second = await take(["r1"], "b");
    expect(second.epoch).toBe(first.epoch + 1);
    expect(await checkLead(sql, first)).toBe("lost");
    expect(await renewLead(sql, first)).toBe("lost");
    await releaseLead(sql, second);
    const third = await take(["r1"], "c");
    const leader = await leadOf(sql);
    await close();
    expect([third.epoch, leader?.holder]).toEqual([second.epoch + 1, "c"]);
  }, 60_000);

  it("who gives it up says which areas are stopped, and writes nothing once it is another's", async () => {
    const { sql, close } = await fresh();
    const take = async (rooms: string[], holder: string) => {
      const [row] = await sql<{ epoch: string | null }[]>`
        SELECT guiwei_take_lead(${rooms}::text[], ${holder}, ${holder}, null, 6000)::text AS epoch`;
      return { rooms, epoch: Number(row?.epoch), holder };
    };
    const stopped = async () =>
      (await sql<{ key: string }[]>`SELECT area_key AS key FROM area_state WHERE is_stopped ORDER BY 1`).map(
        ({ key }) => key,
      );
    for (const key of ["r1.1", "r1.2", "r1.3"])
      await sql`INSERT INTO area_state (area_key, epoch, wire_id, is_inhibited, is_held_for_locks) VALUES (${key}, 1, 0, false, false)`;
    const first = await take(["r1", "r2"], "a");
    await releaseLead(sql, first, ["r1.1"]);
    expect(await stopped()).toEqual(["r1.1"]);
    expect(await checkLead(sql, first, ["r1.1", "r1.2"])).toBe("ours");
    expect(await stopped()).toEqual(["r1.1", "r1.2"]);
    expect((await take(["r1", "r2"], "b")).epoch).toBe(first.epoch + 1);
    expect(await checkLead(sql, first, ["r1.3"])).toBe("lost");
    await releaseLead(sql, first, ["r1.3"]);
    expect(await stopped()).toEqual(["r1.1", "r1.2"]);
    await close();
  }, 60_000);
});
