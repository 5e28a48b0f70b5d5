import { describe, expect, it } from "vitest";
import { advance } from "./advance.ts";
import { blockedBy, isBeatStale, needsReset } from "./blocked-by.ts";
import {
  bootState,
  type ControllerInput,
  type ControllerState,
  defaultRules,
  type PanelKey,
  type Senses,
} from "./state.ts";

const rules = { ...defaultRules, aisles: 2, aisleWidthMm: 900 };
const still: Senses = {
  edge: false,
  overCurrent: false,
  edgesAnswer: true,
  atTarget: false,
  standing: true,
  openAisle: 0,
};
const t0 = 1_000_000;

/** Every input that a controller can get, in every variant that its rules distinguish. */
function inputsOf(state: ControllerState): ControllerInput[] {
  const wireId = state.retained.wireIdLast + 1;
  const verbs = ["open", "close", "ventilate", "inhibit", "release", "pause"] as const;
  const keys: PanelKey[] = ["confirm", "reset", "emergency-press", "emergency-release", "login", "logout"];
  const commands = verbs.flatMap((verb): ControllerInput[] =>
    (verb === "open" ? [true, false] : [true]).map((isFresh) => ({
      kind: "command",
      senses: still,
      command: {
        verb,
        aisle: verb === "open" ? 1 : 0,
        ttlMs: 2000,
        isFresh,
        fence: { wireId, epoch: 1, expectedOpenAisle: state.openAisle ?? 0 },
      },
    })),
  );
  const ticks: Senses[] = [
    still,
    { ...still, standing: false },
    { ...still, atTarget: true, openAisle: state.job?.aisle ?? 0 },
    { ...still, edge: true },
    { ...still, overCurrent: true },
    { ...still, edgesAnswer: false },
  ];
  return [
    ...commands,
    ...keys.map((key): ControllerInput => ({ kind: "panel", key, senses: still })),
    ...ticks.map((senses): ControllerInput => ({ kind: "tick", senses })),
    { kind: "stop" },
    { kind: "beat" },
    { kind: "entry" },
    { kind: "exit" },
  ];
}

/** What distinguishes two states for the rules: numbers that only grow are reduced to what is compared. */
function normal(state: ControllerState): ControllerState {
  const isConfirmed = state.confirmedEntrySeq === state.entrySeq;
  return {
    ...state,
    retained: { bootId: 1, epochHighest: 1, wireIdLast: 1 },
    entrySeq: 1,
    confirmedEntrySeq: isConfirmed ? 1 : state.confirmedEntrySeq === null ? null : 0,
    lastCommand: null,
    light: null,
    aisleLight: null,
    job: state.job && { ...state.job, wireId: 1, untilMs: state.job.untilMs > t0 ? t0 + 1000 : t0 - 1 },
    beatAtMs: isBeatStale(state, rules, t0) ? null : t0,
  };
}

/** Key of a normalised state: cheaper than JSON, for half a million calls. */
function keyOf(state: ControllerState): string {
  const { retained: _retained, job, ...rest } = state;
  return `${Object.values(rest).join()}|${job ? Object.values(job).join() : ""}`;
}

describe("every reachable state of the controller, every input", () => {
  it("starts the motors only unblocked, warned and beaten to; latches fall only by the reset key", () => {
    const start = normal(bootState({ bootId: 0, epochHighest: 1, wireIdLast: 1 }, true));
    const power = normal(bootState({ bootId: 0, epochHighest: 1, wireIdLast: 1 }, false));
    const seen = new Set([keyOf(start), keyOf(power)]);
    const open = [start, power];
    let steps = 0;
    for (let state = open.pop(); state; state = open.pop()) {
      for (const input of inputsOf(state)) {
        for (const laterMs of input.kind === "tick" ? [0, 2000] : [0]) {
          const nowMs = t0 + laterMs;
          const { state: next, effects } = advance(state, input, rules, nowMs);
          steps++;
          const drives = effects.some((effect) => effect.kind === "drive");
          const claim = (holds: boolean, what: string) => {
            if (!holds) expect.fail(`${what}: ${JSON.stringify({ state, input, laterMs })}`);
          };
          if (drives || (state.phase !== "moving" && next.phase === "moving")) {
            claim(drives && next.phase === "moving" && state.phase === "warning", "motors start only out of a warning");
            claim(nowMs >= (state.job?.untilMs ?? Number.POSITIVE_INFINITY), "the warning is over");
            claim(input.kind === "tick" && input.senses.edgesAnswer && !input.senses.edge, "the edges were asked");
            claim(blockedBy(state) === null, "nothing blocks");
            claim(!isBeatStale(state, rules, nowMs), "the gateway beats");
          }
          if (needsReset(state) && !needsReset(next))
            claim(input.kind === "panel" && input.key === "reset" && next.phase === "rest", "latches fall by reset");
          if (next.phase === "moving") claim(blockedBy(next) === null, "nothing blocks while moving");
          if (input.kind === "stop") claim(next.phase === "rest" && next.stopped, "stop stops");
          if (state.phase === "moving" && next.phase !== "moving")
            claim(
              effects.some((effect) => effect.kind === "brake"),
              "the brakes bite",
            );
          if (state.occupied && !next.occupied) {
            const isReset = input.kind === "panel" && input.key === "reset";
            claim(isReset && (state.people === 0 || state.people === null), "empty only by count and reset");
          }
          // Time passes only in the input; two people stand for any larger number.
          const reached = normal({ ...next, people: next.people === null ? null : Math.min(2, next.people) });
          for (const aged of [
            reached,
            reached.beatAtMs === null ? null : { ...reached, beatAtMs: null },
            reached.job && { ...reached, job: { ...reached.job, untilMs: t0 - 1 } },
          ]) {
            if (!aged) continue;
            const key = keyOf(aged);
            if (seen.has(key)) continue;
            seen.add(key);
            open.push(aged);
          }
        }
      }
    }
    expect(seen.size).toBeGreaterThan(1000);
    expect(steps).toBeGreaterThan(50_000);
    console.info(`${seen.size} states, ${steps} steps`);
  }, 120_000);
});
