import { describe, expect, test } from "vitest";
import { seededChance } from "../../clock/chance.ts";
import { advanceArea } from "../advance-area.ts";
import { type AreaRules, areaRules } from "../area-rules.ts";
import { areaGuards } from "../guards.ts";
import { alphabet, interlockNames, smallSpec } from "./alphabet.ts";
import { type Advance, explore, walk } from "./explore.ts";

/** As a PLC without ids, epochs, counts or latches: the gateway keeps those rules. */
const weak = ["S3", "S9", "S12", "S13", "S14", "S15", "S22"];
const strongRules = areaRules("r1.1", smallSpec, []);
const weakRules = areaRules("r1.1", smallSpec, weak);
const strongLetters = alphabet("small", ["none", "ours-accepted", "ours-done", "ours-refused"]);
const weakLetters = alphabet("small", ["nothing"]);
const manyLetters = alphabet("large", [
  "none",
  "nothing",
  "ours-accepted",
  "ours-done",
  "ours-refused",
  "dead-accepted",
]);
const slowMs = 300_000;
/** Interlocks that the machine treats alike once it has seen them: one of them is enough for the exhaustive search. */
const alike = ["overCurrent", "isProtected", "heartbeatLost", "sensorFault"];
const few = (letters: typeof strongLetters) => letters.filter(({ name }) => !alike.some((one) => name.startsWith(one)));

/** A room's alarm doubles the states and is of no account to most of what is looked for. */
const quiet = (letters: typeof strongLetters) => letters.filter(({ name }) => !name.startsWith("room "));

describe("every reachable state, every input", () => {
  test("a controller that keeps the rules: nothing moves with a blocking predicate, STOP is always sent", {
    timeout: slowMs,
  }, () => {
    const found = explore(strongRules, few(strongLetters), 260_000);
    expect(found.fault).toBeNull();
    expect(found.statesSeen).toBeGreaterThan(40_000);
    for (const end of [
      "done",
      "expired command-expired",
      "stopped motion-entered",
      "stopped motion-timeout",
      "stopped motion-paused",
      "failed area-stale",
      "failed motion-link-lost",
      "failed controller-restarted",
      "failed gateway-restarted",
      "failed stop-not-confirmed",
      "failed command-not-delivered",
      "refused area-interlock",
      "refused area-locked",
      "stopped area-locked",
      "refused area-room-alarm",
      "stopped area-room-alarm",
    ])
      expect(found.occurred).toContain(end);
  });

  test("a controller that keeps none of them: the gateway keeps them", { timeout: slowMs }, () => {
    const found = explore(weakRules, few(weakLetters), 130_000);
    expect(found.fault).toBeNull();
    expect(found.statesSeen).toBeGreaterThan(2000);
    for (const end of [
      "done",
      "refused aisle-not-confirmed",
      "refused area-locked",
      "stopped motion-entered",
      "expired command-expired",
    ])
      expect(found.occurred).toContain(end);
  });
});

test("a million random steps", { timeout: slowMs }, () => {
  const seed = process.env.GUIWEI_SEED ?? "shelving-1";
  for (const [name, rules] of [
    ["strong", strongRules],
    ["weak", weakRules],
  ] as const) {
    const found = walk(rules, manyLetters, 500_000, seededChance(`${seed}/${name}`));
    expect(found.fault, `seed ${seed} (${name}), step ${found.stepsTaken}`).toBeNull();
    expect(found.occurred).toContain("done");
  }
});

describe("the explorer finds every guard that is taken away", () => {
  const without = (list: "start" | "keepGoing", name: string): AreaRules =>
    areaRules(
      "r1.1",
      smallSpec,
      [],
      {},
      { ...areaGuards, [list]: areaGuards[list].filter((guard) => guard.name !== name) },
    );
  /** Interlocks share states in the search; to find one that is ignored it must be the only one about. */
  const lettersFor = (name: string) =>
    (name === "noRoomAlarm" ? strongLetters : quiet(strongLetters)).filter((letter) => {
      const flaw = interlockNames.find((one) => letter.name.startsWith(one));
      return flaw === undefined || flaw === name;
    });
  const find = (rules: AreaRules, name = "") => explore(rules, lettersFor(name), 130_000).fault?.what;

  test.each(areaGuards.start.filter((guard) => guard.name !== "geometry").map((guard) => guard.name))(
    "start: %s",
    { timeout: slowMs },
    (name) => {
      expect(find(without("start", name), name)).toEqual(expect.any(String));
    },
  );
  test("start: geometry", { timeout: slowMs }, () => {
    const narrow = { ...smallSpec, aisleWidthMm: 700 };
    const open = areaRules(
      "r1.1",
      narrow,
      [],
      {},
      { ...areaGuards, start: areaGuards.start.filter((guard) => guard.name !== "geometry") },
    );
    expect(find(open)).toMatch(/S18/);
    expect(walk(areaRules("r1.1", narrow, []), strongLetters, 20_000, seededChance("narrow")).occurred).toContain(
      "refused aisle-too-narrow",
    );
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
    "the release after the last lock ends 禁止移动 too": (rules, state, input) => {
      const result = advanceArea(rules, state, input);
      const isOver = state.setting?.isForLocks && state.setting.verb === "release" && result.state.setting === null;
      return isOver ? { ...result, state: { ...result.state, inhibited: false } } : result;
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
    const letters = /fire|room/.test(name) ? strongLetters : quiet(strongLetters);
    expect(explore(strongRules, letters, 130_000, broken[name]).fault?.what).toEqual(expect.any(String));
  });

  test("a status of ten seconds ago counts as fresh", { timeout: slowMs }, () => {
    expect(
      explore(areaRules("r1.1", smallSpec, [], { statusAgeMaxMs: 10_000 }), strongLetters, 130_000).fault?.what,
    ).toMatch(/stale/);
  });
  test("a reset that the gateway has to see is not waited for", { timeout: slowMs }, () => {
    const rules = areaRules(
      "r1.1",
      smallSpec,
      weak,
      {},
      { ...areaGuards, start: areaGuards.start.filter((guard) => guard.name !== "reset") },
    );
    expect(explore(rules, weakLetters, 130_000).fault?.what).toMatch(/S3/);
  });
});
