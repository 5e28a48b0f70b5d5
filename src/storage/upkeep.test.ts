import type { Sql } from "postgres";
import { expect, test } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import { startUpkeep } from "./upkeep.ts";

test("each run of the upkeep says how it went, and one that failed is tried again", async () => {
  const clock = virtualClock(0);
  let wal = 0;
  let isWell = false;
  const ran: string[] = [];
  const client = Object.assign(
    async (words: TemplateStringsArray) =>
      words.join("").includes("pg_current_wal") ? [{ wal: String(++wal) }] : [{ name: "public.boxes" }],
    {
      async unsafe(statement: string) {
        if (!isWell) throw new Error("could not extend file: No space left on device");
        ran.push(statement);
      },
    },
  ) as unknown as Sql;
  const heard: string[] = [];
  const stop = startUpkeep(client, clock, {
    done: () => heard.push("done"),
    failed: (error) => heard.push((error as Error).message),
  });
  const minute = async () => {
    clock.advance(60_000);
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  await minute();
  await minute();
  expect(heard).toEqual(Array(2).fill("could not extend file: No space left on device"));
  isWell = true;
  await minute();
  expect(heard.at(-1)).toBe("done");
  expect(ran).toEqual(["VACUUM (ANALYZE) public.boxes"]);
  await stop();
});
