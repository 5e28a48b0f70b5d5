import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AisleUse, afterDelta, nextDelta, seeAisles, triesMax } from "./aisle-use.ts";

const use = (aisle: number, more: Partial<AisleUse> = {}): AisleUse => ({
  ...{ aisle, isOpen: false, dueSinceMs: 1_000, tries: 0, tryAtMs: 1_000 },
  ...more,
});

describe("an aisle was used", () => {
  it("when it stood open and stands open no more, whether it closed or another opened", () => {
    expect(seeAisles(0, 2)).toEqual({ openAisle: 2, opened: 2, used: null });
    expect(seeAisles(2, 2)).toEqual({ openAisle: 2, opened: null, used: null });
    expect(seeAisles(2, 0)).toEqual({ openAisle: 0, opened: null, used: 2 });
    expect(seeAisles(2, 3)).toEqual({ openAisle: 3, opened: 3, used: 2 });
  });
  it("and an unknown position says nothing: what was open before is still taken for open", () => {
    expect(seeAisles(2, null)).toEqual({ openAisle: 2, opened: null, used: null });
  });
  it("as often as it was opened, however the statuses come", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1, 2, 3, null)), (statuses) => {
        let at = 0;
        const opened: number[] = [];
        const used: number[] = [];
        for (const status of [...statuses, 0]) {
          const seen = seeAisles(at, status);
          at = seen.openAisle;
          if (seen.opened !== null) opened.push(seen.opened);
          if (seen.used !== null) used.push(seen.used);
        }
        expect(used).toEqual(opened);
      }),
    );
  });
});

describe("which faces are read next", () => {
  it("those that waited longest, never of an open aisle", () => {
    const open = use(1, { dueSinceMs: 10, isOpen: true });
    expect(nextDelta([open, use(2, { dueSinceMs: 30 }), use(3, { dueSinceMs: 20 })], 2_000)).toEqual({ aisle: 3 });
    expect(nextDelta([open], 2_000)).toBeNull();
    expect(nextDelta([use(1, { dueSinceMs: null })], 2_000)).toBeNull();
  });
  it("later, when the readers are given time", () => {
    expect(nextDelta([use(1, { tryAtMs: 5_000 }), use(2, { tryAtMs: 4_000 })], 2_000)).toEqual({ waitMs: 2_000 });
  });
  it("now, when only a clock that was a day ahead told them to wait", () => {
    const dayMs = 86_400_000;
    const ofTomorrow = use(1, { dueSinceMs: dayMs, tries: 1, tryAtMs: dayMs + 60_000 });
    expect(nextDelta([ofTomorrow, use(2, { tryAtMs: 122_000 })], 2_000)).toEqual({ aisle: 1 });
    expect(nextDelta([use(2, { tryAtMs: 122_000 })], 2_000)).toEqual({ waitMs: 120_000 });
    const read = afterDelta(ofTomorrow, { startedAtMs: 2_000, unhealthy: 0 }, 3_000);
    expect(read.dueSinceMs).toBeNull();
  });
});

describe("after a stocktake", () => {
  const count = { startedAtMs: 2_000, unhealthy: 0 };
  it("the aisle is due no more", () => expect(afterDelta(use(1), count, 3_000).dueSinceMs).toBeNull());
  it("but for a use during the stocktake", () => {
    expect(afterDelta(use(1, { dueSinceMs: 2_500 }), count, 3_000)).toMatchObject({ dueSinceMs: 2_500, tries: 0 });
  });
  it("unhealthy readers are asked again, less and less often, and in the end not", () => {
    let now = use(1);
    const waits: number[] = [];
    while (now.dueSinceMs !== null && waits.length < 10) {
      now = { ...now, ...afterDelta(now, { ...count, unhealthy: 2 }, 3_000) };
      if (now.dueSinceMs !== null) waits.push(now.tryAtMs - 3_000);
    }
    expect(waits).toEqual([60_000, 120_000]);
    expect(waits).toHaveLength(triesMax - 1);
  });
});
