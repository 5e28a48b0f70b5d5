/** The rules for one area's machine: its geometry, its limits, what its controller cannot keep, and the guards. */
import type { SafetyRuleId } from "../contract/safety-rules.ts";
import { pictureAgeMsMax } from "../contract/shelf.ts";
import { columnPositionsMm } from "../site/carriages.ts";
import { confirmInputIds, type OccupancyInput, occupancyInputs, resetInputIds } from "../site/input-channels.ts";
import type { AreaSpec } from "../site/schema.ts";
import { type AreaGuards, areaGuards } from "./guards.ts";
import { type Planned, planOpening } from "./plan-opening.ts";
import { type JudgeStatus, judgeStatus } from "./plausible-status.ts";
import { type RailFacts, railFacts } from "./rail-facts.ts";

/** In milliseconds except for the speed; each is the longest wait. */
export interface AreaLimits {
  /** A status older than this says nothing about the present. */
  statusAgeMaxMs: number;
  /**
   * Nothing starts by a picture that may be older, whenever it arrived: a network that is always late looks like a wrong clock.
   */
  pictureAgeMaxMs: number;
  /** A reading of people inputs older than this says nothing about the present. */
  occupancyAgeMaxMs: number;
  /** S15: latest start after the request; also sent to the controller as its time to live. */
  startMaxMs: number;
  /** S12: length of the warning where the gateway gives it instead of the controller. */
  warningMs: number;
  /** After the time to live: by then the status must have shown that the command was accepted. */
  acceptMarginMs: number;
  /** The status must confirm a setting within this time. */
  settingMaxMs: number;
  /** An inhibit whose write was lost goes out again after this, while its startMaxMs lasts. */
  settingRepeatMs: number;
  stopRepeatMs: number;
  /** While the link is down: each call of the port itself retries for this long. */
  stopRepeatAwayMs: number;
  /** A STOP that no status has shown to be followed by then raises an alarm, and is still repeated. */
  stopConfirmMaxMs: number;
  /** After an impossible status nothing is permitted for this long, so that alternating statuses are not believed in between. */
  suspectHoldMs: number;
  /** The same contradiction is reported again after this time. */
  suspectToldAgainMs: number;
  /** A carriage cannot be faster, by its drive (S16) or by hand, mm/s. */
  railSpeedMaxMmPerS: number;
  /** Two statuses may arrive this much closer together than they were made. */
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
  settingRepeatMs: 250,
  stopRepeatMs: 500,
  stopRepeatAwayMs: 3000,
  stopConfirmMaxMs: 5000,
  suspectHoldMs: 1000,
  suspectToldAgainMs: 60_000,
  railSpeedMaxMmPerS: 120,
  statusJitterMs: 1000,
};

/** Writes of one command: the first and one repeat with the same wire id, which the controller treats as the same command. */
export const triesMax = 2;
/** Most STOP requests that wait for a confirmation; further ones are answered at once. The STOP itself goes out each time. */
export const stopsWaitingMax = 16;

export interface AreaRules {
  /** "r1.1" */
  areaKey: string;
  aisleCount: number;
  cannotKeep: ReadonlySet<SafetyRuleId>;
  /** Ids of the wired keys that reset the area. */
  resetInputs: readonly string[];
  /** Wired inputs that see people; none: only the controller reports them. */
  occupancyInputs: readonly OccupancyInput[];
  /** Ids of the buttons that confirm that nobody is inside. */
  confirmInputs: readonly string[];
  limits: AreaLimits;
  guards: AreaGuards;
  judge: JudgeStatus;
  rail: RailFacts;
  /** Where each column stands when the free width is shared evenly. */
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
      // Only existing aisles are cached: arbitrary numbers in requests must not fill the memory.
      if (toAisle <= last && fromAisle <= last) plans.set(key, plan);
      return plan;
    },
  };
}
