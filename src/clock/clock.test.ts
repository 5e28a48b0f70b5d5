import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { systemMonoMs } from "./clock.ts";
import { virtualClock } from "./virtual-clock.ts";

describe("two clocks", () => {
  it("counts ages from the same origin in every process of the machine", () => {
    const clockFile = fileURLToPath(new URL("./clock.ts", import.meta.url));
    const ask = `import(${JSON.stringify(clockFile)}).then(({ systemMonoMs }) => console.log(systemMonoMs()))`;
    const beforeMs = systemMonoMs();
    const theirsMs = Number(execFileSync(process.execPath, ["--import", "tsx", "-e", ask], { encoding: "utf8" }));
    // Read between our two readings: only a clock common to all processes can lie there.
    expect(theirsMs).toBeGreaterThanOrEqual(beforeMs);
    expect(theirsMs).toBeLessThanOrEqual(systemMonoMs());
  });

  it("moves no age and no timer when somebody sets the wall clock", () => {
    const clock = virtualClock(Date.UTC(2026, 0, 1));
    const fromMs = clock.monoMs();
    let rang = 0;
    clock.after(1_000, () => rang++);
    clock.setWallBy(-86_400_000);
    expect(clock.nowMs()).toBe(Date.UTC(2025, 11, 31));
    clock.advance(1_000);
    expect([clock.monoMs() - fromMs, rang]).toEqual([1_000, 1]);
    expect(clock.nowMs()).toBe(Date.UTC(2025, 11, 31) + 1_000);
  });
});
