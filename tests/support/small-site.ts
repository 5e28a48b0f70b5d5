/** The small site of tests/faults with its boxes and records. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { demoDelivery } from "../../simulators/days/demo-delivery.ts";
import { layoutOf } from "../../src/site/layout.ts";
import { parseSite } from "../../src/site/parse-site.ts";

export const smallSiteFile = fileURLToPath(new URL("../faults/small-site.yaml", import.meta.url));

const { site, faults } = parseSite(readFileSync(smallSiteFile, "utf8"));
if (!site) throw new Error(`the small site does not parse: ${JSON.stringify(faults)}`);

export const smallLayout = layoutOf(site);
/** 280 boxes in 384 slots; 24 closed accounts still stand in area 1. */
export const smallDelivery = demoDelivery(smallLayout, "small", {
  boxesMax: 280,
  recordsMax: 340,
  closedAmongActive: 24,
});
