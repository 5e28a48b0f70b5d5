import { describe, expect, test } from "vitest";
import type { SafetyRuleId } from "../contract/safety-rules.ts";
import { advanceArea } from "./advance-area.ts";
import { areaRules } from "./area-rules.ts";
import { type AreaEffect, type AreaInput, type AreaState, firstAreaState } from "./area-state.ts";
import { flaws, goodStatus, smallSpec } from "./exploring/alphabet.ts";

const plc = ["S3", "S4", "S9", "S10", "S13", "S14", "S15"] as const;
const spec = { ...smallSpec, resetInputs: [{ device: "keys-1", channel: 1 }] };

/** A PLC that was stopped and stands still, by a fresh status; each input comes 10 ms after the one before. */
function stopped(cannotKeep: readonly SafetyRuleId[] = plc) {
  const rules = areaRules("r1.1", spec, cannotKeep);
  let state: AreaState = firstAreaState({ epoch: 1, wireId: 1, needsReset: { sinceMs: 0 } });
  let atMs = 5000;
  const feed = (input: Record<string, unknown> & { kind: AreaInput["kind"] }): AreaEffect[] => {
    atMs += 10;
    const advanced = advanceArea(rules, state, { atMs, ...input } as AreaInput);
    state = advanced.state;
    return advanced.effects;
  };
  const status = (change = {}) =>
    feed({ kind: "status", madeAfterMs: atMs + 10, status: goodStatus({ lastCommand: null, ...change }) });
  feed({ kind: "link", up: true });
  status();
  feed({ kind: "stop-answered" });
  status();
  /** The machine's decisions. */
  const press = (inputId = "keys-1.1") =>
    feed({ kind: "reset-input", inputId }).map((effect) =>
      effect.kind === "decision" ? effect.decision : effect.kind,
    );
  const later = (ms: number) => {
    atMs += ms;
  };
  return { feed, status, press, later, needsReset: () => state.needsReset !== null };
}

describe("S3 a wired key", () => {
  test("opens the area again, and the journal says which input it was", () => {
    const a = stopped();
    expect(a.needsReset()).toBe(true);
    expect(a.feed({ kind: "reset-input", inputId: "keys-1.1" })).toEqual([
      expect.objectContaining({ kind: "decision", decision: "reset-seen", verb: "reset", actor: "input:keys-1.1" }),
    ]);
    expect(a.needsReset()).toBe(false);
    expect(a.press()).toEqual([]);
  });

  const cases: [string, (a: ReturnType<typeof stopped>) => void][] = [
    ["while something moves", (a) => a.status({ activity: "opening" })],
    ["while the controller shows stopped", (a) => a.status({ activity: "stopped" })],
    ["while the controller shows a fault", (a) => a.status({ activity: "fault" })],
    ["under an emergency stop", (a) => a.status(flaws.emergencyStop)],
    ["while an edge is tripped", (a) => a.status(flaws.tripped)],
    ["without a link", (a) => a.feed({ kind: "link", up: false })],
    ["on a status that is old", (a) => a.later(2000)],
    ["before the STOP is confirmed", (a) => a.feed({ kind: "stop", commandId: "s1", actor: "person:1" })],
  ];
  test.each(cases)("does nothing %s", (_, happens) => {
    const a = stopped();
    happens(a);
    expect(a.press()).toEqual(["reset-ignored"]);
    expect(a.needsReset()).toBe(true);
  });

  test("of another area, or another channel of the same module, does nothing", () => {
    const a = stopped();
    for (const inputId of ["keys-1.2", "keys-2.1", "keys-1", ""]) expect(a.press(inputId)).toEqual(["reset-ignored"]);
    expect(a.needsReset()).toBe(true);
  });
});
