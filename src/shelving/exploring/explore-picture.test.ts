/** Searches the age of a picture, with motions that begin and run and with releases; for other faults see explore.test.ts. */
import { describe, expect, test } from "vitest";
import { advanceArea } from "../advance-area.ts";
import { areaRules } from "../area-rules.ts";
import { areaGuards } from "../guards.ts";
import { keyedSpec, type Letter, type Speaks, smallSpec, statusLetter } from "./alphabet.ts";
import { type Advance, explore } from "./explore.ts";
import { allLetters } from "./impossible.ts";
import { pictureLetters } from "./picture-letters.ts";

const limits = { railSpeedMaxMmPerS: 1e9 };
const strongRules = areaRules("r1.1", smallSpec, [], limits);
/** It gives no warning, so the gateway does, and checks once more after that (S12). */
const weak = ["S3", "S4", "S9", "S12", "S13", "S14", "S15", "S22"] as const;
const warnedRules = areaRules("r1.1", keyedSpec, weak, limits);
const slowMs = 300_000;

/** Flaws, locks, leads and times that do not affect a picture's age; their effects on each other are searched elsewhere. */
const beside =
  /^(overCurrent|isProtected|heartbeatLost|sensorFault|emergency|somebody|column|fire|count|left|confirmed|never|fault|tripped|notHomed|panel|stop answered|pause|lead |room |an old one|open [13]|close|open 2 of|ventilate|reset)|ms ago$|clock|\b(un)?locks?\b/;
const lettersOf = (speaking: readonly Speaks[]): Letter[] => [
  ...allLetters("small", speaking).filter(({ name }) => !beside.test(name)),
  ...pictureLetters(speaking),
];
const numbered = lettersOf(["none", "ours-accepted", "ours-done"]);
/** As from registers: no message number, so that each picture proves itself alone. */
const bare = lettersOf(["nothing"]);
/** Confirmed at its panel and reset by its key; otherwise nothing ever begins. */
const needed = /^(panel|stop answered|reset )/;
const bareAndKeyed = [...bare, ...allLetters("small", ["nothing"]).filter(({ name }) => needed.test(name))];
const clear = { isReboot: true, occupancy: { people: 0, entrySeq: 0, confirmedEntrySeq: 0 } };
const withJumps = [...numbered, ...allLetters("small", ["none"]).filter(({ name }) => name.includes("clock"))];
const rebootUnproven = statusLetter("rebooted, clear and unproven", clear, "none", 1, null);

test.each<[string, typeof strongRules, readonly Letter[]]>([
  ["that numbers its messages", strongRules, numbered],
  ["that numbers them, and a clock that is set", strongRules, withJumps],
  ["that does not", areaRules("r1.1", smallSpec, ["S15"], limits), bare],
  ["that keeps no rule and does not warn", warnedRules, bareAndKeyed],
])("a controller %s: nothing begins by a picture that may be old", { timeout: slowMs }, (_, rules, letters) => {
  const found = explore(rules, letters, 90_000);
  expect(found.fault).toBeNull();
  expect(found.statesSeen).toBeGreaterThan(500);
  for (const end of ["done", "refused area-picture-old", "refused area-picture-unproven"])
    expect(found.occurred).toContain(end);
});

describe("the explorer finds a machine that is broken", () => {
  /** As if it had been made on arrival. */
  const atReceipt: Advance = (rules, state, input) =>
    advanceArea(rules, state, input.kind === "status" ? { ...input, madeAfterMs: input.atMs } : input);
  const withoutGuard = areaRules("r1.1", smallSpec, [], limits, {
    ...areaGuards,
    start: areaGuards.start.filter(({ name }) => name !== "proven"),
  });

  test("the guard taken away", { timeout: slowMs }, () => {
    expect(explore(withoutGuard, numbered, 90_000).fault?.what).toMatch(/picture/);
  });

  test.each<[string, Advance]>([
    ["the moment of receipt is taken for the picture's", atReceipt],
    [
      "what is not proven is taken for proven",
      (rules, state, input) =>
        advanceArea(
          rules,
          state,
          input.kind === "status" ? { ...input, madeAfterMs: input.madeAfterMs ?? input.atMs } : input,
        ),
    ],
    [
      "a proof outlives the boot it was of",
      (rules, state, input) => {
        const result = advanceArea(rules, state, input);
        const { madeAfterMs } = result.state;
        return input.kind === "status" && madeAfterMs === null
          ? { ...result, state: { ...result.state, madeAfterMs: state.madeAfterMs } }
          : result;
      },
    ],
    [
      "what was proven before a jump of the clock still is",
      (rules, state, input) => {
        const result = advanceArea(rules, state, input);
        return input.kind === "clock-gap"
          ? { ...result, state: { ...result.state, madeAfterMs: state.madeAfterMs } }
          : result;
      },
    ],
    [
      "what was asked before a jump of the clock proves something after it",
      (rules, state, input) => {
        if (input.kind !== "status") return advanceArea(rules, state, input);
        const { clock: _, ...held } = state.held;
        const result = advanceArea(rules, { ...state, held }, input);
        return { ...result, state: { ...result.state, held: { ...state.held, ...result.state.held } } };
      },
    ],
    [
      "a release goes out by any picture",
      (rules, state, input) => {
        if (input.kind !== "request" || input.verb !== "release") return advanceArea(rules, state, input);
        const result = advanceArea(rules, { ...state, madeAfterMs: input.atMs }, input);
        return { ...result, state: { ...result.state, madeAfterMs: state.madeAfterMs } };
      },
    ],
  ])("%s", { timeout: slowMs }, (name, broken) => {
    const letters = name.includes("boot")
      ? [...numbered, rebootUnproven]
      : name.includes("jump")
        ? withJumps
        : numbered;
    expect(explore(strongRules, letters, 90_000, broken).fault?.what).toMatch(/picture|done at once/);
  });

  test("the last look after a warning that looks at no age", { timeout: slowMs }, () => {
    const broken: Advance = (rules, state, input) => {
      if (input.kind !== "tick" || state.motion?.phase !== "warning") return advanceArea(rules, state, input);
      const result = advanceArea(rules, { ...state, madeAfterMs: input.atMs }, input);
      return { ...result, state: { ...result.state, madeAfterMs: state.madeAfterMs } };
    };
    expect(explore(warnedRules, bareAndKeyed, 90_000, broken).fault?.what).toMatch(/picture/);
  });
});
