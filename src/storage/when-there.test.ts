import { describe, expect, it } from "vitest";
import { type VirtualClock, virtualClock } from "../clock/virtual-clock.ts";
import { DatabaseError } from "./database-error.ts";
import { whenThere } from "./when-there.ts";

/** Lets promises settle between the timers. */
async function pass(clock: VirtualClock, ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 500) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(500);
  }
  await new Promise((resolve) => setImmediate(resolve));
}

const away = new DatabaseError("database-unreachable", "PostgreSQL at db:5432 does not answer: ECONNREFUSED.");

function bench(answers: (attempt: number) => Error | null) {
  const clock = virtualClock(0);
  const said: string[] = [];
  let attempts = 0;
  const opened = whenThere(
    async () => {
      const error = answers(attempts++);
      if (error) throw error;
      return "open";
    },
    { clock, say: (line) => said.push(line), waitMinutesMax: 10 },
  );
  opened.catch(() => {});
  return { clock, said, opened, attempts: () => attempts };
}

describe("a database that is waited for", () => {
  it("opens at once where it is there, without a word", async () => {
    const { opened, said } = bench(() => null);
    expect([await opened, said]).toEqual(["open", []]);
  });

  it("is said every ten seconds, not at every try, in both languages", async () => {
    const { clock, opened, said, attempts } = bench((attempt) => (attempt < 12 ? away : null));
    await pass(clock, 60_000);
    expect(await opened).toBe("open");
    expect(attempts()).toBe(13);
    expect(said.length).toBeLessThanOrEqual(12);
    expect(said[0]).toMatch(/数据库还没有应答，已等待 0 秒，最多等 10 分钟：.*ECONNREFUSED/);
    expect(said[1]).toMatch(/does not answer yet; waited for 0 s so far, 10 minutes at most/);
  });

  it("is given up after the limit, with its own error", async () => {
    const { clock, opened, attempts } = bench(() => away);
    await pass(clock, 11 * 60_000);
    await expect(opened).rejects.toBe(away);
    expect(attempts()).toBeLessThan(150);
  });

  it.each([
    new DatabaseError("database-refused", "wrong password"),
    new DatabaseError("database-too-old", "13.9"),
    new DatabaseError("database-locked", "in use"),
    Object.assign(new Error("syntax"), { code: "42601", severity: "ERROR" }),
  ])("is not waited for when waiting mends nothing: %s", async (error) => {
    const { opened, said, attempts } = bench(() => error);
    await expect(opened).rejects.toBe(error);
    expect([attempts(), said]).toEqual([1, []]);
  });

  it.each([
    Object.assign(new Error("the database system is starting up"), { code: "57P03", severity: "FATAL" }),
    Object.assign(new Error("write CONNECTION_CLOSED"), { code: "CONNECTION_CLOSED" }),
  ])("is waited for when it goes away in the middle of the schema: %s", async (error) => {
    const { clock, opened } = bench((attempt) => (attempt === 0 ? error : null));
    await pass(clock, 5_000);
    expect(await opened).toBe("open");
  });
});
