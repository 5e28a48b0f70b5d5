/**
 * Standing still does not prove obedience, nor idle a reset. A STOP is followed when a status shows the controller stopped, or,
 * without such a status, when it answered. A reset is its own change from stopped to idle, or a wired key or button.
 */
import type { ErrorCode } from "../contract/errors.ts";
import type { ShelfStatus } from "../contract/shelf.ts";
import type { AreaRules } from "./area-rules.ts";
import type { AreaState, Params, StopWatch } from "./area-state.ts";
import { isFresh, isMoving, suspectBlock } from "./guards.ts";
import { keeps } from "./keeps.ts";
import { occupancyOf } from "./occupancy.ts";
import { isMadeAfter, pictureBlock } from "./picture-proof.ts";
import { decide, pushStop, sendStop, settle, type Turn } from "./turn.ts";

/** S4: the controller latches a STOP and shows it. */
function showsStopped(rules: AreaRules): boolean {
  return keeps(rules, "S4");
}

/** STOP may be pressed again while the first is out: the newest one must be shown. */
function givenLastMs({ stop, needsReset }: AreaState): number {
  return Math.max(stop?.firstAtMs ?? Number.NEGATIVE_INFINITY, needsReset?.sinceMs ?? Number.NEGATIVE_INFINITY);
}

export function onStopAnswered(turn: Turn): void {
  const watch = turn.state.stop;
  // A STOP that was not sent yet cannot be answered: the answer belongs to an older gateway's.
  if (watch && watch.answeredAtMs === null && Number.isFinite(watch.lastAtMs))
    turn.state.stop = { ...watch, answeredAtMs: turn.atMs };
}

export function confirmStop(turn: Turn, status: ShelfStatus): void {
  const { state, rules, atMs } = turn;
  const watch = state.stop;
  if (!watch) return;
  if (isMoving(status)) {
    // It answered but moves on, so the answer does not count.
    state.stop = { ...watch, answeredAtMs: null };
    return;
  }
  if (suspectBlock(state, rules, atMs)) return;
  const isShown = showsStopped(rules) ? status.activity === "stopped" : watch.answeredAtMs !== null;
  if (!isShown) return;
  const answeredAtMs = showsStopped(rules) ? null : watch.answeredAtMs;
  if (!isMadeAfter(state, Math.max(givenLastMs(state), answeredAtMs ?? Number.NEGATIVE_INFINITY))) {
    // The STOPs before it are shown as followed; the time limit of the newest one counts from its own press.
    if (isMadeAfter(state, watch.firstAtMs)) state.stop = { ...watch, firstAtMs: givenLastMs(state) };
    return;
  }
  state.stop = null;
  for (const commandId of watch.commandIds) settle(turn, commandId, "done");
}

/** Repeats STOP, and reports once that it took too long: only a status ends it. */
export function repeatStop(turn: Turn): void {
  const { state, rules, atMs } = turn;
  if (!state.stop) return;
  const everyMs = state.link === "up" ? rules.limits.stopRepeatMs : rules.limits.stopRepeatAwayMs;
  if (Math.abs(atMs - state.stop.lastAtMs) >= everyMs) stopAgain(turn, state.stop);
  const watch = state.stop;
  if (atMs - watch.firstAtMs < rules.limits.stopConfirmMaxMs) return;
  if (watch.isTold && watch.commandIds.length === 0) return;
  const about = { commandId: watch.commandIds[0] ?? null, verb: "stop", aisle: 0, actor: "gateway" };
  decide(turn, "ended", about, "stop-not-confirmed", {}, !watch.isTold);
  for (const commandId of watch.commandIds) settle(turn, commandId, "failed", "stop-not-confirmed");
  state.stop = { ...watch, commandIds: [], isTold: true };
}

export function stopAgain(turn: Turn, watch: StopWatch): void {
  pushStop(turn);
  turn.state.stop = { ...watch, lastAtMs: turn.atMs, repeats: watch.repeats + 1 };
}

/** A STOP lost while the controller was away goes out before anything else; its earlier answers no longer count. */
export function stopAtReconnect(turn: Turn): void {
  if (turn.state.stop) stopAgain(turn, { ...turn.state.stop, answeredAtMs: null });
}

/**
 * A reset is the controller's own change to idle, with both pictures made after the STOP. A controller that stands open without
 * having latched is stopped, so that its reset can be seen.
 */
export function lookForReset(turn: Turn, status: ShelfStatus): void {
  const { state, rules, atMs } = turn;
  const need = state.needsReset;
  if (!need || state.stop || !showsStopped(rules)) return;
  const isBelieved = isMadeAfter(state, need.sinceMs) && !suspectBlock(state, rules, atMs);
  if (status.activity === "stopped") {
    if (isBelieved && need.latchedBootId !== status.bootId)
      state.needsReset = { ...need, latchedBootId: status.bootId };
  } else if (need.latchedBootId === null || need.latchedBootId !== status.bootId) sendStop(turn, null);
  else if (isBelieved && status.activity === "idle" && !isMoving(status)) endNeed(turn, "panel");
}

/** S3 by hand: a key switch or button that the site file names for this area. */
export function onResetInput(turn: Turn, inputId: string) {
  if (!turn.state.needsReset) return;
  const why = whyNoReset(turn, inputId);
  if (!why) return endNeed(turn, `input:${inputId}`);
  const about = { commandId: null, verb: "reset", aisle: 0, actor: `input:${inputId}` };
  decide(turn, "reset-ignored", about, why.code, why.params);
}

function whyNoReset({ state, rules, atMs }: Turn, inputId: string): { code: ErrorCode; params: Params } | null {
  const because = (code: ErrorCode, params: Params = {}) => ({ code, params });
  if (!rules.resetInputs.includes(inputId)) return because("not-found", { what: inputId });
  if (state.stop) return because("stop-not-confirmed");
  const { status } = state;
  if (state.link !== "up" || !status) return because("area-offline");
  const odd = suspectBlock(state, rules, atMs);
  if (odd) return odd;
  if (!isFresh(state, rules, atMs)) return because("area-stale", { ageMs: atMs - state.statusAtMs });
  // "Idle" and "nobody inside" hold for the moment when the picture was made, not when it arrived.
  const old = pictureBlock(state, rules, atMs);
  if (old) return old;
  if (isMoving(status)) return because("area-busy", { what: `${status.openAisle ?? "?"} → ?` });
  if (status.activity !== "idle") return because("area-needs-reset");
  // Otherwise what they stopped would be free as soon as they are released.
  if (status.interlocks.emergencyStop) return because("area-emergency-stop");
  if (status.interlocks.tripped) return because("area-tripped");
  // S9: a reset with somebody inside does not count; if the controller cannot count people, the person who turns the key decides.
  const { people } = occupancyOf(state, rules, atMs);
  return people !== null && people > 0 ? because("aisle-occupied", { aisle: status.openAisle ?? "?" }) : null;
}

function endNeed(turn: Turn, actor: string): void {
  turn.state.needsReset = null;
  decide(turn, "reset-seen", { commandId: null, verb: "reset", aisle: 0, actor });
}
