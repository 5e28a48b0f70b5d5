/**
 * The blocking predicates, one row a safety rule. `start` is checked before every motion, `keepGoing` at every status and tick
 * while one is under way. Unknown = no. Passed in as data, so that a test can break one and see it detected.
 */
import { areaHoldingAlarms } from "../contract/kinds/alarms.ts";
import type { SafetyRuleId } from "../contract/safety-rules.ts";
import type { Interlocks, ShelfStatus } from "../contract/shelf.ts";
import type { AreaRules } from "./area-rules.ts";
import type { AreaState } from "./area-state.ts";
import { keeps } from "./keeps.ts";
import { leadBlock } from "./lead-block.ts";
import { nobodyEntered, peopleGuards } from "./people-guards.ts";
import { proven } from "./picture-proof.ts";
import type { Block } from "./plan-opening.ts";
import { wishGuards } from "./wish-guards.ts";

export interface Look {
  state: AreaState;
  rules: AreaRules;
  atMs: number;
  /** Aisle to open, 0 for close and ventilate. */
  aisle: number;
  epoch: number;
  /** When the person pressed, and how long ago that may be. */
  askedAtMs: number;
  ageMsMax: number;
}

export interface Guard {
  rule: SafetyRuleId | "I14";
  name: string;
  block(look: Look): Block | null;
}

export interface AreaGuards {
  start: readonly Guard[];
  keepGoing: readonly Guard[];
}

const blocked = (code: Block["code"], params: Block["params"] = {}): Block => ({ code, params });

export function ageMs(state: AreaState, atMs: number): number | null {
  return state.status === null ? null : atMs - state.statusAtMs;
}

/** A status from the future is as useless as an old one: the clock was set. */
export function isFresh(state: AreaState, rules: AreaRules, atMs: number): boolean {
  const age = ageMs(state, atMs);
  return age !== null && Math.abs(age) <= rules.limits.statusAgeMaxMs;
}

export function isMoving(status: ShelfStatus): boolean {
  return (
    status.activity === "opening" ||
    status.activity === "closing" ||
    status.activity === "ventilating" ||
    status.columns.some((column) => column.motion !== "still")
  );
}

/** By the last good status, or by a newer impossible one: danger counts whichever status shows it. */
export function showsMoving({ status, statusAtMs, suspect }: AreaState): boolean {
  if (suspect && suspect.atMs >= statusAtMs && isMoving(suspect.status)) return true;
  return status !== null && isMoving(status);
}

/** One row for each interlock of the contract; a new interlock without a row does not compile. */
const interlockRows: Record<keyof Interlocks, { rule: SafetyRuleId; code: Block["code"] }> = {
  emergencyStop: { rule: "S4", code: "area-emergency-stop" },
  tripped: { rule: "S3", code: "area-tripped" },
  overCurrent: { rule: "S17", code: "area-over-current" },
  sensorFault: { rule: "S9", code: "area-sensor-fault" },
  notHomed: { rule: "S21", code: "area-position-unknown" },
  isProtected: { rule: "S5", code: "area-protected" },
  panelLoggedOut: { rule: "S13", code: "area-panel-logged-out" },
  inhibited: { rule: "S3", code: "area-inhibited" },
  heartbeatLost: { rule: "S14", code: "area-heartbeat-lost" },
};

const interlockGuards: Guard[] = (Object.keys(interlockRows) as (keyof Interlocks)[]).map((name) => ({
  rule: interlockRows[name].rule,
  name,
  block({ state }) {
    if (state.status?.interlocks[name] === false) return null;
    const isOfLocks = name === "inhibited" && state.isHeldForLocks && !state.inhibited;
    return blocked(isOfLocks ? "area-lock-releasing" : interlockRows[name].code);
  },
}));

const link: Guard = {
  rule: "S3",
  name: "link",
  block: ({ state }) => (state.link === "up" && state.status !== null ? null : blocked("area-offline")),
};

const fresh: Guard = {
  rule: "S15",
  name: "fresh",
  block: ({ state, rules, atMs }) =>
    isFresh(state, rules, atMs) ? null : blocked("area-stale", { ageMs: ageMs(state, atMs) ?? "—" }),
};

/** After an impossible status later ones are not believed either, until plausible ones have come for a while. */
export function suspectBlock({ suspect, statusAtMs }: AreaState, rules: AreaRules, atMs: number): Block | null {
  if (!suspect) return null;
  const isOver = statusAtMs > suspect.atMs && atMs - suspect.atMs >= rules.limits.suspectHoldMs;
  return isOver ? null : suspect.why;
}

const plausible: Guard = {
  rule: "S10",
  name: "plausible",
  // Without a link, that block is reported instead.
  block: ({ state, rules, atMs }) => (state.link === "up" ? suspectBlock(state, rules, atMs) : null),
};

const noFault: Guard = {
  rule: "S10",
  name: "noFault",
  block({ state }) {
    const bad = state.status?.columns.find((column) => column.fault);
    if (bad) return blocked("area-fault", { detail: `#${bad.column}` });
    return state.status?.activity === "fault" ? blocked("area-fault", { detail: "fault" }) : null;
  },
};

/** The alarm kinds that hold an area: over-speed (S16), fire and power cuts (S21). */
const noAlarm: Guard = {
  rule: "S21",
  name: "noAlarm",
  block({ state }) {
    const alarm = state.status?.alarms?.find((one) => areaHoldingAlarms.includes(one));
    return alarm ? blocked("area-alarm", { alarm }) : null;
  },
};

const noRoomAlarm: Guard = {
  rule: "S21",
  name: "noRoomAlarm",
  block: ({ state }) => (state.roomAlarm === null ? null : blocked("area-room-alarm", { alarm: state.roomAlarm })),
};

const notInhibited: Guard = {
  rule: "S3",
  name: "notInhibitedHere",
  block: ({ state }) => (state.inhibited ? blocked("area-inhibited") : null),
};

/** The names of those who locked the area, for a sentence that sends people to them; null: nobody. */
export function lockedBy(state: AreaState): { who: string } | null {
  return state.locks.length > 0 ? { who: state.locks.map((lock) => lock.name).join("、") } : null;
}

const notLocked: Guard = {
  rule: "S22",
  name: "notLocked",
  block({ state }) {
    const by = lockedBy(state);
    return by && blocked("area-locked", by);
  },
};

const startOnly: Guard[] = [
  {
    rule: "S15",
    name: "epoch",
    block: ({ state, epoch }) => (epoch === state.epoch ? null : blocked("command-not-ours", { epoch })),
  },
  { rule: "I14", name: "lead", block: ({ state }) => leadBlock(state.lead) },
];

const atRest: Guard[] = [
  {
    rule: "S3",
    name: "reset",
    block({ state, rules }) {
      if (state.needsReset === null && state.status?.activity !== "stopped") return null;
      if (state.stop?.isTold) return blocked("stop-not-confirmed");
      const isPossible = state.needsReset === null || keeps(rules, "S4") || rules.resetInputs.length > 0;
      return blocked(isPossible ? "area-needs-reset" : "area-reset-impossible");
    },
  },
  {
    rule: "S11",
    name: "oneMotion",
    block({ state }) {
      const motion = state.motion;
      if (motion) return blocked("area-busy", { what: `${motion.fromAisle || "–"} → ${motion.aisle || "–"}` });
      if (state.stop) return blocked("area-busy", { what: "STOP" });
      if (state.setting) return blocked("area-busy", { what: state.setting.verb });
      const status = state.status;
      return status && isMoving(status) ? blocked("area-busy", { what: `${status.openAisle ?? "?"} → ?` }) : null;
    },
  },
  {
    rule: "S15",
    name: "positionKnown",
    block({ state, rules }) {
      const status = state.status;
      if (!status || status.openAisle === null || status.openAisle < 0 || status.openAisle > rules.aisleCount)
        return blocked("area-position-unknown");
      return null;
    },
  },
];

const geometry: Guard = {
  rule: "S18",
  name: "geometry",
  block({ state, rules, aisle }) {
    const planned = rules.planOf(state.status?.openAisle ?? 0, aisle);
    return planned.ok ? null : planned.block;
  },
};

/** In the order in which a person clears them. */
const start: Guard[] = [
  ...startOnly,
  notLocked,
  plausible,
  link,
  fresh,
  proven,
  ...interlockGuards,
  noFault,
  noAlarm,
  noRoomAlarm,
  notInhibited,
  ...atRest,
  ...peopleGuards,
  geometry,
  ...wishGuards,
];

/**
 * Other ends happen where they arrive: lost link (advance-area), inhibit (on-request), lock (on-lock), bad status (on-status).
 */
const keepGoing: Guard[] = [
  fresh,
  ...interlockGuards,
  noFault,
  noAlarm,
  {
    rule: "S4",
    name: "notStopped",
    block: ({ state }) => (state.status?.activity === "stopped" ? blocked("motion-stopped") : null),
  },
  nobodyEntered,
  {
    rule: "S14",
    name: "deadline",
    block({ state, atMs }) {
      const motion = state.motion;
      if (motion?.phase !== "moving" || atMs < motion.deadlineMs) return null;
      return blocked("motion-timeout", { limitS: Math.round(motion.timeoutMs / 1000) });
    },
  },
];

export const areaGuards: AreaGuards = { start, keepGoing };

export function firstBlock(guards: readonly Guard[], look: Look): Block | null {
  for (const guard of guards) {
    const block = guard.block(look);
    if (block) return block;
  }
  return null;
}
