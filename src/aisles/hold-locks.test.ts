import { expect, test } from "vitest";
import { runFor } from "../../tests/support/run-for.ts";
import { virtualClock } from "../clock/virtual-clock.ts";
import { lockHolder } from "./hold-locks.ts";

type Verb = "inhibit" | "release";

function bench() {
  const clock = virtualClock(0);
  const asked: [Verb, number][] = [];
  const failures: unknown[] = [];
  let wanted: Verb | null = null;
  let answer: () => Promise<unknown> = async () => {};
  const look = lockHolder({
    clock,
    wanted: () => wanted,
    ask(verb) {
      asked.push([verb, clock.nowMs()]);
      return answer();
    },
    onFailure: (error) => void failures.push(error),
  });
  return {
    asked,
    failures,
    want: (verb: Verb | null) => {
      wanted = verb;
    },
    answers: (next: typeof answer) => {
      answer = next;
    },
    /** One look every 100 ms, as with statuses. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 100) {
        look();
        await runFor(clock, 100);
      }
    },
  };
}

test("asks once at a time, and not again for as long as an answer is awaited", async () => {
  const b = bench();
  let settle: () => void = () => {};
  b.answers(
    () =>
      new Promise<void>((resolve) => {
        settle = resolve;
      }),
  );
  b.want("inhibit");
  await b.pass(10_000);
  expect(b.asked).toHaveLength(1);
  b.want(null);
  settle();
  await b.pass(1_000);
  b.want("release");
  await b.pass(1_000);
  expect(b.asked.map(([verb]) => verb)).toEqual(["inhibit", "release"]);
});

test("a controller that takes it and is undone at once is asked ever more slowly too; long after, at once again", async () => {
  const b = bench();
  b.want("inhibit");
  await b.pass(60_000);
  expect(b.asked).toHaveLength(5);
  b.want(null);
  await b.pass(660_000);
  b.want("inhibit");
  await b.pass(2_500);
  expect(b.asked).toHaveLength(7);
});

test("it is asked again after 2 s, 4 s, 8 s … and at last every five minutes", async () => {
  const b = bench();
  b.want("inhibit");
  await b.pass(3_600_000);
  const gapsS = b.asked.slice(1).map(([, atMs], i) => Math.round((atMs - (b.asked[i]?.[1] ?? 0)) / 1000));
  expect(gapsS.slice(0, 9)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300]);
  expect(Math.max(...gapsS)).toBe(300);
  expect(b.asked.length).toBeLessThan(25);
});

test("failures of the inhibit do not hold the release up, and a database that is away is told and asked again", async () => {
  const b = bench();
  b.answers(async () => Promise.reject(new Error("away")));
  b.want("inhibit");
  await b.pass(60_000);
  const before = b.asked.length;
  b.want("release");
  await b.pass(100);
  expect(b.asked.slice(before).map(([verb]) => verb)).toEqual(["release"]);
  expect(b.failures).toHaveLength(before + 1);
});
