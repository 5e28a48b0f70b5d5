/** Searches wired inputs that see people, at a controller that cannot: every state of sensors, button, carriages and requests. */
import { describe, expect, test } from "vitest";
import { seededChance } from "../../clock/chance.ts";
import type { SafetyRuleId } from "../../contract/safety-rules.ts";
import { advanceArea } from "../advance-area.ts";
import { areaRules } from "../area-rules.ts";
import { areaGuards } from "../guards.ts";
import type { Letter } from "./alphabet.ts";
import { type Advance, explore, walk } from "./explore.ts";
import { allLetters } from "./impossible.ts";
import { eyesSpec, peopleLetters, seenSpec, silent } from "./people-letters.ts";

const slowMs = 300_000;
const limits = { railSpeedMaxMmPerS: 1e9 };
/** It warns by itself and needs no visible reset: those are searched elsewhere, and would multiply the states. */
const plc: readonly SafetyRuleId[] = ["S9", "S13", "S15", "S22"];
const weak: readonly SafetyRuleId[] = ["S3", "S4", "S9", "S12", "S13", "S14", "S15", "S22"];
const rules = areaRules("r1.1", seenSpec, plc, limits);

/** Letters that do not concern who is inside. */
const beside =
  /^(overCurrent|isProtected|heartbeatLost|sensorFault|emergency|tripped|notHomed|panel|column|fire|somebody|count|left|confirmed|never|fault|lead |room |pause|inhibit|release|answered|open 3|open 2 of|stop answered|reset )|ms ago$|\b(un)?locks?\b/;
const small = [
  ...allLetters("small", ["nothing"])
    .filter(({ name }) => !beside.test(name))
    .map(silent),
  ...peopleLetters("small", seenSpec),
];
const many = (spec: typeof seenSpec) => [
  ...allLetters("large", ["none", "nothing", "ours-accepted", "ours-done", "ours-refused"])
    .filter(({ name }) => !name.startsWith("entries go back"))
    .map(silent),
  // People come and go as often as all other inputs together.
  ...Array.from({ length: 8 }, () => peopleLetters("large", spec)).flat(),
];

test("every reachable state: nothing starts but seen empty and confirmed, and whoever comes stops it", {
  timeout: slowMs,
}, () => {
  const found = explore(rules, small, 120_000);
  expect(found.fault).toBeNull();
  expect(found.statesSeen).toBeGreaterThan(1_000);
  for (const end of [
    "done",
    "refused aisle-input-unknown",
    "refused aisle-input-not-confirmed",
    "refused aisle-occupied",
    "stopped motion-entered",
    "stopped aisle-input-unknown",
  ])
    expect(found.occurred).toContain(end);
});

test.each([
  ["one sensor", seenSpec, plc],
  ["a sensor an aisle", eyesSpec, plc],
  ["a sensor an aisle, and nothing else kept", eyesSpec, weak],
] as const)("a long random life with %s", { timeout: slowMs }, (name, spec, cannotKeep) => {
  const seed = process.env.GUIWEI_SEED ?? "people-1";
  const found = walk(areaRules("r1.1", spec, cannotKeep, limits), many(spec), 250_000, seededChance(`${seed}/${name}`));
  expect(found.fault, `seed ${seed} (${name}), step ${found.stepsTaken}`).toBeNull();
  if (cannotKeep === plc) expect(found.occurred).toContain("done");
});

/** Beside a controller that counts by itself, neither source overrules the other. */
test("a long random life beside a controller that counts, too", { timeout: slowMs }, () => {
  const letters = [
    ...allLetters("large", ["none", "ours-accepted", "ours-done"]),
    ...Array.from({ length: 8 }, () => peopleLetters("large", seenSpec)).flat(),
  ];
  const found = walk(areaRules("r1.1", seenSpec, [], limits), letters, 250_000, seededChance("both-1"));
  expect(found.fault).toBeNull();
  expect(found.occurred).toContain("done");
});

describe("the explorer finds a machine that is broken", () => {
  const without = (list: "start" | "keepGoing", names: readonly string[]) =>
    areaRules("r1.1", seenSpec, plc, limits, {
      ...areaGuards,
      [list]: areaGuards[list].filter((guard) => !names.includes(guard.name)),
    });
  // A person who is seen cancels the confirmation, so "confirmed" alone refuses all that "empty" does: both must be missing.
  test.each([
    ["start", ["empty", "confirmed"], /S9|S13/],
    ["start", ["confirmed"], /S13/],
    ["keepGoing", ["nobodyEntered"], /S9/],
  ] as const)("without the guard %s %s", { timeout: slowMs }, (list, names, what) => {
    expect(explore(without(list, names), small, 120_000).fault?.what).toMatch(what);
  });

  /** Changes the machine's memory of the inputs before each step. */
  const seeing =
    (change: (seen: Parameters<Advance>[1]["seen"], input: Parameters<Advance>[2]) => object): Advance =>
    (rules, state, input) =>
      advanceArea(rules, { ...state, seen: { ...state.seen, ...change(state.seen, input) } }, input);
  const broken: Record<string, Advance> = {
    "what is lost counts as nobody": (rules, state, input) => {
      if (input.kind !== "occupancy") return advanceArea(rules, state, input);
      const states = Object.fromEntries(Object.entries(input.states).map(([id, isActive]) => [id, isActive ?? false]));
      return advanceArea(rules, state, { ...input, states });
    },
    "an old reading is one of now": (rules, state, input) =>
      advanceArea(rules, state, input.kind === "occupancy" ? { ...input, readAtMs: input.atMs } : input),
    "a sensor that is never passed is believed": seeing(() => ({ isProven: true })),
    "a confirmation outlasts the motion": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      const { confirmedEntrySeq } = state.seen;
      const isGone = result.state.seen.confirmedEntrySeq === null && input.kind === "status";
      return isGone
        ? { ...result, state: { ...result.state, seen: { ...result.state.seen, confirmedEntrySeq } } }
        : result;
    },
    "whoever came and went needs no look": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      const { seen } = result.state;
      if (input.kind !== "occupancy" || state.seen.confirmedEntrySeq === null || seen.confirmedEntrySeq === null)
        return result;
      return { ...result, state: { ...result.state, seen: { ...seen, confirmedEntrySeq: seen.entrySeq } } };
    },
    "a press counts from when it is let go": (rules, state, input) =>
      advanceArea(rules, state, input.kind === "confirm-input" ? { ...input, pressedAtMs: input.atMs } : input),
    "who is seen stops nothing until the next status": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      if (input.kind !== "occupancy" || !state.motion) return result;
      return { state: { ...state, seen: result.state.seen }, effects: [] };
    },
    "a jump of the clock leaves what was seen": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      return input.kind === "clock-gap" ? { ...result, state: { ...result.state, seen: state.seen } } : result;
    },
  };
  test.each(Object.keys(broken))("%s", { timeout: slowMs }, (name) => {
    expect(explore(rules, small, 120_000, broken[name]).fault?.what).toMatch(/S9|S13/);
  });

  /** Few letters are enough, and are searched exhaustively. */
  const few = (letters: readonly Letter[], names: RegExp) => letters.filter(({ name }) => names.test(name));

  test("the sensor of another aisle proves this one", { timeout: slowMs }, () => {
    const eyes = areaRules("r1.1", eyesSpec, plc, limits);
    const letters = [...few(small, /^idle@[12]\/|^open [12]$/), ...peopleLetters("small", eyesSpec)];
    expect(explore(eyes, letters, 60_000).fault).toBeNull();
    const blind = { ...eyes, occupancyInputs: eyes.occupancyInputs.map((one) => ({ ...one, aisle: null })) };
    const broken: Advance = (_, state, input) => advanceArea(blind, state, input);
    expect(explore(eyes, letters, 60_000, broken).fault?.what).toMatch(/S13/);
  });
});
