import { describe, expect, test } from "vitest";
import { seededChance } from "../../clock/chance.ts";
import { explore, walk } from "./explore.ts";
import {
  keyedRules,
  manyLetters,
  mute,
  quiet,
  slowMs,
  strongLetters,
  strongRules,
  weakLetters,
  weakRules,
  withLocks,
  withoutLocks,
} from "./explored-rules.ts";

describe("every reachable state, every input", () => {
  test("a controller that keeps the rules: nothing moves with a blocking predicate, STOP is always sent", {
    timeout: slowMs,
  }, () => {
    const found = explore(strongRules, quiet(withoutLocks(strongLetters)), 60_000);
    expect(found.fault).toBeNull();
    expect(found.statesSeen).toBeGreaterThan(15_000);
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
      "refused request-too-old",
      "refused request-overtaken",
      "refused status-older",
      "stopped status-older",
      "failed clock-gap",
    ])
      expect(found.occurred).toContain(end);
  });

  test("people's locks", { timeout: slowMs }, () => {
    const found = explore(strongRules, quiet(withLocks(strongLetters)), 120_000);
    expect(found.fault).toBeNull();
    expect(found.statesSeen).toBeGreaterThan(15_000);
    for (const end of ["done", "refused area-locked", "stopped area-locked"]) expect(found.occurred).toContain(end);
  });

  test("a controller that keeps none of them: the gateway keeps them", { timeout: slowMs }, () => {
    const found = explore(weakRules, mute(withoutLocks(weakLetters)), 60_000);
    expect(found.fault).toBeNull();
    expect(found.statesSeen).toBeGreaterThan(2000);
    for (const end of [
      "done",
      "refused aisle-not-confirmed",
      "stopped motion-entered",
      "expired command-expired",
      "refused clock-gap",
    ])
      expect(found.occurred).toContain(end);
    const locked = explore(weakRules, quiet(withLocks(weakLetters)), 60_000);
    expect(locked.fault).toBeNull();
    expect(locked.occurred).toContain("refused area-locked");
  });
});

test("a million random steps", { timeout: slowMs }, () => {
  const seed = process.env.GUIWEI_SEED ?? "shelving-1";
  for (const [name, rules] of [
    ["strong", strongRules],
    ["weak", weakRules],
    ["strong with a key", keyedRules],
  ] as const) {
    const found = walk(rules, manyLetters, 350_000, seededChance(`${seed}/${name}`));
    expect(found.fault, `seed ${seed} (${name}), step ${found.stepsTaken}`).toBeNull();
    expect(found.occurred).toContain("done");
  }
});
