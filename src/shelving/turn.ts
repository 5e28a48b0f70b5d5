/** One step of the machine in progress: the next state, the effects so far, and the ways in which commands end. */
import type { ErrorCode } from "../contract/errors.ts";
import type { Interlocks } from "../contract/shelf.ts";
import { type AreaRules, stopsWaitingMax } from "./area-rules.ts";
import type {
  AreaEffect,
  AreaState,
  DecisionKind,
  HeldBy,
  InputsSeen,
  Motion,
  Outcome,
  Params,
  Setting,
} from "./area-state.ts";
import { ageMs, type Look } from "./guards.ts";
import { occupancyOf } from "./occupancy.ts";
import { pictureAgeMs } from "./picture-proof.ts";
import { sensorsSeen, unconfirmed } from "./seen-by-inputs.ts";

export interface Turn {
  rules: AreaRules;
  /** A shallow copy: its own fields may be changed, but not the objects inside. */
  state: AreaState;
  effects: AreaEffect[];
  atMs: number;
}

/** The view by which a motion under way is checked. */
export function lookAtMotion({ state, rules, atMs }: Turn, { aisle, askedAtMs }: Motion): Look {
  return { state, rules, atMs, aisle, epoch: state.epoch, askedAtMs, ageMsMax: Number.POSITIVE_INFINITY };
}

export function inputsSeen(state: AreaState, rules: AreaRules, atMs: number): InputsSeen {
  const { status, motion } = state;
  const { people, entrySeq, confirmedEntrySeq } = occupancyOf(state, rules, atMs);
  const interlocks = status ? (Object.keys(status.interlocks) as (keyof Interlocks)[]) : [];
  return {
    link: state.link,
    statusAgeMs: ageMs(state, atMs),
    pictureAgeMs: pictureAgeMs(state, atMs),
    activity: status?.activity ?? null,
    openAisle: status?.openAisle ?? null,
    interlocks: interlocks.filter((name) => status?.interlocks[name]),
    people,
    entrySeq,
    confirmedEntrySeq,
    ...(rules.occupancyInputs.length > 0 ? { sensors: sensorsSeen(state, rules) } : {}),
    bootId: status?.bootId ?? null,
    epoch: state.epoch,
    locks: state.locks.map((lock) => lock.personId),
    needsReset: state.needsReset !== null,
    suspect: state.suspect?.why.code ?? null,
    motion: motion?.commandId ?? null,
  };
}

type About = { commandId: string | null; verb: string; aisle: number; actor: string };

export function decide(
  turn: Turn,
  decision: DecisionKind,
  about: About,
  code: ErrorCode | null = null,
  params: Params = {},
  alarm = false,
): void {
  const inputs = inputsSeen(turn.state, turn.rules, turn.atMs);
  const { commandId, verb, aisle, actor } = about;
  turn.effects.push({ kind: "decision", decision, commandId, verb, aisle, actor, code, params, inputs, alarm });
}

export function settle(
  turn: Turn,
  commandId: string,
  outcome: Outcome,
  code: ErrorCode | null = null,
  params: Params = {},
): void {
  turn.effects.push({ kind: "settle", commandId, outcome, code, params });
}

/** One STOP within a step is enough. */
export function pushStop(turn: Turn): void {
  if (!turn.effects.some((effect) => effect.kind === "stop")) turn.effects.push({ kind: "stop" });
}

/** STOP has no conditions: first the effect, then the bookkeeping. After it motion stays blocked until a reset (S3). */
export function sendStop(turn: Turn, commandId: string | null): void {
  pushStop(turn);
  const { state, atMs } = turn;
  const watch = state.stop;
  const waiting = watch?.commandIds ?? [];
  const isFull = waiting.length >= stopsWaitingMax;
  const commandIds = commandId === null || isFull || waiting.includes(commandId) ? waiting : [...waiting, commandId];
  if (commandId !== null && isFull) settle(turn, commandId, "failed", "too-many-requests");
  state.stop = {
    commandIds,
    firstAtMs: watch?.firstAtMs ?? atMs,
    lastAtMs: atMs,
    repeats: watch?.repeats ?? 0,
    answeredAtMs: null,
    isTold: watch?.isTold ?? false,
  };
  state.needsReset = { sinceMs: atMs, latchedBootId: null };
  hold(turn, "stop");
}

/** Cancels all requests made up to now. */
export function hold({ state, atMs }: Turn, by: HeldBy): void {
  state.held = { ...state.held, [by]: atMs };
}

/** The motion reached its end, never began or was paused: nothing moves, nothing needs to be stopped. */
export function endMotionAtRest(
  turn: Turn,
  motion: Motion,
  outcome: "done" | "refused" | "expired" | "stopped",
  code: ErrorCode | null = null,
  params: Params = {},
): void {
  decide(turn, outcome === "done" ? "done" : "ended", motion, code, params);
  turn.state.motion = null;
  if (outcome !== "done") turn.state.deadWireId = motion.wireId;
  // A refused command moved nothing.
  if (outcome !== "refused" && motion.phase !== "warning") turn.state.seen = unconfirmed(turn.state.seen);
  leave(turn, motion);
  settle(turn, motion.commandId, outcome, code, params);
}

/** Every other end of a motion is a STOP. */
export function endMotionByStop(
  turn: Turn,
  motion: Motion,
  outcome: "failed" | "stopped" | "expired",
  code: ErrorCode,
  params: Params = {},
): void {
  sendStop(turn, null);
  turn.state.seen = unconfirmed(turn.state.seen);
  leave(turn, motion);
  decide(turn, "ended", motion, code, params, true);
  turn.state.motion = null;
  turn.state.deadWireId = motion.wireId;
  settle(turn, motion.commandId, outcome, code, params);
}

function leave(turn: Turn, motion: Motion): void {
  if (motion.phase !== "warning") turn.effects.push({ kind: "heartbeat", on: false });
}

/** If the controller gives no warning (S12), the gateway does, on every console with light and sound. */
export function warnsItself(rules: AreaRules): boolean {
  return rules.cannotKeep.has("S12");
}

export function endSetting(
  turn: Turn,
  setting: Setting,
  outcome: "done" | "refused" | "failed",
  code: ErrorCode | null,
  params: Params = {},
): void {
  turn.state.setting = null;
  const about = { ...setting, aisle: 0 };
  decide(turn, outcome === "done" ? "done" : "ended", about, code, params, outcome === "failed");
  settle(turn, setting.commandId, outcome, code, params);
  const motion = turn.state.motion;
  if (setting.verb !== "pause" || !motion) return;
  // A requested pause has reached its aim either way: the carriages stand.
  if (outcome === "done") endMotionAtRest(turn, motion, "stopped", "motion-paused");
  else endMotionByStop(turn, motion, "stopped", "motion-paused");
}

/** The next wire id: never the controller's last one, also after a restart of the gateway. */
export function nextWireId(state: AreaState): number {
  const used = Math.max(state.wireId, 0);
  const next = (used % 65_535) + 1;
  const last = state.status?.lastCommand?.wireId ?? 0;
  return next === last ? (next % 65_535) + 1 : next;
}
