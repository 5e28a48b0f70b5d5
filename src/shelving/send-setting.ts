/**
 * Sends inhibit, release and pause to the controller. A person's inhibit holds here whatever becomes of its write: one that is lost,
 * as a STOP clears what waits for the line, is sent again while the command lives; one that never got through is told as held here only.
 */
import type { ErrorCode } from "../contract/errors.ts";
import type { AreaRules } from "./area-rules.ts";
import type { AreaState, Setting } from "./area-state.ts";
import { keeps } from "./keeps.ts";
import { endSetting, type Turn } from "./turn.ts";

export function isPersonsInhibit(setting: Setting | null): boolean {
  return setting?.verb === "inhibit" && !setting.isForLocks;
}

/** A repeat is the same command with less time to live, so that no controller takes it later than it could have taken the first (S15). */
export function writeSetting(turn: Turn, setting: Setting): void {
  const { state, rules, atMs } = turn;
  const { commandId, wireId, verb } = setting;
  state.setting = { ...setting, tries: setting.tries + 1, lostAtMs: null };
  const ttlMs = setting.sentAtMs + rules.limits.startMaxMs - atMs;
  const expectedOpenAisle = state.status?.openAisle ?? 0;
  const command = { wireId, verb, aisle: 0, epoch: state.epoch, ttlMs, expectedOpenAisle };
  turn.effects.push({ kind: "send", commandId, command });
}

/** Its write failed, and nobody knows how far it came. An inhibit for locks is asked for anew for as long as they are on. */
export function onSettingLost(turn: Turn, setting: Setting): void {
  if (isPersonsInhibit(setting)) turn.state.setting = { ...setting, lostAtMs: turn.atMs };
  else endSetting(turn, setting, "failed", "command-not-delivered");
}

/** At a tick, some time after the loss: STOP has the line first, and it may be free by then. */
export function sendLostAgain(turn: Turn): void {
  const { rules, atMs } = turn;
  const { setting } = turn.state;
  if (!setting || setting.lostAtMs === null) return;
  if (!isAlive(turn, setting)) endUntold(turn, setting, "inhibit-here-only");
  else if (atMs - setting.lostAtMs >= rules.limits.settingRepeatMs) writeSetting(turn, setting);
}

/** A jump of the clock hides how old it is; what another leads is not ours to tell. */
function isAlive({ state, rules, atMs }: Turn, { sentAtMs, deadlineMs }: Setting): boolean {
  const clockAtMs = state.held.clock ?? Number.NEGATIVE_INFINITY;
  const isYoung = atMs < Math.min(deadlineMs, sentAtMs + rules.limits.startMaxMs);
  return isYoung && clockAtMs < sentAtMs && state.lead !== "lost";
}

/** The controller could not be told: of an inhibit that is all that failed. */
export function endUntold(turn: Turn, setting: Setting, code: ErrorCode): void {
  endSetting(turn, setting, "failed", isPersonsInhibit(setting) ? "inhibit-here-only" : code);
}

/** 禁止移动 that the controller does not show and is not just being told: its panel may still move the area. */
export function isInhibitedHereOnly(rules: AreaRules, { inhibited, setting, status }: AreaState): boolean {
  return inhibited && keeps(rules, "S22") && setting === null && status !== null && !status.interlocks.inhibited;
}
