/** Searches locks and impossible statuses in one alphabet, for faults that need both. */
import { describe, expect, test } from "vitest";
import { advanceArea } from "../advance-area.ts";
import { areaRules } from "../area-rules.ts";
import { smallSpec } from "./alphabet.ts";
import { type Advance, explore } from "./explore.ts";
import { allLetters, impossible } from "./impossible.ts";

const rules = areaRules("r1.1", smallSpec, [], { railSpeedMaxMmPerS: 1e9 });
const slowMs = 300_000;
/** One letter of each kind that locks and contradictions concern; interlocks, alarms and the lead are searched elsewhere. */
const left =
  /^(lead |overCurrent|isProtected|heartbeatLost|sensorFault|emergencyStop|tripped|notHomed|panel|room |column|fire|count|left|confirmed|never|fault)/;
const alike =
  /^(open 3|pause|somebodyInside moving|idle@unknown|(idle@1|opening)\+2600|idle@[02]\/ours-refused|opening@0\/none|release asked|open 2 of an old|stop answered)/;
const letters = allLetters("small", ["none", "ours-accepted", "ours-done", "ours-refused"]).filter(
  ({ name }) => !left.test(name) && !alike.test(name),
);

test("every reachable state of two people's locks and of statuses that cannot be so", { timeout: slowMs }, () => {
  for (const kind of [/^lock li/, /^unlock wang/, /^an old one: idle/, /^an old one: opening/, /^the clock/, /ms ago$/])
    expect(letters.some(({ name }) => kind.test(name))).toBe(true);
  const found = explore(rules, letters, 120_000);
  expect(found.fault).toBeNull();
  expect(found.statesSeen).toBeGreaterThan(30_000);
  for (const end of [
    "done",
    "stopped status-older",
    "refused status-older",
    "refused area-locked",
    "stopped area-locked",
    "failed clock-gap",
    "refused request-overtaken",
  ])
    expect(found.occurred).toContain(end);
});

describe("a machine that is broken only where both meet is found", () => {
  const isImpossible = (input: Parameters<Advance>[2]) => input.kind === "status" && impossible.has(input.status);
  const broken: Record<string, Advance> = {
    "a status that cannot be so takes the locks off": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      return isImpossible(input) ? { ...result, state: { ...result.state, locks: [] } } : result;
    },
    "a lock looks only at what is believed, not at what is seen to move": (rules, state, input) => {
      if (input.kind !== "lock" || state.motion) return advanceArea(rules, state, input);
      const { suspect } = state;
      const result = advanceArea(rules, { ...state, suspect: null }, input);
      return { ...result, state: { ...result.state, suspect } };
    },
    "what cannot be so is no motion under a lock": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      if (!isImpossible(input) || state.locks.length === 0 || state.stop) return result;
      return { state: { ...result.state, stop: null }, effects: result.effects.filter(({ kind }) => kind !== "stop") };
    },
    "unlocking makes good what contradicted": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      const wasSuspect = input.kind === "unlock" && state.locks.length > 0 && state.suspect !== null;
      return wasSuspect ? { ...result, state: { ...result.state, suspect: null } } : result;
    },
    "a clock that is set under a lock takes nothing back": (rules, state, input) => {
      if (input.kind !== "clock-gap" || state.locks.length === 0) return advanceArea(rules, state, input);
      return { state, effects: [] };
    },
    "whoever locks under a contradiction locks nobody out": (rules, state, input) => {
      const isLate = input.kind === "lock" && state.suspect !== null && state.locks.length > 0;
      return isLate ? { state, effects: [] } : advanceArea(rules, state, input);
    },
  };
  test.each(Object.keys(broken))("%s", { timeout: slowMs }, (name) => {
    const found = explore(rules, letters, 90_000, broken[name]);
    expect(found.fault?.what).toEqual(expect.any(String));
    // The fault needs both: without either in the alphabet nothing is wrong.
    expect(found.fault?.path.some((letter) => /\b(un)?lock /.test(letter))).toBe(true);
  });
});
