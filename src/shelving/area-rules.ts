/** What one area's machine is measured against: its geometry, its limits, what its controller cannot keep, and the guards. */
import type { SafetyRuleId } from "../contract/safety-rules.ts";
import { pictureAgeMsMax } from "../contract/shelf.ts";
import { columnPositionsMm } from "../site/carriages.ts";
import { confirmInputIds, type OccupancyInput, occupancyInputs, resetInputIds } from "../site/input-channels.ts";
import type { AreaSpec } from "../site/schema.ts";
import { type AreaGuards, areaGuards } from "./guards.ts";
import { type Planned, planOpening } from "./plan-opening.ts";
import { type JudgeStatus, judgeStatus } from "./plausible-status.ts";
import { type RailFacts, railFacts } from "./rail-facts.ts";

/** In milliseconds, but for the speed; each one is the most that is waited. */
export interface AreaLimits {
  /** A status older than this says nothing about now. */
  statusAgeMaxMs: number;
  /** Nothing starts by a picture that may be older, whenever it came: a network that is late each time passes for a wrong clock. */
  pictureAgeMaxMs: number;
  /** What an input said of people that long ago says nothing about now. */
  occupancyAgeMaxMs: number;
  /** S15: latest start after the request, and the controller's time to live. */
  startMaxMs: number;
  /** S12, where the gateway warns instead of the controller. */
  warningMs: number;
  /** After the time to live: until the status must have shown that the command was taken. */
  acceptMarginMs: number;
  /** A setting is confirmed by the status within this. */
  settingMaxMs: number;
  stopRepeatMs: number;
  /** While the link is down: each call of the port tries for so long by itself. */
  stopRepeatAwayMs: number;
  /** A STOP that no status has shown to be followed by then is told as an alarm, and sent on. */
  stopConfirmMaxMs: number;
  /** No permission for so long after a status that cannot be so: what alternates is not believed in between. */
  suspectHoldMs: number;
  /** The same contradiction is told again after this. */
  suspectToldAgainMs: number;
  /** A carriage cannot be faster, by its drive (S16) or by hand, mm/s. */
  railSpeedMaxMmPerS: number;
  /** Two statuses may come so much closer together than they were made. */
  statusJitterMs: number;
}

export const areaLimits: AreaLimits = {
  statusAgeMaxMs: 1000,
  pictureAgeMaxMs: pictureAgeMsMax,
  occupancyAgeMaxMs: 1500,
  startMaxMs: 2000,
  warningMs: 2500,
  acceptMarginMs: 1000,
  settingMaxMs: 3000,
  stopRepeatMs: 500,
  stopRepeatAwayMs: 3000,
  stopConfirmMaxMs: 5000,
  suspectHoldMs: 1000,
  suspectToldAgainMs: 60_000,
  railSpeedMaxMmPerS: 120,
  statusJitterMs: 1000,
};

/** Writes of one command: the first and one repeat of the same wire id, which the controller takes as the same command. */
export const triesMax = 2;
/** STOP requests that wait for one confirmation; more are answered at once, the stop itself goes out each time. */
export const stopsWaitingMax = 16;

export interface AreaRules {
  /** "r1.1" */
  areaKey: string;
  aisleCount: number;
  cannotKeep: ReadonlySet<SafetyRuleId>;
  /** Ids of the wired keys that reset it. */
  resetInputs: readonly string[];
  /** Wired inputs that see people; none: only the controller tells of them. */
  occupancyInputs: readonly OccupancyInput[];
  /** Ids of the buttons that say that nobody is inside. */
  confirmInputs: readonly string[];
  limits: AreaLimits;
  guards: AreaGuards;
  judge: JudgeStatus;
  rail: RailFacts;
  /** Where every column stands when the free width is shared evenly. */
  spreadMm: ReadonlyMap<number, number>;
  planOf(fromAisle: number, toAisle: number): Planned;
}

export function areaRules(
  areaKey: string,
  spec: AreaSpec,
  cannotKeep: readonly SafetyRuleId[],
  limits: Partial<AreaLimits> = {},
  guards: AreaGuards = areaGuards,
  judge: JudgeStatus = judgeStatus,
): AreaRules {
  const plans = new Map<string, Planned>();
  const last = Math.max(...spec.columns.map((column) => column.to ?? column.no));
  return {
    areaKey,
    aisleCount: last - 1,
    cannotKeep: new Set(cannotKeep),
    resetInputs: resetInputIds(spec),
    occupancyInputs: occupancyInputs(spec),
    confirmInputs: confirmInputIds(spec),
    limits: { ...areaLimits, ...limits },
    guards,
    judge,
    rail: railFacts(spec),
    spreadMm: columnPositionsMm(spec, 0),
    planOf(fromAisle, toAisle) {
      const key = `${fromAisle}>${toAisle}`;
      const plan = plans.get(key) ?? planOpening(spec, fromAisle, toAisle);
      // Only aisles that exist are remembered: a stranger's numbers must not fill the memory.
      if (toAisle <= last && fromAisle <= last) plans.set(key, plan);
      return plan;
    },
  };
}
