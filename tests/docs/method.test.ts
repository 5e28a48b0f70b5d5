/** src/sensing/METHOD.md names the figures that the code uses. */
import { expect, test } from "vitest";
import { modelSdDb, tagSdDb, visitSdDb } from "../../src/sensing/calibration.ts";
import { defaultPrior } from "../../src/sensing/place-likelihood.ts";
import { defaultReading } from "../../src/sensing/plan-reading.ts";
import { priorChance } from "../../src/sensing/read-chance.ts";
import { defaultRules } from "../../src/sensing/verdict.ts";
import { read, repositoryFiles } from "./documents.ts";

const method = read("src/sensing/METHOD.md");

test("every figure of its table is the code's, and none is left out", () => {
  const flat = (name: string, all: object) =>
    Object.entries(all).map(([key, value]) => [`${name}.${key}`, value] as const);
  const { healthy, dead, deadShare } = priorChance;
  const used = new Map<string, string>(
    [
      ["priorChance.healthy", `Beta(${healthy.alpha}, ${healthy.beta})`] as const,
      ["priorChance.dead", `Beta(${dead.alpha}, ${dead.beta})`] as const,
      ...Object.entries({ "priorChance.deadShare": deadShare, visitSdDb, modelSdDb, tagSdDb }),
      ...flat("defaultPrior", defaultPrior),
      ...flat("defaultRules", defaultRules),
      ...flat("defaultReading", defaultReading),
    ].map(([name, value]) => [name, String(value)]),
  );
  const told = new Map(
    [...method.matchAll(/^\| `([\w.]+)` \| ([^|]+) \|/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(used));
});

test("every file that it names is there", () => {
  const files = repositoryFiles().map((file) => /^src\/sensing\/([\w-]+\.ts)$/.exec(file)?.[1] ?? "");
  for (const [, name = ""] of method.matchAll(/`([\w-]+\.ts)`/g)) expect(files).toContain(name);
});
