import type { ShelfCommand, ShelfStatus } from "../contract/shelf.ts";
import type { AreaRules } from "./area-rules.ts";
import type { AreaRequest, AreaState, Motion, MotionVerb, Setting, SettingVerb } from "./area-state.ts";
import { isMotionVerb } from "./area-state.ts";
import { firstBlock, isFresh, isMoving, lockedBy, showsMoving, suspectBlock } from "./guards.ts";
import { keeps } from "./keeps.ts";
import { leadBlock } from "./lead-block.ts";
import { occupancyOf } from "./occupancy.ts";
import { holdWanted } from "./on-lock.ts";
import { pictureBlock } from "./picture-proof.ts";
import type { Block } from "./plan-opening.ts";
import { isPersonsInhibit, writeSetting } from "./send-setting.ts";
import {
  decide,
  endMotionByStop,
  endSetting,
  hold,
  nextWireId,
  sendStop,
  settle,
  type Turn,
  warnsItself,
} from "./turn.ts";
import { overtakenBy, releaseHolds } from "./wish-guards.ts";

export function onRequest(turn: Turn, request: AreaRequest): void {
  const { state } = turn;
  // The same request again while it is under way is the same command, not a second one.
  if (state.motion?.commandId === request.commandId || state.setting?.commandId === request.commandId) return;
  const { verb } = request;
  if (isMotionVerb(verb)) requestMotion(turn, request, verb);
  else requestSetting(turn, request, verb);
}

function requestMotion(turn: Turn, request: AreaRequest, verb: MotionVerb) {
  const { state, rules, atMs } = turn;
  const about = request;
  const aisle = verb === "open" ? request.aisle : 0;
  if (verb === "open" && aisle === 0) return refuse(turn, request, "aisle-unknown", { aisle });
  if (request.epoch === state.epoch && isAlreadySo(rules, state, verb, aisle, atMs)) {
    decide(turn, "already-so", about);
    return settle(turn, request.commandId, "done");
  }
  const { epoch, askedAtMs } = request;
  const look = { state, rules, atMs, aisle, epoch, askedAtMs, ageMsMax: rules.limits.startMaxMs };
  const block = firstBlock(rules.guards.start, look);
  if (block) return refuse(turn, request, block.code, block.params);
  const fromAisle = state.status?.openAisle ?? 0;
  const planned = rules.planOf(fromAisle, aisle);
  const warningMs = startAgeMsMax(rules) - rules.limits.startMaxMs;
  const motion: Motion = {
    commandId: request.commandId,
    verb,
    aisle,
    actor: request.actor,
    askedAtMs,
    fromAisle,
    wireId: nextWireId(state),
    phase: "warning",
    tries: 0,
    latestSendMs: askedAtMs + startAgeMsMax(rules),
    deadlineMs: atMs + warningMs,
    timeoutMs: planned.ok ? planned.plan.timeoutMs : 0,
    sentAtMs: atMs,
    entrySeq: occupancyOf(state, rules, atMs).entrySeq,
    sawMoving: false,
  };
  decide(turn, "accepted", about);
  state.wireId = motion.wireId;
  state.motion = motion;
  if (warningMs === 0) writeMotion(turn, motion);
}

/** S15, counted from the press, plus the gateway's own warning (S12). */
export function startAgeMsMax(rules: AreaRules): number {
  return rules.limits.startMaxMs + (warnsItself(rules) ? rules.limits.warningMs : 0);
}

/** Proven only by a fresh picture at rest. Nothing is sent, so it does not matter whether somebody stands there. */
export function isAlreadySo(
  rules: AreaRules,
  state: AreaState,
  verb: MotionVerb,
  aisle: number,
  atMs: number,
): boolean {
  const status = state.status;
  if (!status || state.link !== "up" || !isFresh(state, rules, atMs) || pictureBlock(state, rules, atMs)) return false;
  if (suspectBlock(state, rules, atMs)) return false;
  if (state.motion || state.stop || isMoving(status) || status.interlocks.notHomed || status.interlocks.sensorFault)
    return false;
  if (verb === "open") return status.openAisle === aisle && aisle > 0;
  // For a locked area a "done" would suggest that it can be closed.
  if (state.locks.length > 0) return false;
  return status.openAisle === 0 && isSpread(rules, status);
}

/** Carriages stopped half-way also show no open aisle: only their positions prove that nothing is left to do. */
function isSpread(rules: AreaRules, { columns }: ShelfStatus): boolean {
  const places = rules.spreadMm;
  if (columns.length < places.size) return false;
  return columns.every(({ column, positionMm }) => {
    const place = places.get(column);
    return place !== undefined && positionMm !== null && Math.abs(positionMm - place) <= 20;
  });
}

/** Passes the command to the port. Called again for the one repeat, which is the same command with less time to live. */
export function writeMotion(turn: Turn, motion: Motion): void {
  const { state, rules, atMs } = turn;
  const ttlMs = Math.min(rules.limits.startMaxMs, Math.max(1, motion.latestSendMs - atMs));
  const command: ShelfCommand = {
    wireId: motion.wireId,
    verb: motion.verb,
    aisle: motion.aisle,
    epoch: state.epoch,
    ttlMs,
    expectedOpenAisle: motion.fromAisle,
  };
  state.motion = {
    ...motion,
    phase: "sending",
    tries: motion.tries + 1,
    deadlineMs: motion.latestSendMs + rules.limits.acceptMarginMs,
    sentAtMs: motion.tries === 0 ? atMs : motion.sentAtMs,
  };
  if (motion.tries === 0) {
    turn.effects.push({ kind: "heartbeat", on: true });
    turn.effects.push({ kind: "progress", commandId: motion.commandId, state: "sent", wireId: motion.wireId });
  }
  turn.effects.push({ kind: "send", commandId: motion.commandId, command });
}

function refuse(
  turn: Turn,
  request: AreaRequest,
  code: Parameters<typeof decide>[3],
  params: Record<string, string | number>,
): void {
  decide(turn, "refused", request, code, params);
  settle(turn, request.commandId, "refused", code, params);
}

/** Why the controller cannot be asked for a setting now; also used by the table of permitted actions. */
export function settingBlock(rules: AreaRules, state: AreaState, verb: SettingVerb, atMs: number): Block | null {
  const unsure = verb === "release" ? leadBlock(state.lead) : null;
  if (unsure) return unsure;
  if (verb !== "pause" && !keeps(rules, "S22")) return null;
  // An inhibit always holds, even if the controller cannot be told; repeating it while it is on its way adds nothing.
  if (verb === "inhibit") return isPersonsInhibit(state.setting) ? { code: "area-busy", params: { what: verb } } : null;
  if (state.link !== "up" || !state.status) return { code: "area-offline", params: {} };
  if (state.setting) return { code: "area-busy", params: { what: state.setting.verb } };
  if (verb === "release" && state.motion) return { code: "area-busy", params: { what: state.motion.verb } };
  if (verb === "release" && !isFresh(state, rules, atMs))
    return { code: "area-stale", params: { ageMs: atMs - state.statusAtMs } };
  const odd = verb === "release" ? (suspectBlock(state, rules, atMs) ?? pictureBlock(state, rules, atMs)) : null;
  if (odd) return odd;
  const by = verb === "release" ? lockedBy(state) : null;
  if (by) return { code: "area-locked", params: by };
  if (verb === "pause" && !state.motion && !isMoving(state.status)) return { code: "nothing-moving", params: {} };
  return null;
}

/** What lets carriages move again is as old as its press; what holds them is never refused for its age. */
function lateRelease({ state, rules, atMs }: Turn, { askedAtMs }: AreaRequest): Block | null {
  const ageMs = atMs - askedAtMs;
  const unsure = leadBlock(state.lead);
  if (unsure) return unsure;
  const isYoung = ageMs >= 0 && ageMs <= rules.limits.startMaxMs;
  if (!isYoung) return { code: "request-too-old", params: { ageS: Math.round(ageMs / 100) / 10 } };
  const heldBy = overtakenBy(state, askedAtMs, releaseHolds);
  return heldBy && { code: "request-overtaken", params: { heldBy } };
}

/** Holds at once, whatever was on its way: a release shown later must not undo an inhibit requested after it. */
function inhibitHere(turn: Turn): void {
  const { state } = turn;
  state.inhibited = true;
  hold(turn, "inhibit");
  if (state.motion) endMotionByStop(turn, state.motion, "stopped", "area-inhibited");
  else if (showsMoving(state)) sendStop(turn, null);
  if (state.setting) endSetting(turn, state.setting, "refused", "request-overtaken", { heldBy: "inhibit" });
}

/** inhibit, release and pause never start motion; inhibit and pause end one that is under way. */
function requestSetting(turn: Turn, request: AreaRequest, verb: SettingVerb) {
  const { state, rules, atMs } = turn;
  if (request.epoch !== state.epoch) return refuse(turn, request, "command-not-ours", { epoch: request.epoch });
  const isForLocks = request.isForLocks === true;
  if (isForLocks && holdWanted(rules, state, atMs) !== verb) {
    // Overtaken while it was stored: locks changed, or the controller is no longer heard.
    decide(turn, "ended", request, "command-expired");
    return settle(turn, request.commandId, "expired", "command-expired");
  }
  const late = verb === "release" ? lateRelease(turn, request) : null;
  if (late) return refuse(turn, request, late.code, late.params);
  // Checked before anything takes effect: a refused request changes nothing (I9).
  const block = settingBlock(rules, state, verb, atMs);
  if (block) return refuse(turn, request, block.code, block.params);
  if (verb === "inhibit" && isForLocks) state.isHeldForLocks = true;
  else if (verb === "inhibit") inhibitHere(turn);
  if (verb !== "pause" && !keeps(rules, "S22")) {
    // The controller knows no inhibit, so only the gateway's own holds.
    state.inhibited = verb === "inhibit";
    decide(turn, "done", request);
    return settle(turn, request.commandId, "done");
  }
  if (state.link !== "up" || !state.status) {
    // Only an inhibit gets here: it holds, and the requester learns that the panel does not know of it.
    decide(turn, "ended", request, "inhibit-here-only");
    return settle(turn, request.commandId, "failed", "inhibit-here-only");
  }
  const wireId = nextWireId(state);
  state.wireId = wireId;
  const setting: Setting = {
    commandId: request.commandId,
    verb,
    actor: request.actor,
    wireId,
    deadlineMs: atMs + rules.limits.settingMaxMs,
    sentAtMs: atMs,
    tries: 0,
    lostAtMs: null,
    isForLocks,
  };
  state.setting = setting;
  decide(turn, "accepted", request);
  turn.effects.push({ kind: "progress", commandId: request.commandId, state: "sent", wireId });
  writeSetting(turn, setting);
}
