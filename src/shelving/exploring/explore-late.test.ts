/** Searches STOPs, resets and pictures from before them, with impossible statuses and with an inhibit that meets a release. */
import { describe, expect, test } from "vitest";
import { advanceArea } from "../advance-area.ts";
import { areaRules } from "../area-rules.ts";
import { keyedSpec, type Letter, type Speaks, smallSpec } from "./alphabet.ts";
import { type Advance, explore, play } from "./explore.ts";
import { allLetters } from "./impossible.ts";
import { lateLetters } from "./picture-letters.ts";

const limits = { railSpeedMaxMmPerS: 1e9 };
const strongRules = areaRules("r1.1", smallSpec, [], limits);
const keyedRules = areaRules("r1.1", keyedSpec, [], limits);
const weakRules = areaRules("r1.1", keyedSpec, ["S3", "S4", "S9", "S12", "S13", "S14", "S15", "S22"], limits);
const slowMs = 300_000;

/** Letters that do not affect how a STOP is answered; their other effects are searched elsewhere. */
const beside =
  /^(overCurrent|isProtected|heartbeatLost|sensorFault|emergency|column|fire|count|left|confirmed|never|fault|tripped|notHomed|panel|pause|lead |room |open [13]|close|open 2 of|ventilate|answered|write|somebodyInside moving|idle@unknown|idle@[02])|ms ago$|\b(un)?locks?\b/;
const lettersOf = (speaking: readonly Speaks[]): Letter[] => [
  ...allLetters("small", speaking).filter(({ name }) => !beside.test(name)),
  ...lateLetters(speaking),
];
const numbered = lettersOf(["none", "ours-accepted", "ours-done"]);
/** As from registers, without numbers: each picture proves itself alone. Entries are confirmed at the panel. */
const bare = [...lettersOf(["nothing"]), ...allLetters("small", ["nothing"]).filter(({ name }) => /^panel/.test(name))];
const key = allLetters("small", ["nothing"]).filter(({ name }) => /^reset /.test(name));

test.each<[string, typeof strongRules, readonly Letter[]]>([
  ["that latches", strongRules, numbered],
  ["that does not, and is reset by its key", weakRules, bare],
])("a controller %s: only what was made after a STOP answers it", { timeout: slowMs }, (_, rules, letters) => {
  const found = explore(rules, letters, 90_000);
  expect(found.fault).toBeNull();
  expect(found.statesSeen).toBeGreaterThan(500);
  expect(found.occurred).toContain("done");
});

/** A STOP for the end of the controller's own fire (S21) is a new one, whatever was out: a picture of before it answers neither. */
describe("a fire that is over while a STOP is out", () => {
  const letters = allLetters("large", ["none"]).filter(({ name }) =>
    /^(idle@1(\/| unproven\+1\/| of before)|fire\/|stopped@0|stop$|tick\+1100|rebooted)/.test(name),
  );

  test("every reachable state", { timeout: slowMs }, () => {
    const found = explore(strongRules, letters, 20_000);
    expect(found.fault).toBeNull();
    expect(found.statesSeen).toBeGreaterThan(50);
  });

  test("the shortest life in which judge and machine once parted", () => {
    const names = ["fire/none", "stop", "idle@1/none", "stopped@0 of before the STOP/none", "rebooted and clear/none"];
    const life = [...names, ...names.slice(3, 4)].flatMap(
      (name) => letters.find((letter) => letter.name === name) ?? [],
    );
    expect(life).toHaveLength(6);
    expect(play(strongRules, life).fault).toBeNull();
  });

  test("a machine to which it is the STOP of before once more is found", () => {
    const broken: Advance = (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      const isOver = result.effects.some(
        (effect) => effect.kind === "decision" && effect.decision === "room-alarm-over",
      );
      const { needsReset } = state;
      return isOver && state.stop && needsReset ? { ...result, state: { ...result.state, needsReset } } : result;
    };
    expect(explore(strongRules, letters, 20_000, broken).fault?.what).toMatch(/S4/);
  });
});

describe("the explorer finds a machine that is broken", () => {
  /** As if it had been made on arrival, for what this one status answers. */
  const atReceipt: Advance = (rules, state, input) => {
    const truly = advanceArea(rules, state, input);
    if (input.kind !== "status") return truly;
    const believed = advanceArea(rules, state, { ...input, madeAfterMs: input.atMs });
    return { ...believed, state: { ...believed.state, madeAfterMs: truly.state.madeAfterMs } };
  };
  test.each<[string, Advance, RegExp]>([
    [
      "a STOP is followed by what comes after it",
      (rules, state, input) => (state.stop ? atReceipt : advanceArea)(rules, state, input),
      /S4/,
    ],
    [
      "a reset is what comes after the STOP",
      (rules, state, input) => (state.stop ? advanceArea : atReceipt)(rules, state, input),
      /S3/,
    ],
    [
      "what nothing proves is believed",
      (rules, state, input) =>
        (input.kind === "status" && input.madeAfterMs === null ? atReceipt : advanceArea)(rules, state, input),
      /S[34]/,
    ],
    [
      "of two STOPs the first is the one to be shown",
      (rules, state, input) => {
        const result = advanceArea(rules, state, input);
        const { needsReset } = state;
        if (input.kind !== "stop" || !state.stop || !needsReset || !result.state.needsReset) return result;
        return { ...result, state: { ...result.state, needsReset } };
      },
      /S[34]/,
    ],
    [
      "what comes between two that cannot be so is believed",
      (rules, state, input) => advanceArea(rules, input.kind === "status" ? { ...state, suspect: null } : state, input),
      /S[34]|second of/,
    ],
    [
      "an inhibit that meets a release is refused, and forgotten with it",
      (rules, state, input) => {
        const meets = input.kind === "request" && input.verb === "inhibit" && state.setting?.verb === "release";
        if (!meets) return advanceArea(rules, state, input);
        const refused = advanceArea(
          rules,
          { ...state, setting: { ...state.setting, verb: "inhibit" } as never },
          input,
        );
        return { ...refused, state: { ...refused.state, setting: state.setting, inhibited: true } };
      },
      /inhibit/,
    ],
  ])("%s", { timeout: slowMs }, (_, broken, what) => {
    expect(explore(strongRules, numbered, 90_000, broken).fault?.what).toMatch(what);
  });

  test("a key that resets by what came last, however old", { timeout: slowMs }, () => {
    const broken: Advance = (rules, state, input) => {
      if (input.kind !== "reset-input") return advanceArea(rules, state, input);
      const result = advanceArea(rules, { ...state, madeAfterMs: input.atMs }, input);
      return { ...result, state: { ...result.state, madeAfterMs: state.madeAfterMs } };
    };
    expect(explore(weakRules, bare, 90_000, broken).fault?.what).toMatch(/S3/);
    expect(explore(keyedRules, [...numbered, ...key], 90_000, broken).fault?.what).toMatch(/S3/);
  });
});
