import { describe, expect, it } from "vitest";
import { stepKeys, stepsOf } from "./first-box-steps.ts";

const empty = { slots: 0, hasStaff: false, box: null, hasTag: false, isPlaced: false, isShown: false };
const done = (view: Parameters<typeof stepsOf>[0], devices: { state: string }[] = []) =>
  stepsOf(view, devices).flatMap((step) => (step.isDone ? [step.key] : []));

describe("the steps to the first box", () => {
  it("are all open in a gateway without anything", () => {
    expect(stepsOf(empty, []).map((step) => step.key)).toEqual(stepKeys);
    expect(done(empty)).toEqual([]);
  });

  it("are done one by one, by what the gateway knows", () => {
    expect(done({ ...empty, slots: 384 })).toEqual(["site"]);
    expect(done({ ...empty, hasStaff: true })).toEqual(["staff"]);
    expect(done({ ...empty, box: { id: "b", barcode: "GW-1" } })).toEqual(["box"]);
    expect(done({ ...empty, hasTag: true, isPlaced: true, isShown: true })).toEqual(["tag", "slot", "show"]);
  });

  it("count the devices as connected only when every one is up", () => {
    expect(done(empty, [{ state: "up" }, { state: "up" }])).toEqual(["devices"]);
    expect(done(empty, [{ state: "up" }, { state: "degraded" }])).toEqual([]);
    expect(done(empty, [])).toEqual([]);
  });
});
