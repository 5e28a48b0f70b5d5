import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import { demoLayout, demoStanding } from "../test-twin.ts";
import { bringBox, moveBox, newBoxRoom, takeBox } from "./boxes.ts";
import { recallBoxes, recallElsewhere, rememberBoxes } from "./remember.ts";

const folder = mkdtempSync(join(tmpdir(), "guiwei-room-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a twin that was restarted", () => {
  it("finds boxes where people left them: moved, in hands, brought in", () => {
    const file = join(folder, "room.json");
    const clock = virtualClock();
    const room = newBoxRoom(demoLayout, demoStanding);
    const memory = rememberBoxes(room, file, clock);
    const [moved, taken] = demoStanding as [(typeof demoStanding)[0], (typeof demoStanding)[0]];
    const free = [...demoLayout.slotById.values()].find((slot) => slot.widthMm >= 52 && !room.bySlot.has(slot.id));
    expect(moveBox(room, demoLayout, moved.epc, free?.id ?? "")).toBeNull();
    expect(takeBox(room, demoLayout, taken.epc, "wang")).toBeNull();
    bringBox(room, "AAAABBBB", 30);
    clock.advance(1_000);
    memory.stop();

    const recalled = recallBoxes(file);
    const again = newBoxRoom(demoLayout, recalled?.standing ?? []);
    recallElsewhere(again, recalled?.elsewhere ?? []);
    expect(again.byEpc.get(moved.epc)?.place).toEqual({ kind: "slot", slotId: free?.id });
    expect(again.byEpc.get(taken.epc)?.place).toEqual({ kind: "hands", who: "wang" });
    expect(again.byEpc.get("AAAABBBB")?.place).toEqual({ kind: "outside" });
    expect(again.byEpc.size).toBe(demoStanding.length + 1);
  });

  it("begins from the delivery when nothing was kept", () => {
    expect(recallBoxes(join(folder, "none.json"))).toBeNull();
  });
});
