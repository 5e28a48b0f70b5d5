import { describe, expect, it } from "vitest";
import { runFor } from "../../../tests/support/run-for.ts";
import { seededChance } from "../../clock/chance.ts";
import { virtualClock } from "../../clock/virtual-clock.ts";
import type { ByteLink } from "./byte-link.ts";
import { keepLinkUp, keepUpDefaults, pauseMs } from "./keep-link-up.ts";
import { memoryLine } from "./memory.ts";

describe("keepLinkUp", () => {
  it("pauses longer and longer, within bounds, and never in step", () => {
    const chance = seededChance("pauses");
    const pauses = Array.from({ length: 60 }, (_, attempt) => pauseMs(keepUpDefaults, attempt, chance));
    expect(pauses[0]).toBeGreaterThanOrEqual(187);
    expect(pauses[0]).toBeLessThanOrEqual(313);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(12_500);
    expect(Math.min(...pauses.slice(10))).toBeGreaterThanOrEqual(7500);
    expect(new Set(pauses.slice(10)).size).toBeGreaterThan(30);
  });

  it("comes back after unplug and replug, and tells each change once", async () => {
    const clock = virtualClock();
    const { near, far } = memoryLine({ clock });
    await far.open();
    const link = keepLinkUp(near, clock, seededChance(7));
    const told: string[] = [];
    link.onState((state) => told.push(state.up ? "up" : (state.reason?.code ?? "down")));
    const heard: Uint8Array[] = [];
    far.onBytes((bytes) => heard.push(bytes));
    link.start();
    await runFor(clock, 10);
    near.unplug();
    await runFor(clock, 30_000);
    await expect(link.write(Uint8Array.of(1))).rejects.toMatchObject({ code: "link-lost" });
    near.replug();
    await far.open();
    await runFor(clock, 13_000);
    await link.write(Uint8Array.of(2));
    await runFor(clock, 1);
    expect(told).toEqual(["up", "link-lost", "up"]);
    expect(heard).toEqual([Uint8Array.of(2)]);
  });

  it("gives up an open that hangs and closes it when it comes late", async () => {
    const clock = virtualClock();
    let opened = 0;
    let closed = 0;
    let finish = () => {};
    const hanging: ByteLink = {
      name: "hanging",
      isOpen: false,
      open() {
        opened++;
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
      close: async () => void closed++,
      write: async () => {},
      onBytes() {},
      onDown() {},
    };
    const link = keepLinkUp(hanging, clock, seededChance(7));
    link.start();
    await runFor(clock, 5500);
    expect(link.state).toMatchObject({ up: false, reason: { code: "link-timeout" } });
    finish();
    await runFor(clock, 0);
    expect(closed).toBe(1);
    await runFor(clock, 1000);
    expect(opened).toBe(2);
    await link.stop();
    await runFor(clock, 60_000);
    expect(opened).toBe(2);
  });
});
