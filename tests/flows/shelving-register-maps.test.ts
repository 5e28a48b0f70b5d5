/** The site check may not import protocols; what it believes of them is compared here. */
import { expect, test } from "vitest";
import { registerMaps } from "../../firmware-protocols/register-maps/index.ts";
import { areaView } from "../../src/aisles/area-view.ts";
import { noAttention } from "../../src/contract/attention.ts";
import { safetyRuleId } from "../../src/contract/safety-rules.ts";
import { areaRules } from "../../src/shelving/area-rules.ts";
import { smallSpec } from "../../src/shelving/exploring/alphabet.ts";
import { area } from "../../src/shelving/exploring/bench.ts";
import { keeps } from "../../src/shelving/keeps.ts";
import { protocols } from "../../src/site/protocols.ts";

test("the site check knows every shelf protocol and what it cannot keep", () => {
  expect(Object.keys(registerMaps).length).toBeGreaterThan(1);
  for (const [name, protocol] of Object.entries(registerMaps)) {
    expect(protocols[name]?.kinds, name).toContain("shelf");
    expect(protocols[name]?.wire, name).toBe("modbus");
    expect([...(protocols[name]?.cannotKeep ?? [])].sort(), name).toEqual(
      protocol.cannotKeep.map(({ rule }) => rule).sort(),
    );
  }
});

test("the machine takes over what the Fatek map cannot carry", () => {
  const cannotKeep = registerMaps["fatek-njust"]?.cannotKeep.map(({ rule }) => safetyRuleId(rule)) ?? [];
  const rules = areaRules("r1.1", smallSpec, cannotKeep);
  for (const rule of ["S3", "S9", "S12", "S13", "S15", "S22"] as const) expect(keeps(rules, rule), rule).toBe(false);
});

test("the console says what the carriages do while nobody drives them (S14)", () => {
  for (const [cannotKeep, code] of [
    [[], "motion-away-beat"],
    [["S14"], "motion-away-rolls"],
  ] as const) {
    const { rules, state, atMs } = area(cannotKeep);
    const shown = {
      rules,
      state,
      now: { monoMs: atMs, wallMs: atMs },
      locks: [],
      command: null,
      attention: noAttention,
    };
    const { undriven } = areaView({ ...shown, isDriven: false });
    expect(undriven?.code).toBe(code);
    expect(`${undriven?.zh}${undriven?.en}`).not.toMatch(/—|\{/);
    expect(areaView({ ...shown, isDriven: true }).undriven).toBeNull();
    // Another gateway drives it: it is no matter of this one's motion.
    expect(areaView({ ...shown, state: { ...state, lead: "lost" }, isDriven: false }).undriven).toBeNull();
  }
});

test("the console warns of a motion for which the controller has no warning, until it begins (S12)", () => {
  const wallAheadMs = 1_700_000_000_000;
  const shelf = area(["S12"]);
  const seen = () =>
    areaView({
      ...{ rules: shelf.rules, state: shelf.state, locks: [], command: null, attention: noAttention, isDriven: true },
      now: { monoMs: shelf.atMs, wallMs: shelf.atMs + wallAheadMs },
    }).warning;
  shelf.status();
  expect(seen()).toBeNull();
  shelf.ask("open", 2);
  expect(seen()).toEqual({
    verb: "open",
    aisle: 2,
    movesAtMs: shelf.atMs + wallAheadMs + shelf.rules.limits.warningMs,
  });
  shelf.status({}, 1_300);
  shelf.status({}, 1_200);
  expect(seen()).not.toBeNull();
  shelf.tick(1);
  expect(seen()).toBeNull();
});
