/** The explorer finds every machine that is broken on purpose. */
import { describe, expect, test } from "vitest";
import { seededChance } from "../../clock/chance.ts";
import { advanceArea } from "../advance-area.ts";
import { type AreaRules, areaRules } from "../area-rules.ts";
import { areaGuards } from "../guards.ts";
import { interlockNames, keyedSpec, resetInputId, smallSpec } from "./alphabet.ts";
import { type Advance, explore, walk } from "./explore.ts";
import {
  isOfLocks,
  isOfTrust,
  limits,
  manyLetters,
  quiet,
  slowMs,
  strongLetters,
  strongRules,
  weak,
  weakLetters,
  weakRules,
  withLocks,
  withoutLead,
  withoutLocks,
} from "./explored-rules.ts";

describe("the explorer finds every guard that is taken away", () => {
  const without = (list: "start" | "keepGoing", name: string): AreaRules =>
    areaRules("r1.1", smallSpec, [], limits, {
      ...areaGuards,
      [list]: areaGuards[list].filter((guard) => guard.name !== name),
    });
  /** Interlocks share states in the search; to find one that is ignored, it must be the only one. */
  const lettersFor = (name: string) =>
    (name === "noRoomAlarm" ? withoutLead(strongLetters) : quiet(strongLetters)).filter((letter) => {
      const flaw = interlockNames.find((one) => letter.name.startsWith(one));
      return flaw === undefined || flaw === name;
    });
  const find = (rules: AreaRules, name = "") => explore(rules, lettersFor(name), 130_000).fault?.what;

  test.each(areaGuards.start.map(({ name }) => name).filter((name) => !["geometry", "lead", "proven"].includes(name)))(
    "start: %s",
    { timeout: slowMs },
    (name) => {
      expect(find(without("start", name), name)).toEqual(expect.any(String));
    },
  );
  test("start: geometry", { timeout: slowMs }, () => {
    const narrow = { ...smallSpec, aisleWidthMm: 700 };
    const start = areaGuards.start.filter((guard) => guard.name !== "geometry");
    // The letters' carriages stand on a wider rail; this test does not check positions.
    const open = areaRules("r1.1", narrow, [], limits, { ...areaGuards, start }, () => null);
    expect(find(open)).toMatch(/S18/);
    expect(
      walk(
        areaRules("r1.1", narrow, [], limits, areaGuards, () => null),
        quiet(strongLetters).filter((letter) => !isOfTrust(letter)),
        200_000,
        seededChance("narrow"),
      ).occurred,
    ).toContain("refused aisle-too-narrow");
  });
  test.each(areaGuards.keepGoing.map((guard) => guard.name))("keep going: %s", { timeout: slowMs }, (name) => {
    expect(find(without("keepGoing", name), name)).toEqual(expect.any(String));
  });
});

describe("the explorer finds a machine that is broken otherwise", () => {
  const broken: Record<string, Advance> = {
    "STOP is swallowed while the link is down": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      if (input.kind !== "stop" || state.link !== "down") return result;
      return { ...result, effects: result.effects.filter((effect) => effect.kind !== "stop") };
    },
    "a stopped motion is sent again when the link is back": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      if (input.kind !== "link" || !input.up || state.deadWireId === null) return result;
      const command = {
        wireId: state.deadWireId,
        verb: "open" as const,
        aisle: 1,
        epoch: state.epoch,
        ttlMs: 2000,
        expectedOpenAisle: 0,
      };
      return { ...result, effects: [...result.effects, { kind: "send", commandId: "again", command }] };
    },
    "done when written": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      if (input.kind !== "written" || state.motion?.phase !== "sending") return result;
      const settle = {
        kind: "settle" as const,
        commandId: state.motion.commandId,
        outcome: "done" as const,
        code: null,
        params: {},
      };
      return {
        state: { ...result.state, motion: null },
        effects: [...result.effects, settle, { kind: "heartbeat", on: false }],
      };
    },
    "the heartbeat goes on after the end": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      return { ...result, effects: result.effects.filter((effect) => effect.kind !== "heartbeat" || effect.on) };
    },
    "refusals are not noted": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      return {
        ...result,
        effects: result.effects.filter((effect) => effect.kind !== "decision" || effect.decision !== "refused"),
      };
    },
    "who unlocks, unlocks for everybody": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      return input.kind === "unlock" ? { ...result, state: { ...result.state, locks: [] } } : result;
    },
    "locks are forgotten by a restart of the gateway": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      return input.kind === "restart" ? { ...result, state: { ...result.state, locks: [] } } : result;
    },
    "a fire that is over opens everything again": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      if (input.kind !== "room-alarm" || input.what !== null) return result;
      return { state: { ...result.state, needsReset: null, stop: null }, effects: [] };
    },
    "a controller's own fire that is over opens everything again": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      const isOver = result.effects.some((e) => e.kind === "decision" && e.decision === "room-alarm-over");
      if (input.kind !== "status" || !isOver) return result;
      return { state: { ...result.state, needsReset: null, stop: null }, effects: [] };
    },
    "a room's alarm is forgotten by a restart of the gateway": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      return input.kind === "restart" ? { ...result, state: { ...result.state, roomAlarm: null } } : result;
    },
    "a lock waits for the end of the motion": (rules, state, input) =>
      input.kind === "lock" && state.motion
        ? { state: { ...state, locks: [...state.locks, input.lock] }, effects: [] }
        : advanceArea(rules, state, input),
    "what the panel moves under a lock is left alone": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      const isTold = result.effects.some((effect) => effect.kind === "decision" && effect.decision === "under-lock");
      if (!isTold) return result;
      return { state: { ...result.state, stop: null }, effects: result.effects.filter(({ kind }) => kind !== "stop") };
    },
    "the last lock takes somebody else's inhibit along": (rules, state, input) =>
      advanceArea(rules, { ...state, isHeldForLocks: true }, input),
    "a release goes out under a lock": (rules, state, input) => {
      if (input.kind !== "request" || input.verb !== "release") return advanceArea(rules, state, input);
      const result = advanceArea(rules, { ...state, locks: [] }, input);
      return { ...result, state: { ...result.state, locks: state.locks } };
    },
    "the release after the last lock ends 禁止移动 that was pressed meanwhile": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      const isMeanwhile =
        input.kind === "request" && input.verb === "inhibit" && !input.isForLocks && state.setting?.verb === "release";
      return isMeanwhile ? { ...result, state: { ...result.state, inhibited: false } } : result;
    },
    "whoever stands still has obeyed": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      const isStill = input.kind === "status" && state.stop && !/ing$/.test(input.status.activity);
      return isStill ? { ...result, state: { ...result.state, stop: null } } : result;
    },
    "idle after a second is a reset": (rules, state, input) => {
      const since = state.needsReset?.sinceMs;
      const isOpenAgain =
        input.kind === "status" && input.status.activity === "idle" && since && input.atMs - since > 1000;
      return advanceArea(rules, isOpenAgain ? { ...state, needsReset: null } : state, input);
    },
    "a reboot is a reset": (rules, state, input) => {
      const isBoot = input.kind === "status" && state.status && input.status.bootId !== state.status.bootId;
      return advanceArea(rules, isBoot ? { ...state, needsReset: null, stop: null } : state, input);
    },
    "whatever the panel confirms is a reset": (rules, state, input) => {
      const isLogin =
        input.kind === "status" &&
        state.status?.interlocks.panelLoggedOut &&
        !input.status.interlocks.panelLoggedOut &&
        input.status.activity === "idle";
      return advanceArea(rules, isLogin ? { ...state, needsReset: null } : state, input);
    },
    "a STOP is given up after five seconds": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      return result.state.stop?.isTold ? { ...result, state: { ...result.state, stop: null } } : result;
    },
    "a STOP that was lost is not sent again at the reconnect": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      if (input.kind !== "link" || !input.up) return result;
      return { ...result, effects: result.effects.filter(({ kind }) => kind !== "stop") };
    },
    "a STOP is sent once": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      if (input.kind !== "tick" || state.motion) return result;
      return { ...result, effects: result.effects.filter(({ kind }) => kind !== "stop") };
    },
    "the age of a wish counts from after the store": (rules, state, input) =>
      advanceArea(rules, state, input.kind === "request" ? { ...input, askedAtMs: input.atMs } : input),
    "what came after the press is forgotten": (rules, state, input) =>
      advanceArea(rules, { ...state, held: {} }, input),
    "a jump of the clock is not told": (rules, state, input) =>
      input.kind === "clock-gap" ? { state, effects: [] } : advanceArea(rules, state, input),
    "every status is believed": (rules, state, input) => advanceArea({ ...rules, judge: () => null }, state, input),
    "a status that cannot be so is dropped, and nothing else": (rules, state, input) => {
      if (input.kind !== "status") return advanceArea(rules, state, input);
      const isOdd = rules.judge({ rules, state, status: input.status, atMs: input.atMs }) !== null;
      return isOdd ? { state, effects: [] } : advanceArea(rules, state, input);
    },
    "a motion is forgotten by a restart of the controller": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      const isLost = result.effects.some(
        (effect) => effect.kind === "settle" && effect.code === "controller-restarted",
      );
      return isLost ? { ...result, effects: result.effects.filter((effect) => effect.kind !== "settle") } : result;
    },
  };
  test.each(Object.keys(broken))("%s", { timeout: slowMs }, (name) => {
    const isOfHold = isOfLocks({ name }) || name.includes("禁止移动");
    const letters = isOfHold
      ? quiet(withLocks(strongLetters))
      : /fire|room/.test(name)
        ? withoutLead(strongLetters)
        : quiet(strongLetters);
    expect(explore(strongRules, letters, 60_000, broken[name]).fault?.what).toEqual(expect.any(String));
  });

  test.each<[string, Advance]>([
    [
      "any input is a reset key",
      (rules, state, input) =>
        advanceArea(rules, state, input.kind === "reset-input" ? { ...input, inputId: resetInputId } : input),
    ],
    [
      "the key resets what has not answered its STOP",
      (rules, state, input) =>
        advanceArea(rules, input.kind === "reset-input" ? { ...state, stop: null } : state, input),
    ],
    [
      "a PLC that stands idle has been reset",
      (rules, state, input) => {
        const result = advanceArea(rules, state, input);
        const isIdle = input.kind === "status" && !result.state.stop && input.status.activity === "idle";
        return isIdle ? { ...result, state: { ...result.state, needsReset: null } } : result;
      },
    ],
  ])("%s", { timeout: slowMs }, (_, broken) => {
    expect(walk(weakRules, manyLetters, 1_000_000, seededChance("keys"), broken).fault?.what).toMatch(/S3|S4/);
  });

  test("a status of ten seconds ago counts as fresh", { timeout: slowMs }, () => {
    expect(
      explore(areaRules("r1.1", smallSpec, [], { ...limits, statusAgeMaxMs: 10_000 }), quiet(strongLetters), 60_000)
        .fault?.what,
    ).toMatch(/stale/);
  });
  test("a reset that the gateway has to see is not waited for", { timeout: slowMs }, () => {
    const rules = areaRules("r1.1", keyedSpec, weak, limits, {
      ...areaGuards,
      start: areaGuards.start.filter((guard) => guard.name !== "reset"),
    });
    const letters = quiet(withoutLocks(weakLetters)).filter((letter) => !isOfTrust(letter));
    expect(explore(rules, letters, 60_000).fault?.what).toMatch(/S3/);
  });
});
