import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { checkSite } from "./check-site.ts";
import { parseSite } from "./parse-site.ts";

const text = readFileSync("sites/demo.yaml", "utf8");

it("reads a site file of the version before, and says on each line what the key is called now", () => {
  const old = text.replaceAll(/protocol: (r2000|archive-mqtt|room-1|xy-md02)(?=, bus: )/g, "profile: $1");
  const [before, now] = [parseSite(old), parseSite(text)];
  expect(before.site).toEqual(now.site);
  const told = checkSite(before).filter(({ path }) => path.endsWith(".profile"));
  expect(told.length).toBe(now.site?.devices.length);
  expect(told[0]).toMatchObject({ isWarning: true, zh: expect.stringContaining("protocol"), line: expect.any(Number) });
  expect(checkSite(before).filter(({ isWarning }) => !isWarning)).toEqual([]);
});

it("refuses a device that names neither or both", () => {
  expect(parseSite(text.replace("protocol: room-1, ", "")).site).toBeNull();
  expect(parseSite(text.replace("protocol: room-1", "protocol: room-1, profile: fatek-njust")).site).toBeNull();
});
