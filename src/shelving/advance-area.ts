/**
 * The machine of one area: `advance(state, input) → { state, effects }`. It has no clock and no I/O; unknown = no. The controller
 * has its own safety: this machine requests or forbids, and never overrides it (docs/safety.md).
 */

import type { RefusalReason } from "../contract/shelf.ts";
import { type AreaRules, triesMax } from "./area-rules.ts";
import { type Advanced, type AreaInput, type AreaState, firstAreaState } from "./area-state.ts";
import { onResetInput, onStopAnswered, repeatStop, stopAtReconnect } from "./follow-stop.ts";
import { firstBlock } from "./guards.ts";
import { keeps } from "./keeps.ts";
import { onClockGap } from "./on-clock-gap.ts";
import { onLead } from "./on-lead.ts";
import { onLock, onUnlock } from "./on-lock.ts";
import { onConfirmInput, onOccupancy } from "./on-people.ts";
import { onRequest, startAgeMsMax, writeMotion } from "./on-request.ts";
import { onRoomAlarm } from "./on-room-alarm.ts";
import { isSaidOfRepeat, onStatus, refusedAtOnce, settingRefused } from "./on-status.ts";
import { unconfirmed } from "./seen-by-inputs.ts";
import { endUntold, onSettingLost, sendLostAgain } from "./send-setting.ts";
import {
  decide,
  endMotionAtRest,
  endMotionByStop,
  endSetting,
  lookAtMotion,
  sendStop,
  settle,
  type Turn,
} from "./turn.ts";

export function advanceArea(rules: AreaRules, state: AreaState, input: AreaInput): Advanced {
  const turn: Turn = { rules, state: { ...state }, effects: [], atMs: input.atMs };
  switch (input.kind) {
    case "stop":
      onStop(turn, input.commandId, input.actor);
      break;
    case "stop-answered":
      onStopAnswered(turn);
      break;
    case "clock-gap":
      onClockGap(turn, input.gapMs);
      break;
    case "status":
      onStatus(turn, input.status, input.madeAfterMs);
      break;
    case "link":
      onLink(turn, input.up);
      break;
    case "request":
      onRequest(turn, input);
      break;
    case "lock":
      onLock(turn, input.lock);
      break;
    case "unlock":
      onUnlock(turn, input.personId);
      break;
    case "reset-input":
      onResetInput(turn, input.inputId);
      break;
    case "occupancy":
      onOccupancy(turn, input);
      break;
    case "confirm-input":
      onConfirmInput(turn, input.inputId, input.pressedAtMs);
      break;
    case "room-alarm":
      onRoomAlarm(turn, input.what);
      break;
    case "lead":
      onLead(turn, input.standing);
      break;
    case "written":
      onWritten(turn, input.wireId);
      break;
    case "write-failed":
      onWriteFailed(turn, input.wireId, input.reason ?? null);
      break;
    case "tick":
      onTick(turn);
      break;
    case "restart":
      onRestart(turn, input.epoch);
      break;
  }
  return { state: turn.state, effects: turn.effects };
}

/** Accepted in every state, before everything else; what it ends does not restart by itself. */
function onStop(turn: Turn, commandId: string, actor: string): void {
  const motion = turn.state.motion;
  sendStop(turn, commandId);
  decide(turn, "stop", { commandId, verb: "stop", aisle: 0, actor });
  if (motion) endMotionByStop(turn, motion, "stopped", "motion-stopped");
}

function onLink(turn: Turn, up: boolean) {
  const { state } = turn;
  state.link = up ? "up" : "down";
  if (up) return stopAtReconnect(turn);
  // The gateway's own count of people may have changed unseen.
  state.kept = { ...state.kept, confirmedEntrySeq: null };
  state.seen = unconfirmed(state.seen);
  if (state.motion) endMotionByStop(turn, state.motion, "failed", "motion-link-lost");
  if (state.setting) endUntold(turn, state.setting, "motion-link-lost");
}

function onWritten(turn: Turn, wireId: number): void {
  const motion = turn.state.motion;
  if (motion?.wireId !== wireId || motion.phase !== "sending") return;
  turn.state.motion = {
    ...motion,
    phase: "sent",
    deadlineMs: turn.atMs + turn.rules.limits.startMaxMs + turn.rules.limits.acceptMarginMs,
  };
}

/**
 * The outcome of the write is unknown: one repeat of the same wire id in time, after a last check; then it failed and is stopped.
 */
function onWriteFailed(turn: Turn, wireId: number, reason: RefusalReason | null) {
  const { state, rules, atMs } = turn;
  const { motion, setting } = state;
  // It has the one before: its status says what became of that.
  if (setting?.wireId === wireId && isSaidOfRepeat(setting, reason)) return;
  if (setting?.wireId === wireId && reason !== null) return settingRefused(turn, setting, reason);
  if (setting?.wireId === wireId) return onSettingLost(turn, setting);
  if (motion?.wireId !== wireId || motion.phase !== "sending") return;
  if (reason !== null) return refusedAtOnce(turn, motion, reason);
  if (motion.tries < triesMax && atMs < motion.latestSendMs && keeps(rules, "S15")) {
    const block = lastLook(turn);
    if (!block) return writeMotion(turn, motion);
  }
  endMotionByStop(turn, motion, "failed", "command-not-delivered");
}

/** S12: checks the inputs once more, as if the request came now. */
function lastLook(turn: Turn) {
  const { state, rules, atMs } = turn;
  const aisle = state.motion?.aisle ?? 0;
  const askedAtMs = state.motion?.askedAtMs ?? Number.NEGATIVE_INFINITY;
  const ageMsMax = startAgeMsMax(rules);
  const look = { state: { ...state, motion: null }, rules, atMs, aisle, epoch: state.epoch, askedAtMs, ageMsMax };
  const block = firstBlock(rules.guards.start, look);
  if (block || state.status?.openAisle === state.motion?.fromAisle) return block;
  return { code: "area-position-changed" as const, params: {} };
}

function onTick(turn: Turn) {
  const { state, rules, atMs } = turn;
  repeatStop(turn);
  const setting = state.setting;
  if (setting && atMs >= setting.deadlineMs && setting.lostAtMs === null)
    endSetting(turn, setting, "failed", "command-not-confirmed");
  sendLostAgain(turn);
  const motion = state.motion;
  if (!motion) return;
  if (motion.phase === "warning") return endWarning(turn);
  const block = firstBlock(rules.guards.keepGoing, lookAtMotion(turn, motion));
  if (block) {
    const isUnheard = block.code === "area-offline" || block.code === "area-stale" || block.code === "motion-timeout";
    return endMotionByStop(turn, motion, isUnheard ? "failed" : "stopped", block.code, block.params);
  }
  if (motion.phase === "moving" || atMs < motion.deadlineMs) return;
  // The command had no effect. A controller that keeps the expiry will not start any more; another one is stopped to be sure.
  if (motion.phase === "sent" && keeps(rules, "S15")) endMotionAtRest(turn, motion, "expired", "command-expired");
  else endMotionByStop(turn, motion, "expired", "command-expired");
}

function endWarning(turn: Turn) {
  const { state, atMs } = turn;
  const motion = state.motion;
  if (!motion) return;
  if (atMs >= motion.latestSendMs) return endMotionAtRest(turn, motion, "expired", "command-expired");
  const block = lastLook(turn);
  if (block) return endMotionAtRest(turn, motion, "refused", block.code, block.params);
  if (atMs >= motion.deadlineMs) writeMotion(turn, motion);
}

/** A new grant with a higher epoch: a motion under way fails and is stopped once more; nothing else is sent (S3, S14). */
function onRestart(turn: Turn, epoch: number): void {
  const { state, rules, atMs } = turn;
  const wasBusy = state.motion !== null || state.needsReset !== null;
  const open = [state.motion?.commandId, state.setting?.commandId, ...(state.stop?.commandIds ?? [])];
  for (const commandId of open) if (commandId !== undefined) settle(turn, commandId, "failed", "gateway-restarted");
  if (state.motion) turn.effects.push({ kind: "heartbeat", on: false });
  const needsReset = wasBusy || !keeps(rules, "S3") ? { sinceMs: atMs } : null;
  const { wireId, inhibited, locks, isHeldForLocks, roomAlarm, lead } = state;
  turn.state = firstAreaState({ epoch, wireId, inhibited, locks, isHeldForLocks, roomAlarm, lead, needsReset });
}
