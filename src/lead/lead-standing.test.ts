import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endingAfterMs, unsureAfterMs } from "./lead-grant.ts";
import {
  givenUp,
  type KnownLead,
  nothingKnown,
  releaseUnanswered,
  renewalAnswered,
  standingAt,
} from "./lead-standing.ts";

describe("how sure motion may be of its lead", () => {
  test("without an answered renewal there is no right to anything", () => {
    expect(standingAt(nothingKnown, 0)).toBe("ending");
    expect(standingAt(nothingKnown, 1_000_000)).toBe("ending");
  });

  test.each([
    [0, "held"],
    [unsureAfterMs - 1, "held"],
    [unsureAfterMs, "unsure"],
    [endingAfterMs - 1, "unsure"],
    [endingAfterMs, "ending"],
    [3_600_000, "ending"],
    [-1, "ending"],
    [Number.NaN, "ending"],
  ])("%s ms after the sending of the last one that was answered: %s", (ageMs, standing) => {
    expect(standingAt(renewalAnswered(nothingKnown, 5_000, "renewed"), 5_000 + ageMs)).toBe(standing);
  });

  test("an answer counts from its sending, not from its coming", () => {
    const known = renewalAnswered(nothingKnown, 1_000, "renewed");
    // Sent before the newest, answered after it.
    expect(standingAt(renewalAnswered(known, 400, "renewed"), 2_999)).toBe("held");
    expect(standingAt(renewalAnswered(nothingKnown, 1_000, "renewed"), 5_600)).toBe("ending");
  });

  test("what was sent before it was given up says nothing any more, what comes after does", () => {
    const given = givenUp(renewalAnswered(nothingKnown, 1_000, "renewed"), 1_500);
    expect(standingAt(given, 1_500)).toBe("ending");
    expect(standingAt(renewalAnswered(given, 1_500, "renewed"), 1_600)).toBe("ending");
    expect(standingAt(renewalAnswered(given, 1_501, "renewed"), 1_600)).toBe("held");
  });

  test("nothing comes after lost, and a release that nobody answered loses it", () => {
    for (const lost of [renewalAnswered(nothingKnown, 1, "lost"), releaseUnanswered(nothingKnown)])
      expect(standingAt(renewalAnswered(lost, 2, "renewed"), 3)).toBe("lost");
  });

  test("whatever comes in whatever order: never sure beyond the age of a renewal that was answered and not given up since", () => {
    const happening = fc.oneof(
      fc.record({ what: fc.constant("renewed" as const), sentAtMs: fc.nat(20_000) }),
      fc.record({ what: fc.constant("lost" as const), sentAtMs: fc.nat(20_000) }),
      fc.record({ what: fc.constant("given up" as const), sentAtMs: fc.nat(20_000) }),
    );
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), fc.nat(30_000), (happenings, nowMs) => {
        let known: KnownLead = nothingKnown;
        // The renewals that may be believed, by a separate list for comparison.
        let believed: number[] = [];
        let isLost = false;
        let givenUpAtMs = Number.NEGATIVE_INFINITY;
        for (const { what, sentAtMs } of happenings) {
          if (what === "given up") {
            known = givenUp(known, sentAtMs);
            believed = [];
            givenUpAtMs = sentAtMs;
            continue;
          }
          known = renewalAnswered(known, sentAtMs, what);
          isLost ||= what === "lost";
          if (what === "renewed" && sentAtMs > givenUpAtMs) {
            believed.push(sentAtMs);
            givenUpAtMs = Number.NEGATIVE_INFINITY;
          }
        }
        const standing = standingAt(known, nowMs);
        expect(standing === "lost").toBe(isLost);
        const ageMs = nowMs - Math.max(Number.NEGATIVE_INFINITY, ...believed);
        if (standing === "held") expect(ageMs).toBeLessThan(unsureAfterMs);
        if (standing === "unsure") expect(ageMs).toBeLessThan(endingAfterMs);
        if (standing === "held" || standing === "unsure") expect(ageMs).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2_000 },
    );
  });
});
