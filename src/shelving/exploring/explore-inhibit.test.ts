/** An inhibit whose writes are lost: every state of line, STOP, clock and lead that it may meet before it is told or given up. */
import { describe, expect, test } from "vitest";
import { advanceArea } from "../advance-area.ts";
import { areaRules } from "../area-rules.ts";
import { smallSpec } from "./alphabet.ts";
import { type Advance, explore } from "./explore.ts";
import { allLetters } from "./impossible.ts";

const rules = areaRules("r1.1", smallSpec, [], { railSpeedMaxMmPerS: 1e9 });
const slowMs = 300_000;
const of =
  /^(idle@1\/|inhibited\/|opening@0\/none|stopped@0|rebooted|tick\+(50|400|1100)|idle@1\+300|link|stop$|the clock|written|write-failed|answered (occupied|duplicate)|restart|open 2$|inhibit|release|pause|lead (held|lost)|(un)?lock wang)/;
const letters = allLetters("large", ["none", "ours-done", "ours-refused"]).filter(
  ({ name }) => of.test(name) && !/ms ago|proven|before the STOP/.test(name),
);

test("it goes out again while it lives and never after, and is told as held here only when it could not", {
  timeout: slowMs,
}, () => {
  const found = explore(rules, letters, 60_000);
  expect(found.fault).toBeNull();
  expect(found.statesSeen).toBeGreaterThan(10_000);
  for (const end of [
    "done",
    "failed inhibit-here-only",
    "failed command-not-delivered",
    "failed command-not-confirmed",
  ])
    expect(found.occurred).toContain(end);
});

describe("the explorer finds a machine that is broken", () => {
  /** Hidden from the machine for this one step. */
  const setting = (change: (state: Parameters<Advance>[1]) => object): Advance => {
    return (of, state, input) =>
      advanceArea(of, state.setting ? { ...state, setting: { ...state.setting, ...change(state) } } : state, input);
  };
  const broken: Record<string, Advance> = {
    "what is lost is given up at once": (of, state, input) => {
      const { setting } = state;
      const isLost = input.kind === "write-failed" && setting;
      // As one for locks, which is asked for anew.
      return advanceArea(of, isLost ? { ...state, setting: { ...setting, isForLocks: true } } : state, input);
    },
    "what is lost is forgotten": setting(() => ({ lostAtMs: null })),
    "it goes out again for ever": setting(({ statusAtMs }) => ({ sentAtMs: statusAtMs })),
    "a jump of the clock makes it young": (of, state, input) => {
      const { clock: _, ...held } = state.held;
      return advanceArea(of, { ...state, held }, input);
    },
    "it goes out again while another leads": (of, state, input) => {
      if (input.kind !== "tick") return advanceArea(of, state, input);
      const result = advanceArea(of, { ...state, lead: "held" }, input);
      return { ...result, state: { ...result.state, lead: state.lead } };
    },
    "it goes out again while it is out": (of, state, input) => {
      const { setting } = state;
      const isOut = input.kind === "tick" && setting?.verb === "inhibit" && !setting.isForLocks;
      return advanceArea(of, isOut ? { ...state, setting: { ...setting, lostAtMs: setting.sentAtMs } } : state, input);
    },
    "whoever cannot be told is told of a lost link": (of, state, input) => {
      const result = advanceArea(of, state, input);
      const effects = result.effects.map((effect) =>
        effect.kind === "settle" && effect.code === "inhibit-here-only"
          ? { ...effect, code: "motion-link-lost" as const }
          : effect,
      );
      return { ...result, effects };
    },
  };
  test.each(Object.keys(broken))("%s", { timeout: slowMs }, (name) => {
    expect(explore(rules, letters, 60_000, broken[name]).fault?.what).toMatch(/inhibit/);
  });
});
