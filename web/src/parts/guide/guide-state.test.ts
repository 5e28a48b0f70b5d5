import { describe, expect, it } from "vitest";
import { guideState } from "./guide-state.ts";

const why = { code: "aisle-occupied", zh: "请所有人离开", en: "everybody out" };
const still = [{ column: 2, positionMm: 0, motion: "still", fault: false }];
const moving = [{ column: 2, positionMm: 0, motion: "left", fault: false }];
const view = (columns = still, may: Record<string, true | typeof why> = {}) => ({ activity: "idle", columns, may });
const states = (guide: ReturnType<typeof guideState>) => guide.steps.map((step) => step.state).join(" ");

describe("guidance to a box", () => {
  it("walks from stored to done", () => {
    const at = (state: "stored" | "accepted" | "done", columns = still) => {
      return states(guideState({ state, why: null }, null, view(columns), "open:3"));
    };
    expect(at("stored")).toBe("now todo todo todo");
    expect(at("accepted")).toBe("done now todo todo");
    expect(at("accepted", moving)).toBe("done done now todo");
    expect(at("done")).toBe("done done done done");
  });

  it("needs no command when the aisle stands open already", () => {
    expect(guideState(null, null, view(), "open:3")).toMatchObject({ isDone: true, refusal: null });
  });

  it("says why it was refused, and invites again only once the area would take it", () => {
    const refused = guideState({ state: "refused", why }, null, view(still, { "open:3": why }), "open:3");
    expect(refused.refusal).toEqual(why);
    expect(refused.mayAgain).toBe(false);
    expect(guideState({ state: "refused", why }, null, view(still, { "open:3": true }), "open:3").mayAgain).toBe(true);
    expect(guideState(null, why, view(still, { "open:3": true }), "open:3").mayAgain).toBe(true);
  });

  it("a command that is under way does not invite a second one", () => {
    expect(guideState({ state: "accepted", why: null }, null, view(still, { "open:3": true }), "open:3").mayAgain).toBe(
      false,
    );
  });

  it("a stop in mid-motion shows how far it came", () => {
    expect(states(guideState({ state: "stopped", why: null }, null, view(), "open:3"))).toBe("done done failed todo");
  });
});
