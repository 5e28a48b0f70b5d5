/** A controller connected to its rail: feeds inputs through `advance`, carries out the effects, lets time roll the carriages. */
import type { Clock } from "../../src/clock/clock.ts";
import type { CommandResult, RefusalReason } from "../../src/contract/shelf.ts";
import { brake, drive, isAtTarget, isStanding, openAisleOf, type Rail, type RailSenses, roll } from "../room/rail.ts";
import { advance } from "./advance.ts";
import { needsReset } from "./blocked-by.ts";
import type { LieName } from "./lie.ts";
import { standStill } from "./stand-still.ts";
import type { Senses, WireCommand } from "./state.ts";
import {
  bootState,
  type ControllerEffect,
  type ControllerInput,
  type ControllerRules,
  type ControllerState,
  type PanelKey,
} from "./state.ts";

/** Sampling interval of the controller's inputs; with the brakes' 5 mm it keeps S2 by a wide margin. */
export const tickMs = 50;

export interface RigEvent {
  name: string;
  atMs: number;
}
export interface RigAnswer {
  wireId: number;
  result: CommandResult;
  reason: RefusalReason | null;
}

/** Faults that make a controller unreliable; all off by default. */
export interface Mischief {
  /** STOP does not reach it. */
  isDeaf: boolean;
  lie: LieName | null;
  /** Messages sent while it lies. */
  told: number;
  /** On MQTT: each state is followed by an old one. */
  isRepeating: boolean;
  /** On MQTT: its clock is set wrong. */
  clockSkewMs: number;
  /** On MQTT: which question its state carries back; "none" like older firmware. */
  echo: EchoName;
  /** On MQTT: messages from it and to it are delayed by this much, each time. */
  sayLateMs: number;
  hearLateMs: number;
}

/** right: the newest received · old: always the first of its connection · future: one that nobody asked · none: no such field. */
export const echoNames = ["right", "none", "old", "future"] as const;
export type EchoName = (typeof echoNames)[number];

export interface Rig {
  readonly rail: Rail;
  readonly rules: ControllerRules;
  readonly mischief: Mischief;
  state(): ControllerState;
  isPowered(): boolean;
  command(command: WireCommand): RigAnswer | null;
  stop(): void;
  beat(): void;
  light(target: ControllerState["light"]): void;
  key(key: PanelKey): void;
  entry(): void;
  exit(): void;
  cutPower(): void;
  restorePower(): void;
  /** Called after every change of state. */
  onChange(fn: () => void): void;
  onAnswer(fn: (answer: RigAnswer) => void): void;
  onEvent(fn: (event: RigEvent) => void): void;
}

export interface RigOptions {
  rail: Rail;
  rules: ControllerRules;
  clock: Clock;
  /** The morning's opening round was done before the twin starts. */
  confirmedAtStart: boolean;
  /** Boots so far, so that every start has its own boot id. */
  bootIdBefore?: number;
}

export function newRig({ rail, rules, clock, confirmedAtStart, bootIdBefore = 0 }: RigOptions): Rig {
  let state = bootState({ bootId: bootIdBefore, epochHighest: 0, wireIdLast: 0 }, confirmedAtStart);
  let powered = true;
  let cancelTick: (() => void) | null = null;
  const rolling = rollingOf(rail, clock);
  const mischief = noMischief();
  const told = rigListeners(clock);
  const senses = (): Senses => {
    rolling.catchUp();
    return { ...rolling.felt(), ...sensesOf(rail) };
  };

  function feed(input: ControllerInput): RigAnswer | null {
    rolling.catchUp();
    if (!powered) return null;
    const before = state;
    const advanced = advance(state, input, rules, clock.nowMs());
    state = advanced.state;
    const answer = carryOut(advanced.effects, rail, told);
    if (input.kind !== "beat" && (state !== before || input.kind === "tick")) told.change();
    keepTicking();
    return answer;
  }

  /** Time is followed only while something is under way: a room at rest costs nothing. */
  function keepTicking(): void {
    if (cancelTick) return;
    const isLocating = powered && state.openAisle === null && !needsReset(state);
    const { edge, overCurrent } = rolling.felt();
    if (state.job || rolling.isRolling() || isLocating || edge || overCurrent) cancelTick = clock.after(tickMs, tick);
  }

  function tick(): void {
    cancelTick = null;
    const now = senses();
    rolling.forget();
    feed({ kind: "tick", senses: now });
    keepTicking();
  }

  function cutPower(): void {
    if (!powered) return;
    rolling.catchUp();
    // Spring brakes: without power the carriages stop, whatever the controller intended.
    brake(rail);
    state = standStill(state).state;
    powered = false;
    keepTicking();
    told.power("power-cut");
  }

  function restorePower(): void {
    if (powered) return;
    powered = true;
    state = bootState(state.retained, false, state.emergencyPressed);
    told.power("power-restored");
  }

  return {
    ...{ rail, rules, mischief },
    state: () => state,
    isPowered: () => powered,
    command: (command) => feed({ kind: "command", command, senses: senses() }),
    stop: () => void (mischief.isDeaf || feed({ kind: "stop" })),
    beat: () => void feed({ kind: "beat" }),
    light: (target) => void feed({ kind: "light", target }),
    key(key) {
      // The button stays down without power, too.
      if (!powered && key === "emergency-press") state = { ...state, emergencyPressed: true };
      else if (!powered && key === "emergency-release") state = { ...state, emergencyPressed: false };
      else feed({ kind: "panel", key, senses: senses() });
    },
    entry: () => void feed({ kind: "entry" }),
    exit: () => void feed({ kind: "exit" }),
    cutPower,
    restorePower,
    ...told.on,
  };
}

function noMischief(): Mischief {
  return {
    ...{ isDeaf: false, lie: null, told: 0, isRepeating: false, clockSkewMs: 0 },
    ...{ echo: "right", sayLateMs: 0, hearLateMs: 0 },
  };
}

function sensesOf(rail: Rail): Omit<Senses, keyof RailSenses> {
  return {
    edgesAnswer: !rail.edgesStuck,
    atTarget: isAtTarget(rail),
    standing: isStanding(rail),
    openAisle: openAisleOf(rail),
  };
}

function rigListeners(clock: Clock) {
  const changeFns: (() => void)[] = [];
  const answerFns: ((answer: RigAnswer) => void)[] = [];
  const eventFns: ((event: RigEvent) => void)[] = [];

  function change(): void {
    for (const fn of changeFns) fn();
  }
  function event(name: string): void {
    for (const fn of eventFns) fn({ name, atMs: clock.nowMs() });
  }

  return {
    change,
    event,
    answer(answer: RigAnswer): void {
      for (const fn of answerFns) fn(answer);
    },
    power(name: "power-cut" | "power-restored"): void {
      event(name);
      change();
    },
    on: {
      onChange: (fn: () => void) => void changeFns.push(fn),
      onAnswer: (fn: (answer: RigAnswer) => void) => void answerFns.push(fn),
      onEvent: (fn: (event: RigEvent) => void) => void eventFns.push(fn),
    },
  };
}

/** Carries out and reports the controller's decision; returns the answer to the requester, if any. */
function carryOut(
  effects: readonly ControllerEffect[],
  rail: Rail,
  told: ReturnType<typeof rigListeners>,
): RigAnswer | null {
  let answer: RigAnswer | null = null;
  for (const effect of effects) {
    if (effect.kind === "drive") drive(rail, effect.openAisle);
    else if (effect.kind === "brake") brake(rail);
    else if (effect.kind === "event") told.event(effect.name);
    else {
      answer = { wireId: effect.wireId, result: effect.result, reason: effect.reason };
      told.answer(answer);
    }
  }
  return answer;
}

/**
 * Carriages under way are rolled up to the present at every look, so that brakes act at the right moment and not a tick later.
 */
function rollingOf(rail: Rail, clock: Clock) {
  let rolledAtMs = clock.nowMs();
  let felt: RailSenses = { edge: false, overCurrent: false };
  const isRolling = () => rail.targetsMm !== null || !isStanding(rail);

  return {
    isRolling,
    /** Since it was last cleared. */
    felt: () => felt,
    forget(): void {
      felt = { edge: false, overCurrent: false };
    },
    catchUp(): void {
      const nowMs = clock.nowMs();
      if (nowMs === rolledAtMs) return;
      if (isRolling()) {
        const now = roll(rail, nowMs - rolledAtMs);
        felt = { edge: felt.edge || now.edge, overCurrent: felt.overCurrent || now.overCurrent };
      }
      rolledAtMs = nowMs;
    },
  };
}
