/** Actions that a planted bug needs to become visible: they are more frequent in its runs, so that a few seeds find it. */
import type { BugName } from "../bugs.ts";
import { importFile } from "./clerks.ts";
import { openProperly, stop } from "./drivers.ts";
import { holdGateway, holdMotion, killGateway, killMotion, repeatOld, slowChannel, suspend } from "./holders.ts";
import { carry, plan, steer } from "./movers.ts";
import type { Act, Weighted } from "./pick.ts";
import { acknowledge, beginStocktake } from "./stocktakers.ts";
import { databaseTrouble, deaf, lateStore, lie, unplug } from "./troubles.ts";

const favoured: Record<BugName, readonly Act[]> = {
  "acknowledge-before-commit": [databaseTrouble, importFile],
  "resume-on-reconnect": [openProperly, unplug],
  "put-twice": [plan, steer, carry],
  "lose-findings": [openProperly, acknowledge, beginStocktake],
  "standing-is-stopped": [deaf, stop],
  "mend-statuses": [lie],
  "ask-again": [lateStore, holdGateway],
  "age-from-store": [lateStore],
  "age-from-arrival": [slowChannel, holdMotion],
  "begin-in-the-silence": [holdGateway],
  "forget-what-motion-left": [killGateway, killMotion],
  "store-twice": [killGateway, databaseTrouble],
  "dead-is-stopped": [killMotion],
  "clock-gap-unseen": [lateStore, suspend],
  "believe-repeats": [repeatOld],
};

const timesAsOften = 8;

export function favour(bug: BugName | null, acts: Weighted): Weighted {
  if (!bug) return acts;
  return acts.map(([weight, act]) => [favoured[bug].includes(act) ? weight * timesAsOften : weight, act] as const);
}
