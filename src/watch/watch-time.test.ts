import { describe, expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { Context } from "../context.ts";
import type { TimeSeen } from "./time-source.ts";
import { notSyncedMsMax, watchTime } from "./watch-time.ts";

const minuteMs = 60_000;
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function bench(first: Partial<TimeSeen> = {}) {
  const clock = virtualClock(1_000_000);
  const nothing: TimeSeen = { chrony: null, timedatectl: null, timesyncdAtMs: null };
  let seen = { ...nothing, ...first };
  const rows: { kind: string; body: Record<string, unknown> }[] = [];
  // A transaction that records only the rows it is given.
  const db = {
    async transaction(work: (tx: never) => Promise<unknown>) {
      await work(undefined as never).catch(() => {});
      return { result: undefined, rows: [] };
    },
    delete: () => ({ where: async () => {} }),
  };
  const context = { db, clock, newId: () => "1", publish() {} } as unknown as Context;
  const alarms: { areaKey: string; code: string; en: string }[] = [];
  const failures: unknown[] = [];
  const watch = watchTime({
    context,
    ask: async () => seen,
    onAlarm: (alarm) => alarms.push(alarm),
    onFailure: (error) => failures.push(error),
  });
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      clock.advance(500);
      await turn();
    }
  }
  await turn();
  return {
    watch,
    clock,
    alarms,
    failures,
    rows,
    pass,
    says(now: Partial<TimeSeen>) {
      seen = { ...nothing, ...now };
    },
  };
}

describe("the machine's clock", () => {
  it("that follows nobody is no news at once, an alarm after a while, said once, and over when it does", async () => {
    const b = await bench({ timedatectl: "NTPSynchronized=no" });
    expect(b.watch.line()).toMatchObject({ state: "not-synchronised", source: "timedatectl", sinceMs: 1_000_000 });
    await b.pass(notSyncedMsMax - 2 * minuteMs);
    expect([b.alarms, b.watch.problems()]).toEqual([[], []]);
    await b.pass(60 * minuteMs);
    expect(b.alarms.map(({ code, areaKey }) => [code, areaKey])).toEqual([["time-not-synchronised", "gateway"]]);
    expect(b.watch.problems()[0]?.zh).toContain("15 分钟");
    b.says({ timedatectl: "NTPSynchronized=yes" });
    await b.pass(2 * minuteMs);
    expect([b.watch.line().state, b.watch.problems()]).toEqual(["synchronised", []]);
    expect(b.alarms).toHaveLength(1);
  });

  it("nobody can tell of is unknown, which is neither an alarm nor right", async () => {
    const b = await bench();
    await b.pass(120 * minuteMs);
    expect(b.watch.line()).toMatchObject({ state: "unknown", source: null, offsetMs: null });
    expect([b.alarms, b.watch.problems()]).toEqual([[], []]);
  });

  it("more than a second off its source is an alarm at once", async () => {
    const off = "A,b,3,1,1.25,0,0,0,0,0,0,0,64,Normal";
    const b = await bench({ chrony: off });
    expect(b.alarms.map(({ code, en }) => [code, en.includes("1.3 s")])).toEqual([["time-off", true]]);
    b.says({ chrony: off.replace("1.25", "-0.9") });
    await b.pass(2 * minuteMs);
    expect(b.watch.problems()).toEqual([]);
  });

  it("set by an hour is said once, for the machine", async () => {
    const b = await bench();
    await b.pass(3_000);
    b.clock.setWallBy(-3_600_000);
    await b.pass(10_000);
    expect(b.alarms.map(({ code, areaKey }) => [code, areaKey])).toEqual([["clock-gap", "gateway"]]);
    expect(b.alarms[0]?.en).toContain("-3600");
    await b.watch.close();
    b.clock.setWallBy(3_600_000);
    await b.pass(10_000);
    expect(b.alarms).toHaveLength(1);
    expect(b.failures).toEqual([]);
  });
});
