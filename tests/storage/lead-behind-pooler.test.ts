import { describe, expect, inject, it } from "vitest";
import { sentence } from "../../src/contract/errors.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { freshDatabase } from "../support/database.ts";
import { forgetfulPooler } from "../support/forgetful-pooler.ts";

describe.skipIf(inject("databasePlaces").postgresUrl === null)("a pooler that drops what it does not know", () => {
  it("switches no fence off: whoever would lead or stand by behind it is refused in words, a command is not", async () => {
    const database = await freshDatabase("postgres");
    const url = new URL(database.url as string);
    const there = Number(url.port || 5432);
    const through = async (drops: readonly string[], lead?: { epoch: number; rooms: number } | "standby") => {
      const pooler = await forgetfulPooler(there, drops);
      url.port = String(pooler.port);
      try {
        const opened = await openDatabase({ url: url.href, connectionsMax: 1, ...(lead ? { lead } : {}) });
        await opened.close();
        return "opened";
      } catch (error) {
        const { code, params } = error as { code: string; params: { name: string } };
        return `${code} ${params.name}`;
      } finally {
        await pooler.close();
      }
    };
    const lead = { epoch: 7, rooms: 2 };
    expect(await through([], lead)).toBe("opened");
    expect(await through([], "standby")).toBe("opened");
    expect(await through(["guiwei.lead_epoch"], lead)).toBe("database-not-guarded guiwei.lead_epoch");
    expect(await through(["guiwei.lead_rooms"], lead)).toBe("database-not-guarded guiwei.lead_rooms");
    expect(await through(["guiwei.lead_epoch"], "standby")).toBe("database-not-guarded guiwei.lead_epoch");
    expect(await through(["guiwei.lead_epoch", "guiwei.lead_rooms"])).toBe("opened");
    await database.close();
    for (const language of ["zh", "en"] as const)
      expect(sentence("database-not-guarded", language, { name: "guiwei.lead_epoch" })).toContain("guiwei.lead_epoch");
  }, 60_000);
});
