/** One area to which a test feeds inputs step by step. */
import type { SafetyRuleId } from "../../contract/safety-rules.ts";
import type { RefusalReason, ShelfStatus } from "../../contract/shelf.ts";
import type { LeadStanding } from "../../lead/lead-grant.ts";
import type { AreaSpec } from "../../site/schema.ts";
import { advanceArea } from "../advance-area.ts";
import { type AreaLimits, type AreaRules, areaRules } from "../area-rules.ts";
import { type AreaEffect, type AreaInput, type AreaState, firstAreaState } from "../area-state.ts";
import { goodStatus, smallSpec } from "./alphabet.ts";

/** Feeds inputs to one area; every call lets one more millisecond pass. */
export function area(
  cannotKeep: readonly SafetyRuleId[] = [],
  more: Partial<Parameters<typeof firstAreaState>[0]> = {},
  site: { limits?: Partial<AreaLimits>; spec?: AreaSpec } = {},
) {
  // Carriages may jump unless a test is about speed, so that tests need few steps.
  const limits = { railSpeedMaxMmPerS: 1e9, ...site.limits };
  const rules: AreaRules = areaRules("r1.1", site.spec ?? smallSpec, cannotKeep, limits);
  let state: AreaState = firstAreaState({ epoch: 3, wireId: 10, ...more });
  let atMs = 5_000;
  let serial = 0;
  let effects: AreaEffect[] = [];
  function feed(input: AreaInput): AreaEffect[] {
    const advanced = advanceArea(rules, state, input);
    state = advanced.state;
    effects = advanced.effects;
    return effects;
  }
  return {
    rules,
    get state() {
      return state;
    },
    get atMs() {
      return atMs;
    },
    /** Proven to be made now, unless a test says otherwise. */
    status(change: Partial<ShelfStatus> = {}, waitMs = 1, pictureAgeMs: number | null = 0) {
      atMs += waitMs;
      return feed({
        kind: "status",
        atMs,
        madeAfterMs: pictureAgeMs === null ? null : atMs - pictureAgeMs,
        status: goodStatus({ lastCommand: { wireId: 0, result: "none", reason: null }, ...change }),
      });
    },
    /** The controller's result for the newest command. */
    says(result: "accepted" | "done" | "refused", change: Partial<ShelfStatus> = {}, waitMs = 1) {
      return this.status(
        { lastCommand: { wireId: state.wireId, result, reason: result === "refused" ? "interlock" : null }, ...change },
        waitMs,
      );
    },
    ask(verb: "open" | "close" | "ventilate" | "inhibit" | "release" | "pause", aisle = 0, epoch = state.epoch) {
      atMs++;
      return this.askedAgo(0, verb, aisle, epoch);
    },
    /** Pressed this long ago, but fed to the machine only now. */
    askedAgo(
      agoMs: number,
      verb: "open" | "close" | "ventilate" | "inhibit" | "release" | "pause",
      aisle = 0,
      epoch = state.epoch,
    ) {
      const commandId = `c${++serial}`;
      const askedAtMs = atMs - agoMs;
      return feed({ kind: "request", atMs, askedAtMs, commandId, verb, aisle, epoch, actor: "person:1" });
    },
    /** The gateway's own setting, for locks. */
    hold(verb: "inhibit" | "release") {
      atMs++;
      const commandId = `h${++serial}`;
      const { epoch } = state;
      const request = { kind: "request", atMs, askedAtMs: atMs, verb, aisle: 0, epoch } as const;
      return feed({ ...request, commandId, actor: "gateway", isForLocks: true });
    },
    askAgain(commandId: string, verb: "open", aisle: number) {
      atMs++;
      const { epoch } = state;
      return feed({ kind: "request", atMs, askedAtMs: atMs, commandId, verb, aisle, epoch, actor: "person:1" });
    },
    stop() {
      atMs++;
      return feed({ kind: "stop", atMs, commandId: `s${++serial}`, actor: "person:1" });
    },
    /** The STOP was written and answered. */
    stopAnswered() {
      atMs++;
      return feed({ kind: "stop-answered", atMs });
    },
    /** Continues until the controller shows that it stopped. */
    stopped(change: Partial<ShelfStatus> = {}) {
      return this.status({ activity: "stopped", ...change });
    },
    resetInput(inputId: string) {
      atMs++;
      return feed({ kind: "reset-input", atMs, inputId });
    },
    /** One reading of inputs that see people. */
    eyes(states: Record<string, boolean | null>, waitMs = 1, ageMs = 0) {
      atMs += waitMs;
      return feed({ kind: "occupancy", atMs, readAtMs: atMs - ageMs, states });
    },
    /** The confirm button was pressed this long ago, and is released now. */
    confirm(inputId: string, heldMs = 0) {
      atMs++;
      return feed({ kind: "confirm-input", atMs, inputId, pressedAtMs: atMs - heldMs });
    },
    clockGap(gapMs: number) {
      atMs++;
      return feed({ kind: "clock-gap", atMs, gapMs });
    },
    lock(personId: string, name = personId) {
      atMs++;
      return feed({ kind: "lock", atMs, lock: { id: `l${++serial}`, personId, name, reason: "检修", sinceMs: atMs } });
    },
    unlock(personId: string) {
      atMs++;
      return feed({ kind: "unlock", atMs, personId });
    },
    roomAlarm(what: string | null) {
      atMs++;
      return feed({ kind: "room-alarm", atMs, what });
    },
    lead(standing: LeadStanding) {
      atMs++;
      return feed({ kind: "lead", atMs, standing });
    },
    link(up: boolean) {
      atMs++;
      return feed({ kind: "link", atMs, up });
    },
    written() {
      atMs++;
      return feed({ kind: "written", atMs, wireId: state.wireId });
    },
    writeFailed(waitMs = 1, reason?: RefusalReason) {
      atMs += waitMs;
      return feed({ kind: "write-failed", atMs, wireId: state.wireId, ...(reason ? { reason } : {}) });
    },
    tick(waitMs: number) {
      atMs += waitMs;
      return feed({ kind: "tick", atMs });
    },
    restart() {
      atMs++;
      return feed({ kind: "restart", atMs, epoch: state.epoch + 1 });
    },
    /** Continues until aisle 2 is being opened. */
    opening() {
      this.status();
      this.ask("open", 2);
      this.written();
      return this.says("accepted", { activity: "opening", openAisle: 0 });
    },
  };
}

export const sends = (effects: AreaEffect[]) => effects.filter((effect) => effect.kind === "send");
export const hasStop = (effects: AreaEffect[]) => effects.some((effect) => effect.kind === "stop");
export const beat = (effects: AreaEffect[]) => effects.findLast((effect) => effect.kind === "heartbeat")?.on;
export const end = (effects: AreaEffect[]) => {
  const settle = effects.findLast((effect) => effect.kind === "settle");
  return settle && `${settle.outcome} ${settle.code ?? ""}`.trim();
};
