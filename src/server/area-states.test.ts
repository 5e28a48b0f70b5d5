import { expect, test } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { AreaView } from "../contract/aisles.ts";
import type { AisleAttention } from "../contract/attention.ts";
import { areaStates } from "./area-states.ts";
import { stateEveryMs } from "./newest-state.ts";

const at = (aisle: number, delta: AisleAttention["delta"] = "counted"): AisleAttention => ({
  ...{ aisle, delta, stocktakeId: null, layersTotal: 2, layersCovered: 2, findings: [] },
});
const view = (atMs: number, attentionVersion: string, attention: AisleAttention[]) =>
  ({ areaKey: "r1.1", atMs, attentionVersion, attention }) as unknown as AreaView;

function feed() {
  const clock = virtualClock(0);
  const sent: [string, unknown][] = [];
  const states = areaStates({
    clock,
    area: (push) => void sent.push(["area", push]),
    attention: ({ areaKey: _, ...change }) => void sent.push(["attention", change]),
  });
  return { clock, states, sent, pause: () => clock.advance(stateEveryMs) };
}

test("what is told of the aisles goes out when it changed, before the state that names it, and then only those aisles", () => {
  const { states, sent, pause } = feed();
  const before = [at(1), at(2), at(3)];
  for (const atMs of [1, 2, 3]) {
    states.push(view(atMs, "a", before));
    pause();
  }
  expect(sent).toEqual([1, 2, 3].map((atMs) => ["area", { areaKey: "r1.1", atMs, attentionVersion: "a" }]));
  sent.length = 0;
  states.push(view(4, "b", [at(1), at(3, "due"), at(4)]));
  expect(sent).toEqual([
    ["attention", { from: "a", version: "b", changed: [at(3, "due"), at(4)], gone: [2] }],
    ["area", { areaKey: "r1.1", atMs: 4, attentionVersion: "b" }],
  ]);
});

test("of what changes faster than it is sent only the newest goes out, as one step from what was told last", () => {
  const { states, sent, pause } = feed();
  states.push(view(1, "a", [at(1)]));
  states.push(view(2, "b", [at(1, "due")]));
  states.push(view(3, "c", [at(1, "running")]));
  pause();
  expect(sent.slice(1)).toEqual([
    ["attention", { from: "a", version: "c", changed: [at(1, "running")], gone: [] }],
    ["area", { areaKey: "r1.1", atMs: 3, attentionVersion: "c" }],
  ]);
});
