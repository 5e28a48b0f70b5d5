/** What the judge of the explorer remembers: it believes only what it was told itself, never the machine. */
import type { ShelfStatus } from "../../contract/shelf.ts";
import type { AreaRules } from "../area-rules.ts";
import type { Advanced, AreaInput } from "../area-state.ts";

export interface Shadow {
  link: boolean;
  status: ShelfStatus | null;
  statusAtMs: number;
  epoch: number;
  inhibited: boolean;
  /** People whose lock is on (S22). */
  locks: readonly string[];
  /** Fire or smoke that a device of the room called out (S21). */
  roomAlarm: string | null;
  /** The gateway itself inhibited for them, and the controller has not been seen free of it without a lock since. */
  isHeld: boolean;
  /** The inhibit, release or pause that is out. */
  settingId: string | null;
  isBeating: boolean;
  /** Last moment that motion was stopped or ended badly, until an act at the panel. */
  stoppedAtMs: number | null;
  sentAtMs: number;
  /** Since when the command under way was seen to be acted upon. */
  movingSinceMs: number | null;
  sends: number;
  sentWireId: number;
  entrySeq: number | null;
}

export function firstShadow(epoch: number): Shadow {
  return {
    link: false,
    status: null,
    statusAtMs: 0,
    epoch,
    inhibited: false,
    locks: [],
    roomAlarm: null,
    isHeld: false,
    settingId: null,
    isBeating: false,
    stoppedAtMs: null,
    sentAtMs: 0,
    movingSinceMs: null,
    sends: 0,
    sentWireId: 0,
    entrySeq: null,
  };
}

const moving = new Set(["opening", "closing", "ventilating"]);
export function moves(status: ShelfStatus): boolean {
  return moving.has(status.activity) || status.columns.some((column) => column.motion !== "still");
}

/** Notes the input as the world sees it. */
export function hear(shadow: Shadow, rules: AreaRules, input: AreaInput): Shadow {
  const next = { ...shadow };
  if (input.kind === "link") next.link = input.up;
  if (input.kind === "restart")
    return {
      ...firstShadow(input.epoch),
      inhibited: shadow.inhibited,
      locks: shadow.locks,
      roomAlarm: shadow.roomAlarm,
      isHeld: shadow.isHeld,
      isBeating: shadow.isBeating,
    };
  if (input.kind === "lock") next.locks = [...new Set([...shadow.locks, input.lock.personId])];
  if (input.kind === "unlock") next.locks = shadow.locks.filter((personId) => personId !== input.personId);
  if (input.kind === "room-alarm") {
    if (shadow.roomAlarm !== null && input.what === null) next.stoppedAtMs = input.atMs;
    next.roomAlarm = input.what;
  }
  const isInhibit = input.kind === "request" && input.verb === "inhibit" && input.epoch === shadow.epoch;
  if (isInhibit && !input.isForLocks) next.inhibited = true;
  if (input.kind === "status") {
    const before = shadow.status;
    if (before === null || next.link) next.link = next.link || before === null;
    next.status = input.status;
    next.statusAtMs = input.atMs;
    const isFree = !input.status.interlocks.inhibited && shadow.locks.length === 0 && shadow.settingId === null;
    if (isFree) next.isHeld = false;
    if (before !== null && isPanelAct(before, input.status)) next.stoppedAtMs = null;
    if (burns(before) && !burns(input.status)) next.stoppedAtMs = input.atMs;
    const isLatched = next.stoppedAtMs !== null && input.atMs - next.stoppedAtMs < rules.limits.latchShownMs;
    if (!rules.cannotKeep.has("S3") && !isLatched && input.status.activity === "idle" && !moves(input.status))
      next.stoppedAtMs = null;
  }
  return next;
}

function burns(status: ShelfStatus | null): boolean {
  return status?.alarms?.some((alarm) => alarm === "fire" || alarm === "smoke") ?? false;
}

function isPanelAct(before: ShelfStatus, after: ShelfStatus): boolean {
  if (before.bootId !== after.bootId || moves(after) || after.activity !== "idle") return false;
  const { panelLoggedOut, tripped } = before.interlocks;
  return (
    (panelLoggedOut && !after.interlocks.panelLoggedOut) ||
    (tripped && !after.interlocks.tripped) ||
    before.activity === "stopped" ||
    before.activity === "fault" ||
    (after.occupancy.confirmedEntrySeq !== null &&
      after.occupancy.confirmedEntrySeq !== before.occupancy.confirmedEntrySeq)
  );
}

/** Notes what the step did. */
export function remember(shadow: Shadow, input: AreaInput, { state, effects }: Advanced): Shadow {
  const next = { ...shadow, inhibited: state.inhibited && shadow.inhibited };
  if (state.motion?.phase !== "moving") next.movingSinceMs = null;
  else next.movingSinceMs ??= input.atMs;
  for (const effect of effects) {
    if (effect.kind === "heartbeat") next.isBeating = effect.on;
    if (effect.kind === "stop") next.stoppedAtMs = input.atMs;
    if (effect.kind === "settle" && effect.commandId === next.settingId) next.settingId = null;
    if (effect.kind === "send" && (effect.command.verb === "open" || effect.command.aisle === 0)) {
      const isForLocks = input.kind === "request" && input.isForLocks === true;
      if (effect.command.verb === "inhibit" && isForLocks) next.isHeld = true;
      if (effect.command.verb === "inhibit" || effect.command.verb === "release" || effect.command.verb === "pause") {
        next.settingId = effect.commandId;
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
