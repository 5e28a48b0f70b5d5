/** Whether carriages may be rolling undriven: motion died while they moved, and they were not seen at rest since. */
import type { Clock } from "../clock/clock.ts";
import type { AreaRules } from "../shelving/area-rules.ts";
import type { AreaState } from "../shelving/area-state.ts";
import { showsMoving } from "../shelving/guards.ts";
import { keeps } from "../shelving/keeps.ts";

/** S14 allows half a second; then they brake. */
const beatStopMsMax = 3_000;

export interface RollsOn {
  mayRoll(): boolean;
  died(): void;
  seen(state: AreaState): void;
}

export function rollsOn(rules: AreaRules, clock: Clock): RollsOn {
  let untilMs = Number.NEGATIVE_INFINITY;
  return {
    mayRoll: () => clock.monoMs() < untilMs,
    died() {
      untilMs = clock.monoMs() + rollsMsMax(rules);
    },
    seen(state) {
      if (state.status && state.link === "up" && !showsMoving(state)) untilMs = Number.NEGATIVE_INFINITY;
    },
  };
}

/** Controllers with a heartbeat stop by themselves; others finish the travel that they were sent on. */
function rollsMsMax(rules: AreaRules): number {
  if (keeps(rules, "S14")) return beatStopMsMax;
  const aisles = Array.from({ length: rules.aisleCount + 1 }, (_, aisle) => aisle);
  const plans = aisles.flatMap((from) => aisles.map((to) => rules.planOf(from, to)));
  return Math.max(beatStopMsMax, ...plans.map((planned) => (planned.ok ? planned.plan.timeoutMs : 0)));
}
