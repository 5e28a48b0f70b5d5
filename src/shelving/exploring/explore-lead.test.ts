/** Searches a lead that comes and goes, with motions that begin, run and end; other faults are searched in explore.test.ts. */
import { describe, expect, test } from "vitest";
import { advanceArea } from "../advance-area.ts";
import { areaRules } from "../area-rules.ts";
import { areaGuards } from "../guards.ts";
import { keyedSpec, type Letter, smallSpec } from "./alphabet.ts";
import { type Advance, explore } from "./explore.ts";
import { allLetters } from "./impossible.ts";

const weak = ["S3", "S4", "S9", "S12", "S13", "S14", "S15", "S22"] as const;
const limits = { railSpeedMaxMmPerS: 1e9 };
const strongRules = areaRules("r1.1", smallSpec, [], limits);
const weakRules = areaRules("r1.1", keyedSpec, weak, limits);
const slowMs = 300_000;

/** Flaws, locks and times that do not affect a lead; their effects on each other are searched elsewhere. */
const beside =
  /^(overCurrent|isProtected|heartbeatLost|sensorFault|emergency|somebody|column|fire|count|left|confirmed|never|fault|tripped|notHomed|link|pause|room |an old one|rebooted)|ms ago|clock|\b(un)?locks?\b/;
const strongLetters = allLetters("small", ["none", "ours-accepted", "ours-done", "ours-refused"]);
const letters = strongLetters.filter(({ name }) => !beside.test(name) && !/^(panel|stop answered)/.test(name));
/** Confirmed at its panel; otherwise nothing ever begins. */
const weakLetters = allLetters("small", ["nothing"]).filter(({ name }) => !beside.test(name));

test.each<[string, typeof strongRules, readonly Letter[]]>([
  ["that keeps the rules", strongRules, letters],
  ["that keeps none of them", weakRules, weakLetters],
])("a controller %s: nothing begins or moves on without a lead that is sure", { timeout: slowMs }, (_, rules, of) => {
  const found = explore(rules, of, 60_000);
  expect(found.fault).toBeNull();
  expect(found.statesSeen).toBeGreaterThan(2_000);
  for (const end of ["done", "refused lead-unsure", "refused lead-ending", "stopped lead-ending"])
    expect(found.occurred).toContain(end);
});

test("the guard of the lead taken away is found", { timeout: slowMs }, () => {
  const start = areaGuards.start.filter(({ name }) => name !== "lead");
  const rules = areaRules("r1.1", smallSpec, [], limits, { ...areaGuards, start });
  expect(explore(rules, letters, 60_000).fault?.what).toMatch(/lead/);
});

describe("the explorer finds a machine that is broken", () => {
  test.each<[string, Advance]>([
    [
      "begins while unsure",
      (rules, state, input) => advanceArea(rules, state.lead === "unsure" ? { ...state, lead: "held" } : state, input),
    ],
    [
      "what warns goes on while unsure",
      (rules, state, input) =>
        input.kind === "lead" && input.standing === "unsure" && state.motion?.phase === "warning"
          ? { state: { ...state, lead: "unsure" }, effects: [] }
          : advanceArea(rules, state, input),
    ],
    [
      "what waits for the wire is left to go out while unsure",
      (rules, state, input) =>
        input.kind === "lead" && input.standing === "unsure" && state.motion?.phase === "sending"
          ? { state: { ...state, lead: "unsure" }, effects: [] }
          : advanceArea(rules, state, input),
    ],
    [
      "moves past the end of the lead",
      (rules, state, input) =>
        advanceArea(
          rules,
          state,
          input.kind === "lead" && input.standing === "ending" ? { ...input, standing: "unsure" } : input,
        ),
    ],
    [
      "what the lead's end takes is not stopped",
      (rules, state, input) => {
        const result = advanceArea(rules, state, input);
        if (input.kind !== "lead") return result;
        return {
          state: { ...result.state, stop: null },
          effects: result.effects.filter(({ kind }) => kind !== "stop"),
        };
      },
    ],
    [
      "resumes when it is held again",
      (rules, state, input) => {
        const result = advanceArea(rules, state, input);
        if (input.kind !== "lead" || input.standing !== "held" || state.deadWireId === null) return result;
        const command = { wireId: state.deadWireId, verb: "open" as const, aisle: 2, epoch: state.epoch, ttlMs: 2000 };
        const send = { kind: "send" as const, commandId: "again", command: { ...command, expectedOpenAisle: 1 } };
        return { ...result, effects: [...result.effects, send] };
      },
    ],
    [
      "what was asked before the lead broke off begins after it",
      (rules, state, input) => advanceArea(rules, { ...state, held: { ...state.held, lead: 0 } }, input),
    ],
    [
      "a change of the lead is not told",
      (rules, state, input) =>
        input.kind === "lead"
          ? { state: { ...state, lead: input.standing }, effects: [] }
          : advanceArea(rules, state, input),
    ],
    [
      "a release goes out while unsure",
      (rules, state, input) => {
        if (input.kind !== "request" || input.verb !== "release") return advanceArea(rules, state, input);
        const result = advanceArea(rules, { ...state, lead: "held" }, input);
        return { ...result, state: { ...result.state, lead: state.lead } };
      },
    ],
    [
      "the lead's end is forgotten by a restart of the gateway",
      (rules, state, input) => {
        const result = advanceArea(rules, state, input);
        return input.kind === "restart" ? { ...result, state: { ...result.state, lead: "held" } } : result;
      },
    ],
  ])("%s", { timeout: slowMs }, (name, broken) => {
    // Only a controller without its own warning gets one from the gateway.
    const rules = name.startsWith("what warns") ? weakRules : strongRules;
    // Other holds share their states with a lost lead, so their letters are left out.
    const plain = strongLetters.filter((letter) => /^(idle@|lead |open )/.test(letter.name));
    const found = explore(
      rules,
      name.includes("asked before") ? plain : rules === weakRules ? weakLetters : letters,
      60_000,
      broken,
    );
    expect(found.fault?.what).toMatch(/lead|S3|S4/);
  });
});
