import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ChannelEffect,
  type ChannelInput,
  type ChannelRules,
  type ChannelState,
  firstChannelState,
  watchChannel,
} from "./watch-channel.ts";

const polled: ChannelRules = { debounceMs: 50, stuckAfterMs: 10_000, gapMsMax: 500, isTold: false };
const told: ChannelRules = { ...polled, gapMsMax: 3000, isTold: true };

function run(rules: ChannelRules, inputs: readonly ChannelInput[]) {
  let state: ChannelState = firstChannelState;
  const effects: ChannelEffect[] = [];
  for (const input of inputs) {
    const advanced = watchChannel(rules, state, input);
    state = advanced.state;
    effects.push(...advanced.effects);
  }
  return { state, effects, presses: effects.filter(({ kind }) => kind === "press").length };
}

/** "0110" read every 100 ms; "-" is a gap, "." a missing reading. */
function readings(text: string, everyMs = 100, fromMs = 1000): ChannelInput[] {
  return [...text].flatMap((sign, i): ChannelInput[] => {
    const atMs = fromMs + i * everyMs;
    if (sign === ".") return [];
    return sign === "-" ? [{ kind: "gap", atMs }] : [{ kind: "reading", isActive: sign === "1", atMs }];
  });
}

describe("a press", () => {
  test("is a release after a settled hold, and counts once", () => {
    const { effects } = run(polled, readings("0011100"));
    expect(effects).toEqual([
      { kind: "change", isActive: false, atMs: 1000 },
      { kind: "change", isActive: true, atMs: 1200 },
      { kind: "change", isActive: false, atMs: 1500 },
      { kind: "press", pressedAtMs: 1200, atMs: 1600 },
    ]);
  });

  test.each([
    ["nothing while it is held", "00111111", 0],
    ["one reading is a spike, not a press", "0001000", 0],
    ["twice is twice", "001100110000", 2],
    ["active from the first reading on", "1111100", 0],
    ["active from the first reading on, then a real press", "1111001100", 1],
    ["a gap between inactive and active", "00-11100", 0],
    ["a gap while it is held", "0011-1100", 0],
    ["a gap between active and inactive", "0011-0000", 0],
    ["both halves after the gap", "0011-00110000", 1],
    ["readings that stayed away for half a second while it was held", "0011......1100", 0],
    ["readings that stayed away for less", "0011....1100", 1],
    ["a release that bounces", "00111010100", 1],
    ["never read", "", 0],
  ])("%s: %s gives %i", (_, text, presses) => {
    expect(run(polled, readings(text)).presses).toBe(presses);
  });

  test("held for longer than a press may last it is stuck, and no press when it is let go", () => {
    const held = run(polled, readings(`00${"1".repeat(103)}`));
    expect(held.state.fault).toBe("stuck");
    const released = run(polled, readings(`00${"1".repeat(103)}00`));
    expect([released.presses, released.state.fault]).toEqual([0, null]);
    expect(run(polled, readings(`00${"1".repeat(99)}00`)).presses).toBe(1);
  });

  test("active since it was first read is told, until it is released", () => {
    expect(run(polled, readings("11")).state.fault).toBe("active-at-start");
    expect(run(polled, readings("00-11")).state.fault).toBe("active-at-start");
    expect(run(polled, readings("1100")).state.fault).toBeNull();
    expect(run(polled, readings("0011")).state.fault).toBeNull();
  });
});

test("unknown is said at once and is never inactive", () => {
  expect(run(polled, readings("00-")).effects.at(-1)).toEqual({ kind: "change", isActive: null, atMs: 1200 });
  expect(run(polled, readings("0")).state.isActive).toBeNull();
  expect(run(polled, readings("--")).effects).toEqual([]);
  expect(run(polled, [...readings("0000"), { kind: "reading", isActive: true, atMs: 900 }]).state.isActive).toBeNull();
});

describe("a board that tells its changes", () => {
  const at = (isActive: boolean, atMs: number): ChannelInput => ({ kind: "reading", isActive, atMs });

  test("its last word holds until the next", () => {
    expect(run(told, [at(false, 0), at(true, 900), at(false, 1300), at(false, 2000)]).presses).toBe(1);
    expect(run(polled, [at(false, 0), at(true, 900), at(false, 1300), at(false, 2000)]).presses).toBe(0);
  });

  test("what arrives all at once, stored somewhere on the way, is bouncing and no press", () => {
    const burst = [at(false, 0), at(true, 900), at(false, 901), at(true, 902), at(false, 903), at(false, 1900)];
    expect(run(told, burst).presses).toBe(0);
  });

  test("silence of more than three seconds is a gap", () => {
    expect(run(told, [at(false, 0), at(false, 1000), at(true, 4100), at(false, 4500), at(false, 5000)]).presses).toBe(
      0,
    );
  });
});

/** Counts presses in another way for comparison: cuts the recording at its gaps and searches for a hold between two rests. */
function pressesByHand(rules: ChannelRules, inputs: readonly ChannelInput[]): number {
  type Reading = Extract<ChannelInput, { kind: "reading" }>;
  const pieces: Reading[][] = [[]];
  for (const input of inputs) {
    const last = pieces.at(-1)?.at(-1);
    if (input.kind === "gap" || (last && input.atMs - last.atMs > rules.gapMsMax)) pieces.push([]);
    if (input.kind === "reading") pieces.at(-1)?.push(input);
  }
  return pieces.reduce((sum, piece) => sum + pressesWithin(rules, piece), 0);
}

function pressesWithin(rules: ChannelRules, piece: readonly { isActive: boolean; atMs: number }[]): number {
  const runs: { isActive: boolean; fromMs: number; toMs: number; count: number }[] = [];
  for (const { isActive, atMs } of piece) {
    const last = runs.at(-1);
    if (last?.isActive === isActive) Object.assign(last, { toMs: atMs, count: last.count + 1 });
    else runs.push({ isActive, fromMs: atMs, toMs: atMs, count: 1 });
  }
  // Runs too short to count are merged into the one before.
  const solid: typeof runs = [];
  for (const each of runs) {
    if (each.count < 2 || each.toMs - each.fromMs < rules.debounceMs) continue;
    if (solid.at(-1)?.isActive !== each.isActive) solid.push(each);
  }
  return solid.filter((each, i) => {
    const next = solid[i + 1];
    return each.isActive && i > 0 && next && next.fromMs - each.fromMs <= rules.stuckAfterMs;
  }).length;
}

describe("any recording at all", () => {
  const steps = fc.array(
    fc.record({
      afterMs: fc.oneof(fc.integer({ min: 1, max: 120 }), fc.constantFrom(100, 499, 500, 501, 600)),
      sign: fc.oneof({ weight: 12, arbitrary: fc.boolean() }, { weight: 1, arbitrary: fc.constant(null) }),
      times: fc.integer({ min: 1, max: 5 }),
    }),
    { maxLength: 60 },
  );
  const recording = steps.map((list) => {
    let atMs = 0;
    return list.flatMap(({ afterMs, sign, times }) =>
      Array.from({ length: times }, (): ChannelInput => {
        atMs += afterMs;
        return sign === null ? { kind: "gap", atMs } : { kind: "reading", isActive: sign, atMs };
      }),
    );
  });

  test("has as many presses as a count by hand finds", () => {
    const rules = { ...polled, stuckAfterMs: 2000 };
    let pressed = 0;
    fc.assert(
      fc.property(recording, (inputs) => {
        const { presses } = run(rules, inputs);
        pressed += presses;
        expect(presses).toBe(pressesByHand(rules, inputs));
      }),
      { numRuns: 2000 },
    );
    expect(pressed).toBeGreaterThan(30);
  });

  test("never presses without having told inactive, active and inactive with no unknown between", () => {
    fc.assert(
      fc.property(recording, fc.constantFrom(polled, told), (inputs, rules) => {
        const changes: (boolean | null)[] = [];
        for (const effect of run(rules, inputs).effects) {
          if (effect.kind === "change") changes.push(effect.isActive);
          else expect(changes.slice(-3)).toEqual([false, true, false]);
        }
        for (let i = 1; i < changes.length; i++) expect(changes[i]).not.toBe(changes[i - 1]);
      }),
      { numRuns: 2000 },
    );
  });
});
