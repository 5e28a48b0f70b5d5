/**
 * One contact from reading to reading: debounce, gaps and what a press is. Pure. Unknown is never inactive, and a press is
 * inactive → active → inactive, each settled, all seen without a gap (firmware-protocols/digital-inputs/PROTOCOL.md).
 */

export interface ChannelRules {
  debounceMs: number;
  /** Active for longer than this is not a press. */
  stuckAfterMs: number;
  /** Two readings further apart than this have a gap between them. */
  gapMsMax: number;
  /**
   * true: the device reports every change, so its last report holds until the next (MQTT). false: only readings count (polls).
   */
  isTold: boolean;
}

export type ChannelFault = "active-at-start" | "stuck";

export interface ChannelState {
  /** Debounced; null = unknown. */
  isActive: boolean | null;
  /** A value other than the settled one, being timed. */
  turning: { isActive: boolean; sinceMs: number; readings: number } | null;
  lastAtMs: number | null;
  /** Since when it is pressed, if it was seen inactive before; null otherwise. */
  pressedAtMs: number | null;
  fault: ChannelFault | null;
}

export type ChannelInput = { kind: "reading"; isActive: boolean; atMs: number } | { kind: "gap"; atMs: number };

export type ChannelEffect =
  | { kind: "change"; isActive: boolean | null; atMs: number }
  | { kind: "press"; pressedAtMs: number; atMs: number };

export interface ChannelAdvanced {
  state: ChannelState;
  effects: ChannelEffect[];
}

export const firstChannelState: ChannelState = {
  isActive: null,
  turning: null,
  lastAtMs: null,
  pressedAtMs: null,
  fault: null,
};

export function watchChannel(rules: ChannelRules, before: ChannelState, input: ChannelInput): ChannelAdvanced {
  const { atMs } = input;
  const sinceLastMs = before.lastAtMs === null ? null : atMs - before.lastAtMs;
  // Time that runs backwards is a gap as well: what lies in between is unknown.
  const isBroken = sinceLastMs !== null && (sinceLastMs > rules.gapMsMax || sinceLastMs < 0);
  if (input.kind === "gap") return forget(before, atMs);
  const start: ChannelAdvanced = isBroken ? forget(before, atMs) : { state: before, effects: [] };
  const held = rules.isTold ? settleIfDue(rules, start, atMs, 1) : start;
  const read = takeReading(held, input.isActive, atMs);
  const settled = settleIfDue(rules, read, atMs, 2);
  const state = { ...judgeStuck(rules, settled.state, atMs), lastAtMs: atMs };
  return { state, effects: settled.effects };
}

/** A press begun before a gap does not continue after it. */
function forget(state: ChannelState, atMs: number): ChannelAdvanced {
  const effects: ChannelEffect[] = state.isActive === null ? [] : [{ kind: "change", isActive: null, atMs }];
  return { state: firstChannelState, effects };
}

function takeReading({ state, effects }: ChannelAdvanced, isActive: boolean, atMs: number): ChannelAdvanced {
  const { turning } = state;
  if (isActive === state.isActive) return { state: { ...state, turning: null }, effects };
  const isSame = turning?.isActive === isActive;
  const now = isSame ? { ...turning, readings: turning.readings + 1 } : { isActive, sinceMs: atMs, readings: 1 };
  return { state: { ...state, turning: now }, effects };
}

function settleIfDue(rules: ChannelRules, advanced: ChannelAdvanced, atMs: number, readingsMin: number) {
  const { state, effects } = advanced;
  const { turning } = state;
  if (turning === null || turning.readings < readingsMin || atMs - turning.sinceMs < rules.debounceMs) return advanced;
  const { isActive, sinceMs } = turning;
  const change: ChannelEffect = { kind: "change", isActive, atMs: sinceMs };
  if (isActive) {
    const wasSeenInactive = state.isActive === false;
    const pressedAtMs = wasSeenInactive ? sinceMs : null;
    const fault: ChannelFault | null = wasSeenInactive ? null : "active-at-start";
    return { state: { ...state, isActive, turning: null, pressedAtMs, fault }, effects: [...effects, change] };
  }
  const { pressedAtMs } = state;
  const isPress = pressedAtMs !== null && sinceMs - pressedAtMs <= rules.stuckAfterMs;
  const press: ChannelEffect[] = isPress ? [{ kind: "press", pressedAtMs, atMs }] : [];
  const released = { ...state, isActive, turning: null, pressedAtMs: null, fault: null };
  return { state: released, effects: [...effects, change, ...press] };
}

function judgeStuck(rules: ChannelRules, state: ChannelState, atMs: number): ChannelState {
  if (state.isActive !== true || state.pressedAtMs === null) return state;
  // A release that is still being timed counts from the moment it began.
  const untilMs = state.turning?.sinceMs ?? atMs;
  return untilMs - state.pressedAtMs > rules.stuckAfterMs ? { ...state, pressedAtMs: null, fault: "stuck" } : state;
}
