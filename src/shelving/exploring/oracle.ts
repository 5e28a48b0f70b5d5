/**
 * The safety rules for one step, written a second time and on purpose without the machine's own guards: the judge of the explorer
 * and of the random walk.
 */
import type { Interlocks, ShelfStatus } from "../../contract/shelf.ts";
import type { AreaRules } from "../area-rules.ts";
import type { Advanced, AreaEffect, AreaInput, AreaState } from "../area-state.ts";
import { faultOfInhibit, faultOfLost, faultOfRepeat, faultUnderLock } from "./oracle-holds.ts";
import { isEntered, whyNotEmpty } from "./oracle-people.ts";
import type { Shadow } from "./shadow.ts";
import { isHeldBack, moves } from "./what-moves.ts";

/** 870 mm at 30 mm/s with 3 s of warning and 5 s to spare. */
const travelMaxMs = 37_000;

/** Why nothing may start now, or null. */
export function whyNoStart(
  shadow: Shadow,
  rules: AreaRules,
  state: AreaState,
  aisle: number,
  atMs: number,
): string | null {
  const bad = whyNoMotion(shadow, atMs);
  if (bad) return bad;
  if (shadow.lead !== "held") return `I4 the lead is ${shadow.lead}`;
  if (isOld(shadow, atMs)) return "S15 by a picture that may be old";
  if (isHeldBack(shadow, atMs)) return "begins within a second of a status that cannot be so";
  const status = shadow.status as ShelfStatus;
  if (moves(status) || status.activity !== "idle") return "S11/S3 not idle";
  if (shadow.stoppedAtMs !== null || shadow.isStopOut) return "S3 not reset";
  if (status.openAisle === null) return "S15 position unknown";
  const occupied = whyNotEmpty(shadow, rules, state, atMs);
  if (occupied) return occupied;
  const planned = rules.planOf(status.openAisle, aisle);
  return planned.ok ? null : `S18 ${planned.block.code}`;
}

/** Counted from when it may have been made, not from its arrival. */
const isOld = (shadow: Shadow, atMs: number) => atMs - shadow.madeAfterMs > 1500;

function whyNoMotion(shadow: Shadow, atMs: number): string | null {
  const { status } = shadow;
  if (!shadow.link || status === null) return "S3 no link";
  if (shadow.isSuspect) return "a status that cannot be so";
  if (Math.abs(atMs - shadow.statusAtMs) > 1000) return "S15 stale";
  for (const name in status.interlocks) if (status.interlocks[name as keyof Interlocks]) return `interlock ${name}`;
  if (status.activity === "fault" || status.columns.some((column) => column.fault)) return "S10 fault";
  if (status.alarms?.some((alarm) => alarm === "fire" || alarm === "smoke" || alarm === "over-speed"))
    return "S21 alarm";
  if (shadow.roomAlarm !== null) return `S21 ${shadow.roomAlarm} in the room`;
  if (shadow.locks.length > 0) return `S22 locked by ${shadow.locks.join(" and ")}`;
  return shadow.inhibited ? "inhibited" : null;
}

/** Returns what is wrong with this step, or null; never throws. `shadow` is after hear(). */
export function faultOf(
  rules: AreaRules,
  shadow: Shadow,
  before: AreaState,
  input: AreaInput,
  { state, effects }: Advanced,
): string | null {
  const stopAt = effects.findIndex((effect) => effect.kind === "stop");
  if (input.kind === "stop") {
    if (stopAt !== 0) return "STOP was not sent first";
    if (state.motion) return "STOP left a command under way";
  }
  for (const effect of effects) {
    const fault = effect.kind === "send" ? faultOfSend(rules, shadow, before, input, effect) : null;
    if (fault) return fault;
    if (effect.kind === "settle" && effect.outcome === "done") {
      const wrong = faultOfDone(rules, shadow, before, input, effect);
      if (wrong) return wrong;
    }
  }
  const untold = faultOfStopping(rules, shadow, before, input, state, stopAt >= 0);
  if (untold) return untold;
  const release = before.setting?.verb === "release" ? before.setting : null;
  const isByRequest = input.kind === "request" && input.verb === "release" && rules.cannotKeep.has("S22");
  if (before.inhibited && !state.inhibited && !isByRequest && (!release || release.isForLocks))
    return "somebody's inhibit ended without their release";
  if (before.inhibited && !state.inhibited && input.kind === "status" && shadow.inhibitAtMs >= shadow.releaseAtMs)
    return "an inhibit ended by a release that was asked before it";
  const pretended =
    faultOfInhibit(shadow, before, input, { state, effects }) ?? faultOfLost(shadow, input, { state, effects });
  if (pretended) return pretended;
  const underLock = faultUnderLock(shadow, input, state, stopAt >= 0);
  if (underLock) return underLock;
  if (shadow.roomAlarm !== null && state.motion) return "S21 a motion under a room alarm";
  const withoutLead = faultWithoutLead(shadow, before, input, { state, effects }, stopAt >= 0);
  if (withoutLead) return withoutLead;
  const idle = ["restart", "lead", "link", "written", "unlock", "room-alarm", "occupancy", "confirm-input"];
  if (idle.includes(input.kind)) {
    if (effects.some((effect) => effect.kind === "send")) return `S3 sent something on ${input.kind}`;
  }
  if ((input.kind === "request" || input.kind === "stop") && !isKnown(before, input.commandId)) {
    if (!effects.some((effect) => effect.kind === "decision")) return "S24 no decision noted";
    if (
      !isKnown(state, input.commandId) &&
      !effects.some((e) => e.kind === "settle" && e.commandId === input.commandId)
    )
      return "a request was neither taken nor settled";
  }
  return (
    faultOfMotion(rules, shadow, before, input, state, effects, stopAt >= 0) ??
    faultOfSettling(before, input, state, effects)
  );
}

/** Standing still is not obedience, idle is not a reset, and a STOP that is not followed goes out again. */
function faultOfStopping(
  rules: AreaRules,
  shadow: Shadow,
  before: AreaState,
  input: AreaInput,
  state: AreaState,
  hasStop: boolean,
): string | null {
  if (input.kind === "restart") return null;
  if (before.needsReset && !state.needsReset && shadow.stoppedAtMs !== null) return "S3 a reset that nobody did";
  if (before.stop && !state.stop && shadow.isStopOut) return "S4 a STOP counts as followed that nobody showed";
  if (shadow.isFireOver && !hasStop) return "S21 a fire is over, and no STOP latches it";
  if (!shadow.isStopOut || hasStop) return null;
  if (input.kind === "link" && input.up) return "S4 a STOP that is out is not sent again at the reconnect";
  const isDue =
    input.kind === "tick" && shadow.link === true && input.atMs - shadow.stopSentAtMs >= rules.limits.stopRepeatMs;
  return isDue ? "S4 a STOP that is out is not sent again" : null;
}

/** One writer an area: without a sure lead nothing begins, and motion has ended before the lease does. */
function faultWithoutLead(
  { lead }: Shadow,
  before: AreaState,
  input: AreaInput,
  { state, effects }: Advanced,
  hasStop: boolean,
): string | null {
  if (input.kind === "lead" && input.standing !== before.lead) {
    const isTold = effects.some((effect) => effect.kind === "decision" && effect.decision === "lead");
    if (!isTold) return "S24 a change of the lead is not noted";
  }
  if (lead === "held") return null;
  if (before.inhibited && !state.inhibited && input.kind === "request") return `released while the lead is ${lead}`;
  const { motion } = state;
  if (lead !== "unsure" && motion) return `moves on while the lead is ${lead}`;
  if (motion && (motion.phase === "warning" || motion.phase === "sending")) return `begins while the lead is ${lead}`;
  const isOut = before.motion !== null && before.motion.phase !== "warning";
  const isTaken = input.kind === "lead" && isOut && !motion;
  return isTaken && !hasStop ? `S4 what moves is let go without a STOP while the lead is ${lead}` : null;
}

function isKnown(state: AreaState, commandId: string): boolean {
  return (
    state.motion?.commandId === commandId ||
    state.setting?.commandId === commandId ||
    (state.stop?.commandIds.includes(commandId) ?? false)
  );
}

function faultOfSend(
  rules: AreaRules,
  shadow: Shadow,
  before: AreaState,
  input: AreaInput,
  { command, commandId }: AreaEffect & { kind: "send" },
): string | null {
  if (command.ttlMs < 1 || command.ttlMs > 2000) return `S15 time to live ${command.ttlMs}`;
  if (command.epoch !== shadow.epoch) return "S15 wrong epoch";
  if (command.wireId < 1 || command.wireId > 65_535) return `wire id ${command.wireId}`;
  if (input.kind === "request" && (input.commandId !== commandId || input.epoch !== shadow.epoch))
    return "S15 sent for somebody else";
  if (command.verb === "inhibit" || command.verb === "release" || command.verb === "pause") {
    if (command.verb === "inhibit" && input.kind === "tick") return faultOfRepeat(shadow, command, input.atMs);
    if (input.kind !== "request") return "a setting was sent unasked";
    if (command.verb !== "release") return null;
    if (shadow.locks.length > 0) return "S22 released under a lock";
    if (shadow.lead !== "held") return `released while the lead is ${shadow.lead}`;
    if (input.atMs - input.askedAtMs > 2000) return "S15 a release that was asked too long ago";
    if (isOld(shadow, input.atMs)) return "S15 released by a picture that may be old";
    if (!input.isForLocks) return null;
    return shadow.isHeld && !shadow.inhibited ? null : "S22 released what was not inhibited for locks";
  }
  const old = input.kind === "request" ? faultOfAge(shadow, input.askedAtMs, input.atMs) : null;
  if (old) return old;
  const isFirst = input.kind === "request" || (input.kind === "tick" && before.motion?.phase === "warning");
  const isRepeat = input.kind === "write-failed" && input.wireId === command.wireId && shadow.sends === 1;
  if (!isFirst && !isRepeat) return `S3 motion sent on ${input.kind}`;
  if (isFirst && before.motion && before.motion.phase !== "warning") return "S11 a second motion";
  const waited =
    before.motion?.phase === "warning" ? faultOfWarned(rules, shadow, before.motion.askedAtMs, input.atMs) : null;
  if (waited) return waited;
  if (isFirst && (before.setting || before.stop)) return "S11 a motion beside another command";
  if (isRepeat && input.atMs - shadow.sentAtMs >= 2000) return "S15 repeated after its time";
  if (command.verb === "open" ? command.aisle < 1 || command.aisle > rules.aisleCount : command.aisle !== 0)
    return "S18 no such aisle";
  if (command.expectedOpenAisle !== shadow.status?.openAisle) return "S15 wrong expected position";
  return whyNoStart(shadow, rules, before, command.aisle, input.atMs);
}

/** S12: the gateway's own warning adds to the limit. */
function faultOfWarned(rules: AreaRules, shadow: Shadow, askedAtMs: number, atMs: number): string | null {
  return faultOfAge(shadow, askedAtMs, Math.max(askedAtMs, atMs - rules.limits.warningMs));
}

/** A request ages from the press. */
function faultOfAge(shadow: Shadow, askedAtMs: number, atMs: number): string | null {
  if (atMs - askedAtMs > 2000) return "S15 begins too long after the press";
  return askedAtMs <= shadow.heldAtMs ? "S3 begins after what was asked later" : null;
}

function faultOfDone(
  rules: AreaRules,
  shadow: Shadow,
  before: AreaState,
  input: AreaInput,
  effect: { commandId: string },
): string | null {
  const motion = before.motion;
  const status = shadow.status;
  if (motion?.commandId === effect.commandId) {
    const isEnd = status?.activity === "idle" && !moves(status) && status.openAisle === motion.aisle;
    return input.kind === "status" && isEnd && !isHeldBack(shadow, input.atMs)
      ? null
      : `done on ${input.kind} without the end state`;
  }
  if (input.kind === "request" && input.commandId === effect.commandId) {
    if ((input.verb === "inhibit" || input.verb === "release") && rules.cannotKeep.has("S22")) return null;
    const isSeen =
      status !== null && shadow.link === true && !isOld(shadow, input.atMs) && !isHeldBack(shadow, input.atMs);
    const isSo = isSeen && !moves(status) && status.openAisle === input.aisle;
    return isSo && Math.abs(input.atMs - shadow.statusAtMs) <= 1000 ? null : "done at once without being so";
  }
  if (before.stop?.commandIds.includes(effect.commandId))
    return shadow.isStopOut ? "S4 a STOP is done that nobody showed" : null;
  const verb = before.setting?.commandId === effect.commandId ? before.setting.verb : null;
  const isInhibited = status?.interlocks.inhibited === true;
  if (isHeldBack(shadow, input.atMs)) return "done within a second of a status that cannot be so";
  if (verb === "inhibit" && !isInhibited) return "inhibit is done while the controller does not show it";
  if (verb === "release" && isInhibited) return "release is done while the controller is inhibited";
  return input.kind === "status" ? null : `done on ${input.kind}`;
}

function faultOfMotion(
  rules: AreaRules,
  shadow: Shadow,
  before: AreaState,
  input: AreaInput,
  state: AreaState,
  effects: readonly AreaEffect[],
  hasStop: boolean,
): string | null {
  const beat = effects.reduce((on, effect) => (effect.kind === "heartbeat" ? effect.on : on), shadow.isBeating);
  const isOut = state.motion !== null && state.motion.phase !== "warning";
  if (beat !== isOut) return `S14 heartbeat ${beat} while a command is ${isOut ? "" : "not "}under way`;
  if (input.kind === "clock-gap" && (state.motion?.phase === "warning" || state.motion?.phase === "sending"))
    return "a wish outlived a jump of the clock";
  if (isOut && ["status", "tick", "link", "occupancy"].includes(input.kind)) {
    const why = whyNoMotion(shadow, input.atMs);
    if (why) return `kept going: ${why}`;
    if (shadow.status?.activity === "stopped") return "kept going: S4 stopped";
    if (isEntered(shadow, rules, before.motion !== null, input.atMs)) return "kept going: S9 somebody entered";
    if (shadow.movingSinceMs !== null && input.atMs - shadow.movingSinceMs > travelMaxMs)
      return "kept going: S14 no time limit";
  }
  const ended = before.motion && state.motion?.commandId !== before.motion.commandId ? before.motion : null;
  const settle = ended && effects.find((e) => e.kind === "settle" && e.commandId === ended.commandId);
  if (ended && settle?.kind === "settle" && ended.phase !== "warning" && input.kind !== "restart") {
    const isQuiet =
      settle.outcome === "done" ||
      settle.outcome === "refused" ||
      (settle.outcome === "expired" && ended.phase === "sent") ||
      settle.code === "motion-paused";
    if (!isQuiet && !hasStop) return `motion ended as ${settle.outcome} ${settle.code} without a STOP`;
  }
  return null;
}

function faultOfSettling(
  before: AreaState,
  input: AreaInput,
  state: AreaState,
  effects: readonly AreaEffect[],
): string | null {
  const seen = new Set<string>();
  for (const effect of effects) {
    if (effect.kind !== "settle") continue;
    if (seen.has(effect.commandId)) return "settled twice";
    seen.add(effect.commandId);
    const isNew = (input.kind === "request" || input.kind === "stop") && input.commandId === effect.commandId;
    if (!isNew && !isKnown(before, effect.commandId)) return "settled a stranger";
    if (isKnown(state, effect.commandId)) return "settled and still under way";
    if (effect.outcome !== "done" && effect.code === null) return "an end without a reason";
  }
  const lost = before.motion && !isKnown(state, before.motion.commandId) && !seen.has(before.motion.commandId);
  return lost ? "a command was lost without an outcome" : null;
}
