import type { ErrorCode } from "../contract/errors.ts";
import type { RefusalReason, ShelfStatus } from "../contract/shelf.ts";
import type { Motion, Params, Setting } from "./area-state.ts";
import { firstBlock, isFresh, isMoving } from "./guards.ts";
import { keeps } from "./keeps.ts";
import { countOccupancy } from "./occupancy.ts";
import { forgetHold, stopUnderLock } from "./on-lock.ts";
import { latchAfterFire } from "./on-room-alarm.ts";
import { decide, endMotionAtRest, endMotionByStop, endSetting, sendStop, settle, type Turn } from "./turn.ts";

export function onStatus(turn: Turn, status: ShelfStatus): void {
  const { state, rules, atMs } = turn;
  const before = state.status;
  const hasRestarted = before?.bootId != null && status.bootId !== before.bootId;
  const isUnbroken = state.link === "up" && !hasRestarted && isFresh(state, rules, atMs);
  state.kept = countOccupancy(state.kept, before, status, isUnbroken);
  if (state.link === "unknown") state.link = "up";
  state.status = status;
  state.statusAtMs = atMs;
  if (hasRestarted) {
    if (state.motion) endMotionByStop(turn, state.motion, "failed", "controller-restarted");
    if (state.setting) endSetting(turn, state.setting, "failed", "controller-restarted");
  } else if (before) lookForReset(turn, before, status);
  tellNewAlarms(turn, before, status);
  latchAfterFire(turn, before, status);
  confirmStop(turn, status);
  stopLateStart(turn, status);
  stopUnderLock(turn, status);
  if (state.setting) followSetting(turn, state.setting, status);
  forgetHold(turn, status);
  if (state.motion) followMotion(turn, state.motion, status);
}

/** A reset is seen as an act at the panel; a controller that latches for itself (S3) may also simply be open again. */
function lookForReset(turn: Turn, before: ShelfStatus, after: ShelfStatus): void {
  const { state, rules, atMs } = turn;
  if (!state.needsReset || isMoving(after) || after.activity === "stopped" || after.activity === "fault") return;
  const confirmed = after.occupancy.confirmedEntrySeq;
  const isAct =
    (before.interlocks.panelLoggedOut && !after.interlocks.panelLoggedOut) ||
    (before.interlocks.tripped && !after.interlocks.tripped) ||
    before.activity === "stopped" ||
    before.activity === "fault" ||
    (confirmed !== null && confirmed !== before.occupancy.confirmedEntrySeq);
  const hadTimeToLatch = atMs - state.needsReset.sinceMs >= rules.limits.latchShownMs;
  const isOpenAgain = keeps(rules, "S3") && hadTimeToLatch;
  if (!isAct && !isOpenAgain) return;
  state.needsReset = null;
  decide(turn, "reset-seen", { commandId: null, verb: "reset", aisle: 0, actor: "panel" });
}

/** Once when it comes, on every console (S16, S24). */
function tellNewAlarms(turn: Turn, before: ShelfStatus | null, after: ShelfStatus): void {
  for (const what of after.alarms ?? []) {
    if (before?.alarms?.includes(what)) continue;
    const about = { commandId: null, verb: "alarm", aisle: 0, actor: "controller" };
    decide(turn, "alarm", about, "area-alarm", { alarm: what }, true);
  }
}

function confirmStop(turn: Turn, status: ShelfStatus): void {
  const watch = turn.state.stop;
  if (!watch || isMoving(status) || turn.atMs <= watch.firstAtMs) return;
  turn.state.stop = null;
  for (const commandId of watch.commandIds) settle(turn, commandId, "done");
}

/** S3, S15: what was given up must not begin after all. A controller without ids is watched as a whole until its reset. */
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
  if (ours?.result === "refused") {
    return endSetting(turn, setting, "refused", ...sayRefusal(ours.reason, 0));
  }
  const cannotTell = status.lastCommand === null;
  const isSo =
    setting.verb === "pause"
      ? !isMoving(status) && (cannotTell || ours !== null)
      : status.interlocks.inhibited === (setting.verb === "inhibit");
  if (!isSo || turn.atMs <= setting.sentAtMs) return;
  if (setting.verb === "release" && !setting.isForLocks) turn.state.inhibited = false;
  endSetting(turn, setting, "done", null);
}

function followMotion(turn: Turn, motion: Motion, status: ShelfStatus) {
  const { state, rules, atMs } = turn;
  if (motion.phase === "warning") return;
  const ours = status.lastCommand?.wireId === motion.wireId ? status.lastCommand : null;
  const isNewer = atMs > motion.sentAtMs;
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
  const look = { state, rules, atMs, aisle: motion.aisle, epoch: state.epoch };
  const block = firstBlock(rules.guards.keepGoing, look);
  if (block) endMotionByStop(turn, now, "stopped", block.code, block.params);
  else if (ours?.result === "done" && !isMoving(status)) {
    endMotionByStop(turn, now, "failed", "motion-wrong-end", { aisle: status.openAisle ?? "?" });
  }
}

/** Refused at the start, or broken off by the controller's own interlock: then the status says which. */
function endRefused(turn: Turn, motion: Motion, reason: RefusalReason | null): void {
  const { state, rules, atMs } = turn;
  const look = { state, rules, atMs, aisle: motion.aisle, epoch: state.epoch };
  const shown = reason === null || reason === "interlock" ? firstBlock(rules.guards.keepGoing, look) : null;
  const [code, params] = shown ? [shown.code, shown.params] : sayRefusal(reason, motion.aisle);
  if (motion.phase === "moving") endMotionByStop(turn, motion, "stopped", code, params);
  else endMotionAtRest(turn, motion, "refused", code, params);
}

/** The end state itself, at rest, and a reason to believe that this command brought it about. */
function isAtEnd(motion: Motion, status: ShelfStatus, result: string | null): boolean {
  if (status.activity !== "idle" || isMoving(status) || status.openAisle !== motion.aisle) return false;
  if (status.lastCommand !== null) return result === "done";
  // No aisle open is also what a controller shows just before it begins to close.
  return motion.sawMoving || (motion.aisle !== 0 && motion.fromAisle !== motion.aisle);
}

const refusalCodes: Record<RefusalReason, ErrorCode> = {
  stale: "command-expired",
  "wrong-epoch": "command-not-ours",
  "wrong-position": "area-position-changed",
  busy: "area-busy",
  interlock: "area-interlock",
  occupied: "aisle-occupied",
  "not-confirmed": "aisle-not-confirmed",
  "unknown-aisle": "aisle-unknown",
  duplicate: "command-duplicate",
  "too-narrow": "aisle-too-narrow",
};

function sayRefusal(reason: RefusalReason | null, aisle: number): [ErrorCode, Params] {
  return reason === null ? ["area-interlock", {}] : [refusalCodes[reason], { aisle }];
}
