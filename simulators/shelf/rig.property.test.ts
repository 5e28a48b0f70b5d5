import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stepIn, stepOut, sweepMaxMm } from "../room/rail.ts";
import type { PanelKey } from "./state.ts";
import { bench } from "./test-bench.ts";

type Step = { do: string; n: number; ms: number };
const keys: PanelKey[] = [
  "confirm",
  "reset",
  "emergency-press",
  "emergency-release",
  "login",
  "logout",
  "protect",
  "unprotect",
];
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom(
    "open",
    "open",
    "open",
    "close",
    "ventilate",
    "stop",
    "pause",
    "inhibit",
    "release",
    "in",
    "in",
    "blind-in",
    "out",
    "out",
    "key",
    "key",
    "cut",
    "restore",
    "jam",
    "free",
    "mute",
    "beat",
  ),
  n: fc.integer({ min: 0, max: 7 }),
  ms: fc.constantFrom(0, 10, 60, 700, 2600, 9000, 25_000),
});

describe("whatever people, panel and gateway do", () => {
  it("nobody is crushed, nothing starts blocked, and nothing starts again without a reset", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const b = bench();
        const inside: { aisle: number; blind: boolean }[] = [];
        let latched = false;
        let moving = false;
        b.rig.onChange(() => {
          const state = b.rig.state();
          const starts = state.phase === "moving" && !moving;
          moving = state.phase === "moving";
          if (starts) {
            expect(latched, "starts without reset").toBe(false);
            expect(
              inside.filter((person) => !person.blind),
              "starts with people inside",
            ).toEqual([]);
            expect(state.people).toBe(0);
          }
          if (state.tripped || state.stopped || state.emergencyLatched || state.notHomed || state.heartbeatLost)
            latched = true;
        });
        b.rig.onEvent((event) => {
          if (event.name === "reset") latched = false;
          if (event.name === "power-cut") {
            moving = false;
            latched = true;
          }
        });
        for (const { do: what, n, ms } of steps) {
          if (what === "open" || what === "close" || what === "ventilate" || what === "pause")
            b.rig.command(b.command(what, n));
          else if (what === "inhibit" || what === "release") b.rig.command(b.command(what));
          else if (what === "stop") b.rig.stop();
          else if (what === "in" || what === "blind-in") {
            const aisle = (n % 5) + 1;
            if (stepIn(b.rail, aisle)) {
              inside.push({ aisle, blind: what === "blind-in" || !b.rig.isPowered() });
              if (what === "in") b.rig.entry();
            }
          } else if (what === "out") {
            const person = inside.pop();
            if (person && stepOut(b.rail, person.aisle) && !person.blind) b.rig.exit();
          } else if (what === "key") b.rig.key(keys[n] as PanelKey);
          else if (what === "cut") {
            b.rig.cutPower();
            for (const person of inside) person.blind = true;
          } else if (what === "restore") b.rig.restorePower();
          else if (what === "jam" || what === "free") b.rail.jammed = what === "jam";
          else b.setBeating(what === "beat");
          b.clock.advance(ms);
        }
        b.clock.advance(60_000);
        expect(b.rail.crushed).toBe(0);
        expect(b.rail.sweptMaxMm).toBeLessThanOrEqual(sweepMaxMm);
      }),
      { numRuns: 400 },
    );
  });
});
