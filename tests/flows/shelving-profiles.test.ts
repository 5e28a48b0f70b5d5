/** The site check may not import protocols; what it believes of them is compared here. */
import { expect, test } from "vitest";
import { shelfProfiles } from "../../firmware-protocols/shelf-profiles/index.ts";
import { areaRules } from "../../src/shelving/area-rules.ts";
import { smallSpec } from "../../src/shelving/exploring/alphabet.ts";
import { keeps } from "../../src/shelving/keeps.ts";
import { profiles } from "../../src/site/profiles.ts";

test("the site check knows every shelf profile and what it cannot keep", () => {
  expect(Object.keys(shelfProfiles).length).toBeGreaterThan(1);
  for (const [name, profile] of Object.entries(shelfProfiles)) {
    expect(profiles[name]?.kinds, name).toContain("shelf");
    expect(profiles[name]?.wire, name).toBe("modbus");
    expect([...(profiles[name]?.cannotKeep ?? [])].sort(), name).toEqual(
      profile.cannotKeep.map(({ rule }) => rule).sort(),
    );
  }
});

test("the machine takes over what the Fatek map cannot carry", () => {
  const cannotKeep = shelfProfiles["fatek-njust"]?.cannotKeep.map(({ rule }) => rule) ?? [];
  const rules = areaRules("r1.1", smallSpec, cannotKeep);
  for (const rule of ["S3", "S9", "S13", "S15", "S22"]) expect(keeps(rules, rule), rule).toBe(false);
});
