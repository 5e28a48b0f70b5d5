import type { ErrorCode } from "../contract/errors.ts";
import type { RefusalReason, ShelfStatus } from "../contract/shelf.ts";
import { clockSkewMsMax } from "../contract/shelf.ts";
import type { AreaState, Motion, Params, Setting } from "./area-state.ts";
import { confirmStop, lookForReset, stopAtReconnect } from "./follow-stop.ts";
import { firstBlock, isFresh, isMoving, suspectBlock } from "./guards.ts";
import { keeps } from "./keeps.ts";
import { countOccupancy } from "./occupancy.ts";
import { forgetHold, stopUnderLock } from "./on-lock.ts";
import { latchAfterFire } from "./on-room-alarm.ts";
import { isMadeAfter, provenSince } from "./picture-proof.ts";
import type { Block } from "./plan-opening.ts";
import { isOfSteel } from "./plausible-status.ts";
import { unconfirmed } from "./seen-by-inputs.ts";
import { followOrder } from "./status-order.ts";
import {
  decide,
  endMotionAtRest,
  endMotionByStop,
  endSetting,
  hold,
  lookAtMotion,
  sendStop,
  type Turn,
} from "./turn.ts";

export function onStatus(turn: Turn, status: ShelfStatus, madeAfterMs: number | null): void {
  const { state, rules, atMs } = turn;
  const why = rules.judge({ rules, state, status, atMs });
  if (why === "repeat") {
    state.statusesRepeated++;
    return;
  }
  const wasUnknown = state.link === "unknown";
  if (wasUnknown) state.link = "up";
  if (why) onImplausible(turn, status, why);
  else onPlausible(turn, status, madeAfterMs);
  // The first message of the controller counts as a connection too.
  if (wasUnknown) stopAtReconnect(turn);
}

function onPlausible(turn: Turn, status: ShelfStatus, madeAfterMs: number | null): void {
  const { state, rules, atMs } = turn;
  const before = state.status;
  const hasRestarted = before?.bootId != null && status.bootId !== before.bootId;
  const isUnbroken = state.link === "up" && !hasRestarted && isFresh(state, rules, atMs);
  const counted = countOccupancy(state.kept, before, status, isUnbroken);
  // A confirmation was given for the aisle that was open before.
  if (!isUnbroken || isMoving(status) || status.openAisle !== before?.openAisle) state.seen = unconfirmed(state.seen);
  tellNewAlarms(turn, state.heard, status);
  state.order = followOrder(state.order, status);
  state.heard = status;
  state.madeAfterMs = provenSince(state, status, madeAfterMs);
  state.status = status;
  state.statusAtMs = atMs;
  state.rest = restOf(turn, status, hasRestarted);
  if (state.suspect && atMs - state.suspect.atMs >= rules.limits.suspectHoldMs) state.suspect = null;
  const isNewlyConfirmed =
    counted.confirmedEntrySeq !== null && counted.confirmedEntrySeq !== state.kept.confirmedEntrySeq;
  state.kept = isNewlyConfirmed && state.suspect ? { ...counted, confirmedEntrySeq: null } : counted;
  if (status.activity === "stopped" || status.interlocks.emergencyStop || status.interlocks.inhibited)
    hold(turn, "shelf");
  if (hasRestarted) {
    if (state.motion) endMotionByStop(turn, state.motion, "failed", "controller-restarted");
    if (state.setting) endSetting(turn, state.setting, "failed", "controller-restarted");
    stopAtReconnect(turn);
  }
  confirmStop(turn, status);
  lookForReset(turn, status);
  // After both: a STOP given because of this status cannot be answered by the same status.
  latchAfterFire(turn, before, status);
  stopLateStart(turn, status);
  stopUnderLock(turn, status);
  if (state.setting) followSetting(turn, state.setting, status);
  forgetHold(turn, status);
  if (state.motion) followMotion(turn, state.motion, status);
}

/**
 * When the carriages were last at rest with an aisle open. Half-way and rolling do not count; a boot or lost homing clears it.
 */
function restOf({ state, atMs }: Turn, status: ShelfStatus, hasRestarted: boolean): AreaState["rest"] {
  const { openAisle } = status;
  if (hasRestarted || status.interlocks.notHomed) return null;
  return openAisle !== null && openAisle > 0 && !isMoving(status) ? { openAisle, atMs } : state.rest;
}

/**
 * An impossible status cancels every permission and ends what moves. It answers, confirms and resets nothing; the danger that it
 * shows counts all the same.
 */
function onImplausible(turn: Turn, status: ShelfStatus, why: Block): void {
  const { state, rules, atMs } = turn;
  state.statusesRefused++;
  state.seen = unconfirmed(state.seen);
  const isOld = why.code === "status-boot-again" || why.code === "status-older";
  if (!isOld) {
    tellNewAlarms(turn, state.heard, status);
    state.order = followOrder(state.order, status);
    state.heard = status;
  }
  state.suspect = { status, atMs, why };
  const toldAtMs = state.suspectsTold[why.code];
  if (toldAtMs === undefined || atMs - toldAtMs >= rules.limits.suspectToldAgainMs) {
    state.suspectsTold = { ...state.suspectsTold, [why.code]: atMs };
    const about = { commandId: null, verb: "status", aisle: 0, actor: "controller" };
    decide(turn, "implausible", about, why.code, why.params, true);
  }
  stopLateStart(turn, status);
  stopUnderLock(turn, status);
  const { motion } = state;
  if (motion && motion.phase !== "warning") endMotionByStop(turn, motion, "stopped", why.code, why.params);
  else if (isOfSteel(why) && !state.needsReset) sendStop(turn, null);
}

/** Reported once when they come, on every console (S16, S24). */
function tellNewAlarms(turn: Turn, before: ShelfStatus | null, after: ShelfStatus): void {
  for (const what of after.alarms ?? []) {
    if (before?.alarms?.includes(what)) continue;
    const about = { commandId: null, verb: "alarm", aisle: 0, actor: "controller" };
    decide(turn, "alarm", about, "area-alarm", { alarm: what }, true);
  }
}

/**
 * S3, S15: a motion that was given up must not begin after all. A controller without ids is watched as a whole until its reset.
 */
function stopLateStart(turn: Turn, status: ShelfStatus): void {
  const { state, rules } = turn;
  if (!isMoving(status) || state.stop || state.motion) return;
  const isDead = state.deadWireId !== null && status.lastCommand?.wireId === state.deadWireId;
  const isSuspect = status.lastCommand === null && state.needsReset !== null && !keeps(rules, "S15");
  if (!isDead && !isSuspect) return;
  sendStop(turn, null);
  const about = { commandId: null, verb: "stop", aisle: 0, actor: "gateway" };
  decide(turn, "late-start", about, "motion-late-start", {}, true);
}

function followSetting(turn: Turn, setting: Setting, status: ShelfStatus) {
  const ours = status.lastCommand?.wireId === setting.wireId ? status.lastCommand : null;
  if (ours?.result === "refused" && !isSaidOfRepeat(setting, ours.reason))
    return settingRefused(turn, setting, ours.reason);
  const cannotTell = status.lastCommand === null;
  const isSo =
    setting.verb === "pause"
      ? !isMoving(status) && (cannotTell || ours !== null)
      : status.interlocks.inhibited === (setting.verb === "inhibit");
  // The number of the command proves the time, too.
  const isNewer = turn.atMs > setting.sentAtMs && (ours !== null || isMadeAfter(turn.state, setting.sentAtMs));
  if (!isSo || !isNewer || suspectBlock(turn.state, turn.rules, turn.atMs)) return;
  if (setting.verb === "release" && !setting.isForLocks) turn.state.inhibited = false;
  endSetting(turn, setting, "done", null);
}

export function settingRefused(turn: Turn, setting: Setting, reason: RefusalReason | null): void {
  endSetting(turn, setting, "refused", ...sayRefusal(turn, reason, 0));
}

/** What it says of a repeat of one that it has taken already. */
const saidOfRepeats: readonly (RefusalReason | null)[] = ["duplicate", "busy"];

export function isSaidOfRepeat({ tries }: { tries: number }, reason: RefusalReason | null): boolean {
  return tries > 1 && saidOfRepeats.includes(reason);
}

/** Refused by a direct answer, before any status: at rest if only one write went out; otherwise the first may move. */
export function refusedAtOnce(turn: Turn, motion: Motion, reason: RefusalReason): void {
  if (motion.tries <= 1 && !saidOfRepeats.includes(reason)) endRefused(turn, motion, reason);
  else endMotionByStop(turn, motion, "failed", ...sayRefusal(turn, reason, motion.aisle));
}

function followMotion(turn: Turn, motion: Motion, status: ShelfStatus) {
  const { state, rules, atMs } = turn;
  if (motion.phase === "warning") return;
  const ours = status.lastCommand?.wireId === motion.wireId ? status.lastCommand : null;
  const isNewer = atMs > motion.sentAtMs && (status.lastCommand !== null || isMadeAfter(state, motion.sentAtMs));
  if (ours?.result === "refused") return endRefused(turn, motion, ours.reason);
  if (isNewer && isAtEnd(motion, status, ours?.result ?? null)) return endMotionAtRest(turn, motion, "done");
  const sawMoving = motion.sawMoving || (isNewer && isMoving(status));
  const isTaken = ours?.result === "accepted" || ours?.result === "done" || (status.lastCommand === null && sawMoving);
  let now: Motion = { ...motion, sawMoving };
  if (isTaken && motion.phase !== "moving") {
    now = { ...now, phase: "moving", deadlineMs: atMs + motion.timeoutMs };
    turn.effects.push({ kind: "progress", commandId: motion.commandId, state: "accepted", wireId: motion.wireId });
  }
  state.motion = now;
  const block = firstBlock(rules.guards.keepGoing, lookAtMotion(turn, now));
  if (block) endMotionByStop(turn, now, "stopped", block.code, block.params);
  else if (ours?.result === "done" && !isMoving(status)) {
    endMotionByStop(turn, now, "failed", "motion-wrong-end", { aisle: status.openAisle ?? "?" });
  }
}

/** Refused at the start, or broken off by the controller's own interlock: then the status shows which. */
function endRefused(turn: Turn, motion: Motion, reason: RefusalReason | null): void {
  const isShown = reason === null || reason === "interlock";
  const shown = isShown ? firstBlock(turn.rules.guards.keepGoing, lookAtMotion(turn, motion)) : null;
  const [code, params] = shown ? [shown.code, shown.params] : sayRefusal(turn, reason, motion.aisle);
  if (motion.phase === "moving") endMotionByStop(turn, motion, "stopped", code, params);
  else endMotionAtRest(turn, motion, "refused", code, params);
}

/** At the requested end state, at rest, and with evidence that this command brought it about. */
function isAtEnd(motion: Motion, status: ShelfStatus, result: string | null): boolean {
  if (status.activity !== "idle" || isMoving(status) || status.openAisle !== motion.aisle) return false;
  if (status.lastCommand !== null) return result === "done";
  // A controller also shows no open aisle just before it begins to close.
  return motion.sawMoving || (motion.aisle !== 0 && motion.fromAisle !== motion.aisle);
}

const refusalCodes: Record<RefusalReason, ErrorCode> = {
  stale: "command-expired",
  "wrong-epoch": "controller-knows-later",
  "wrong-position": "area-position-changed",
  busy: "area-busy",
  interlock: "area-interlock",
  occupied: "aisle-occupied",
  "not-confirmed": "aisle-not-confirmed",
  "unknown-aisle": "aisle-unknown",
  duplicate: "command-duplicate",
  "too-narrow": "aisle-too-narrow",
};

function sayRefusal({ state }: Turn, reason: RefusalReason | null, aisle: number): [ErrorCode, Params] {
  const skewMs = state.status?.clockSkewMs ?? 0;
  // The command expired at a controller with another clock: the clocks have to be set right.
  if (reason === "stale" && Math.abs(skewMs) > clockSkewMsMax)
    return ["command-expired-clocks", { skewS: Math.round(skewMs / 100) / 10 }];
  return reason === null ? ["area-interlock", {}] : [refusalCodes[reason], { aisle, epoch: state.epoch }];
}
