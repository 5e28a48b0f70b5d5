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
    const stopped = async () => (await sql`SELECT stopped FROM leads ORDER BY room_id`).map((row) => row.stopped);
    const first = await take(["r1", "r2"], "a");
    await releaseLead(sql, first, ["r1.1"]);
    expect(await stopped()).toEqual([["r1.1"], ["r1.1"]]);
    expect(await checkLead(sql, first, ["r1.1", "r1.2"])).toBe("ours");
    expect(await stopped()).toEqual([
      ["r1.1", "r1.2"],
      ["r1.1", "r1.2"],
    ]);
    // One room alone is another's: of the other the word of who led it before stands.
    expect((await take(["r1"], "b")).epoch).toBe(first.epoch + 1);
    expect(await checkLead(sql, first, [])).toBe("lost");
    await releaseLead(sql, first);
    expect(await stopped()).toEqual([
      ["r1.1", "r1.2"],
      ["r1.1", "r1.2"],
    ]);
    await close();
  }, 60_000);
});
