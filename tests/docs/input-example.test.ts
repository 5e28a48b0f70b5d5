/** What the READMEs tell an integrator to write for a wired key is a site that the check takes. */
import { expect, test } from "vitest";
import { checkSite } from "../../src/site/check-site.ts";
import { occupancyInputs, resetInputIds } from "../../src/site/input-channels.ts";
import { parseSite } from "../../src/site/parse-site.ts";
import { codeBlocks, read, readmes } from "./documents.ts";

test.each(Object.values(readmes))("the key of %s resets area 1", (file) => {
  const example = codeBlocks(read(file)).find((block) => block.includes("kind: input")) ?? "";
  const device = /^ {2}- \{ id: keys-1.*$/m.exec(example)?.[0];
  const resets = /^ {4}(resetInputs: .*)$/m.exec(example)?.[1];
  expect([device, resets]).not.toContain(undefined);
  const text = read("sites/demo.yaml")
    .replace("devices:\n", `devices:\n${device}\n`)
    .replace("        controller: shelf-1\n", `        controller: shelf-1\n        ${resets}\n`);
  const parsed = parseSite(text);
  expect(checkSite(parsed)).toEqual([]);
  expect(parsed.site?.rooms[0]?.areas.map(resetInputIds)).toEqual([["keys-1.1"], []]);
});

test.each(Object.values(readmes))(
  "the sensor and the button of %s stand in for a PLC that tells nothing of people",
  (file) => {
    const example = codeBlocks(read(file)).find((block) => block.includes("eyes-1")) ?? "";
    const device = /^ {2}- \{ id: eyes-1.*$/m.exec(example)?.[0];
    const bus = /^ {2}- \{ id: bus-eyes.*$/m.exec(example)?.[0];
    const sees = /^ {4}(safetyInputs: .*)$/m.exec(example)?.[1];
    const confirms = /^ {4}(confirmInputs: .*)$/m.exec(example)?.[1];
    expect([bus, device, sees, confirms]).not.toContain(undefined);
    const text = read("sites/demo.yaml")
      .replace("protocol: room-1", "protocol: fatek-njust")
      .replace("buses:\n", `buses:\n${bus}\n`)
      .replace("devices:\n", `devices:\n${device}\n`)
      .replace(/ {8}safetyInputs: .*\n/, `        ${sees}\n        ${confirms}\n`);
    const parsed = parseSite(text);
    expect(checkSite(parsed).filter(({ isWarning }) => !isWarning)).toEqual([]);
    const [area] = parsed.site?.rooms[0]?.areas ?? [];
    expect(area && occupancyInputs(area).map(({ id }) => id)).toEqual(["eyes-1.1"]);
  },
);
