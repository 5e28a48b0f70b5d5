/** The oracle's memory: only what it observed itself, never what the machine says. */
import type { ShelfStatus } from "../../contract/shelf.ts";
import type { LeadStanding } from "../../lead/lead-grant.ts";
import type { AreaRules } from "../area-rules.ts";
import type { Advanced, AreaInput } from "../area-state.ts";
import { impossible } from "./impossible.ts";
import { firstPeople, hearPeople, type PeopleShadow, rememberPeople } from "./shadow-people.ts";
import { isHeldBack, moves } from "./what-moves.ts";

export interface Shadow {
  /** Null: nothing was reported. */
  link: boolean | null;
  status: ShelfStatus | null;
  statusAtMs: number;
  /** No picture is older than this; before anything is proven: as old as possible. */
  madeAfterMs: number;
  /** The last jump of the clock, or sleep: questions asked before it prove nothing. */
  gapAtMs: number;
  epoch: number;
  inhibited: boolean;
  /** People whose lock is on (S22). */
  locks: readonly string[];
  /** Fire or smoke that a device of the room reported (S21). */
  roomAlarm: string | null;
  lead: LeadStanding;
  /** The gateway itself inhibited for them, and the controller has not been seen free of it without a lock since. */
  isHeld: boolean;
  /** The inhibit, release or pause that is out. */
  settingId: string | null;
  /** A person's inhibit that is out, since when, and when its last write was lost. */
  inhibitOut: { wireId: number; atMs: number; lostAtMs: number | null } | null;
  isBeating: boolean;
  /** Last moment that motion was stopped or ended badly, until an act at the panel. */
  stoppedAtMs: number | null;
  /** The boot that showed itself stopped since the STOP; its way to idle is a reset. */
  latchedBootId: number | null;
  /** A STOP is out that the controller has not shown to follow; when it last went out. */
  isStopOut: boolean;
  stopSentAtMs: number;
  /** The newest STOP given by a person or decided by the machine, whatever was out before: only later pictures answer it. */
  stopGivenAtMs: number;
  isStopAnswered: boolean;
  stopAnsweredAtMs: number;
  /** This status no longer tells of a fire that the controller itself told of before (S21): it needs a new STOP, even while one is out. */
  isFireOver: boolean;
  /** The last impossible status: for a second after it nothing is believed. */
  suspectAtMs: number;
  /** When a person's inhibit was pressed, and the release that is out: the later one holds. */
  inhibitAtMs: number;
  releaseAtMs: number;
  /** The newest status was an impossible one. */
  isSuspect: boolean;
  /** Whether that status shows something moving. */
  suspectMoves: boolean;
  /** Latest STOP, lock, inhibit or jump of the clock: no request from before it may begin. */
  heldAtMs: number;
  sentAtMs: number;
  /** Since when the command under way was seen to be acted upon. */
  movingSinceMs: number | null;
  sends: number;
  sentWireId: number;
  entrySeq: number | null;
  /** By wired inputs. */
  people: PeopleShadow;
}

export function firstShadow(epoch: number): Shadow {
  return {
    link: null,
    status: null,
    statusAtMs: 0,
    madeAfterMs: Number.NEGATIVE_INFINITY,
    gapAtMs: Number.NEGATIVE_INFINITY,
    epoch,
    inhibited: false,
    locks: [],
    roomAlarm: null,
    lead: "held",
    isHeld: false,
    settingId: null,
    inhibitOut: null,
    isBeating: false,
    stoppedAtMs: null,
    latchedBootId: null,
    isStopOut: false,
    stopSentAtMs: Number.NEGATIVE_INFINITY,
    stopGivenAtMs: Number.NEGATIVE_INFINITY,
    isStopAnswered: false,
    stopAnsweredAtMs: Number.NEGATIVE_INFINITY,
    isFireOver: false,
    suspectAtMs: Number.NEGATIVE_INFINITY,
    inhibitAtMs: Number.NEGATIVE_INFINITY,
    releaseAtMs: Number.NEGATIVE_INFINITY,
    isSuspect: false,
    suspectMoves: false,
    heldAtMs: Number.NEGATIVE_INFINITY,
    sentAtMs: 0,
    movingSinceMs: null,
    sends: 0,
    sentWireId: 0,
    entrySeq: null,
    people: firstPeople,
  };
}

/** Notes the input as an outside observer would. */
export function hear(shadow: Shadow, rules: AreaRules, input: AreaInput): Shadow {
  const next = { ...shadow, isFireOver: false };
  if (input.kind === "link") next.link = input.up;
  if (input.kind === "restart") return restarted(shadow, rules, input);
  if (input.kind === "lock") next.locks = [...new Set([...shadow.locks, input.lock.personId])];
  if (input.kind === "unlock") next.locks = shadow.locks.filter((personId) => personId !== input.personId);
  if (input.kind === "room-alarm") next.roomAlarm = input.what;
  const isDropped = input.kind === "lead" && input.standing !== "held" && input.standing !== shadow.lead;
  if (isDropped) next.heldAtMs = input.atMs;
  if (input.kind === "lead") next.lead = input.standing;
  const isInhibit = input.kind === "request" && input.verb === "inhibit" && input.epoch === shadow.epoch;
  if (isInhibit && !input.isForLocks) {
    next.inhibited = true;
    next.inhibitAtMs = input.atMs;
  }
  const holds = input.kind === "stop" || input.kind === "lock" || input.kind === "clock-gap";
  if (holds || (isInhibit && !input.isForLocks)) next.heldAtMs = input.atMs;
  if (input.kind === "stop-answered" && !next.isStopAnswered) {
    next.isStopAnswered = next.isStopOut && Number.isFinite(next.stopSentAtMs);
    next.stopAnsweredAtMs = input.atMs;
  }
  if (input.kind === "clock-gap") {
    next.gapAtMs = input.atMs;
    next.madeAfterMs = Number.NEGATIVE_INFINITY;
  }
  const { inhibitOut } = shadow;
  if (input.kind === "write-failed" && input.reason === undefined && input.wireId === inhibitOut?.wireId)
    next.inhibitOut = { ...inhibitOut, lostAtMs: input.atMs };
  if (input.kind === "reset-input") hearKey(next, rules, input);
  if (input.kind === "status") hearStatus(next, rules, input);
  if (rules.occupancyInputs.length > 0) next.people = hearPeople(shadow, next, rules, input);
  return next;
}

function restarted(shadow: Shadow, rules: AreaRules, input: AreaInput & { kind: "restart" }): Shadow {
  const isShut = shadow.stoppedAtMs !== null || shadow.isBeating || rules.cannotKeep.has("S3");
  return {
    ...firstShadow(input.epoch),
    inhibited: shadow.inhibited,
    locks: shadow.locks,
    roomAlarm: shadow.roomAlarm,
    lead: shadow.lead,
    isHeld: shadow.isHeld,
    isBeating: shadow.isBeating,
    stoppedAtMs: isShut ? input.atMs : null,
    stopGivenAtMs: input.atMs,
    isStopOut: isShut,
    inhibitAtMs: shadow.inhibitAtMs,
  };
}

function hearKey(next: Shadow, rules: AreaRules, { inputId, atMs }: AreaInput & { kind: "reset-input" }): void {
  const { status } = next;
  const isWired = rules.resetInputs.includes(inputId);
  const isCalm = status !== null && next.link && !next.isSuspect && status.activity === "idle" && !moves(status);
  // What counts is when the picture was made, and that it shows nobody inside.
  const isOfNow = atMs - next.statusAtMs <= 1000 && atMs - next.madeAfterMs <= 1500 && !isHeldBack(next, atMs);
  const isAnybodySeen = Object.values(next.people.eyes).some(({ isActive }) => isActive);
  const isEmpty = (status?.occupancy.people ?? 0) === 0 && !isAnybodySeen;
  if (isWired && isCalm && isOfNow && isEmpty && !next.isStopOut) next.stoppedAtMs = null;
}

function hearStatus(next: Shadow, rules: AreaRules, input: AreaInput & { kind: "status" }): void {
  const { status, atMs } = input;
  next.isSuspect = impossible.has(status);
  next.suspectMoves = next.isSuspect && moves(status);
  next.link ??= true;
  if (next.isSuspect) next.suspectAtMs = atMs;
  if (next.isSuspect) return;
  if (next.status && next.status.bootId !== status.bootId) next.isStopAnswered = false;
  const fires = ["fire", "smoke"] as const;
  next.isFireOver = fires.some((one) => next.status?.alarms?.includes(one) && !status.alarms?.includes(one));
  const isOfNow = input.madeAfterMs !== null && input.madeAfterMs > next.gapAtMs;
  const provenMs = isOfNow ? (input.madeAfterMs ?? 0) : Number.NEGATIVE_INFINITY;
  const isNext = next.status?.bootId === status.bootId && next.status?.seq != null && status.seq !== null;
  // Their order is known: the later message shows a later moment.
  next.madeAfterMs = isNext ? Math.max(next.madeAfterMs, provenMs) : provenMs;
  next.status = status;
  next.statusAtMs = atMs;
  if (!status.interlocks.inhibited && next.locks.length === 0 && next.settingId === null) next.isHeld = false;
  if (next.stoppedAtMs === null) return;
  const isStill = !moves(status);
  const isOfBefore = next.madeAfterMs <= next.stopGivenAtMs || isHeldBack(next, atMs);
  if (rules.cannotKeep.has("S4")) {
    // It answered but moves on, so the answer does not count.
    if (!isStill) next.isStopAnswered = false;
    else if (next.isStopAnswered && !isOfBefore && next.madeAfterMs > next.stopAnsweredAtMs) next.isStopOut = false;
    return;
  }
  if (status.activity === "stopped" && isStill) {
    if (isOfBefore) return;
    next.isStopOut = false;
    next.latchedBootId = status.bootId;
  } else if (status.bootId !== next.latchedBootId) next.latchedBootId = null;
  else if (status.activity === "idle" && isStill && !next.isStopOut && !isOfBefore) next.stoppedAtMs = null;
}

/** Sending the same STOP again is no new STOP. */
function stopped(next: Shadow, before: Shadow, { kind, atMs }: AreaInput): void {
  next.stopSentAtMs = atMs;
  // A press, an end and a reconnect need an answer of their own.
  if (kind !== "tick") next.isStopAnswered = false;
  const isRepeat =
    before.isStopOut && (kind === "tick" || kind === "link" || (kind === "status" && !before.isFireOver));
  if (!isRepeat) {
    next.stopGivenAtMs = atMs;
    next.latchedBootId = null;
  }
  if (before.isStopOut) return;
  next.stoppedAtMs = atMs;
  next.latchedBootId = null;
  next.isStopOut = true;
  next.isStopAnswered = false;
  next.heldAtMs = atMs;
}

/** Notes the effects of the step. */
export function remember(shadow: Shadow, input: AreaInput, { state, effects }: Advanced): Shadow {
  const next = { ...shadow, inhibited: state.inhibited && shadow.inhibited };
  next.people = rememberPeople(shadow.people, input, { state, effects });
  if (state.motion?.phase !== "moving") next.movingSinceMs = null;
  else next.movingSinceMs ??= input.atMs;
  for (const effect of effects) {
    if (effect.kind === "heartbeat") next.isBeating = effect.on;
    if (effect.kind === "stop") stopped(next, shadow, input);
    if (effect.kind === "settle" && effect.commandId === next.settingId) {
      next.settingId = null;
      next.inhibitOut = null;
    }
    if (effect.kind === "send" && (effect.command.verb === "open" || effect.command.aisle === 0)) {
      const isForLocks = input.kind === "request" && input.isForLocks === true;
      if (effect.command.verb === "inhibit" && isForLocks) next.isHeld = true;
      if (effect.command.verb === "inhibit" || effect.command.verb === "release" || effect.command.verb === "pause") {
        next.settingId = effect.commandId;
        if (effect.command.verb === "inhibit" && !isForLocks) {
          const atMs = shadow.inhibitOut?.atMs ?? input.atMs;
          next.inhibitOut = { wireId: effect.command.wireId, atMs, lostAtMs: null };
        }
        if (effect.command.verb === "release") next.releaseAtMs = input.atMs;
        continue;
      }
      next.sends = effect.command.wireId === shadow.sentWireId ? shadow.sends + 1 : 1;
      next.sentAtMs = effect.command.wireId === shadow.sentWireId ? shadow.sentAtMs : input.atMs;
      next.sentWireId = effect.command.wireId;
      next.entrySeq = shadow.status?.occupancy.entrySeq ?? null;
    }
  }
  return next;
}
