/**
 * What the journal records of STOPs. Each press goes to the device at once; the journal gets one row a press through either or
 * both doors, and one row a person, area and second with the number of presses.
 */
import type { Clock } from "../clock/clock.ts";
import { mergeRepeats } from "../clock/merge-repeats.ts";
import type { Fact, FactBody, NotedPress, StopPress } from "./messages.ts";

export interface StopNotes {
  /** A STOP that the machine has just decided, with its press. */
  note(areaKey: string, body: FactBody, press: StopPress | null): void;
  /** Facts are held until then, so that a press through both doors becomes one row. */
  heldUntilMs(): number;
  close(): void;
}

export interface StopNotesDeps {
  clock: Clock;
  keep(areaKey: string, body: FactBody): Fact;
  /** Changes a fact that was not yet sent to anybody. */
  amend(fact: Fact): void;
  /** Held facts may now be sent. */
  release(): void;
}

export const stopsMergedMs = 1_000;
/** The console presses both doors at once; its repeats end within this time. */
export const pressMergedMs = 5_000;
export const otherDoorMsMax = 150;
/** Further presses at once are each recorded separately. */
const pressesMax = 1_000;

interface Pressed {
  atMs: number;
  press: NotedPress;
  /** Set once it is recorded: the fact, and until when it is held back. */
  told: { fact: Fact; untilMs: number } | null;
}

export function stopNotes({ clock, keep, amend, release }: StopNotesDeps): StopNotes {
  const repeats = mergeRepeats<{ areaKey: string; body: FactBody; pressed: Pressed | null }>(stopsMergedMs);
  const presses = new Map<string, Pressed>();
  let cancelRepeats: (() => void) | null = null;
  let cancelHold = () => {};
  let heldUntilMs = Number.NEGATIVE_INFINITY;

  function tellRepeatsLater(): void {
    cancelRepeats ??= clock.after(stopsMergedMs, () => {
      cancelRepeats = null;
      tellRepeats();
      if (repeats.isAnyCounted()) tellRepeatsLater();
    });
  }

  function tellRepeats(untilMs = clock.monoMs()): void {
    for (const { value, count } of repeats.due(untilMs))
      tell(value.areaKey, { ...value.body, ...(count > 1 ? { times: count } : {}) } as FactBody, value.pressed);
  }

  /** Whether the same press was already recorded. */
  function isSame(pressed: Pressed | undefined, door: StopPress["door"]): boolean {
    if (!pressed || clock.monoMs() - pressed.atMs >= pressMergedMs) return false;
    const { press, told } = pressed;
    const isOnItsWay = told !== null && clock.monoMs() >= told.untilMs;
    if (press.doors.includes(door) || isOnItsWay) return true;
    press.doors.push(door);
    if (told) amend(told.fact);
    return true;
  }

  function tell(areaKey: string, body: FactBody, pressed: Pressed | null): void {
    const fact = keep(areaKey, body);
    if (pressed) pressed.told = { fact, untilMs: heldUntilMs };
  }

  function remember(key: string, pressed: Pressed): void {
    presses.delete(key);
    presses.set(key, pressed);
    for (const [oldest, { atMs }] of presses) {
      if (presses.size <= pressesMax && clock.monoMs() - atMs < pressMergedMs) break;
      presses.delete(oldest);
    }
  }

  /** Not prolonged by further presses, so that nothing waits longer than once. */
  function hold(): void {
    if (clock.monoMs() < heldUntilMs) return;
    heldUntilMs = clock.monoMs() + otherDoorMsMax;
    cancelHold = clock.after(otherDoorMsMax, release);
  }

  return {
    heldUntilMs: () => heldUntilMs,
    note(areaKey, body, press) {
      tellRepeats();
      if (body.kind !== "decision") return;
      const nowMs = clock.monoMs();
      const key = press?.id ? `${areaKey} ${body.actor} ${press.id}` : null;
      if (key && press && isSame(presses.get(key), press.door)) return;
      const noted = press && {
        id: press.id,
        doors: [press.door],
        askedAtMs: clock.nowMs() - Math.max(0, nowMs - press.askedAtMs),
      };
      const told = noted ? { ...body, press: noted } : body;
      const pressed: Pressed | null = key && noted ? { atMs: nowMs, press: noted, told: null } : null;
      if (key && pressed) remember(key, pressed);
      if (!repeats.isNews(`${areaKey} ${body.actor}`, { areaKey, body: told, pressed }, nowMs))
        return tellRepeatsLater();
      // Held before the fact is kept; otherwise it would already be sent.
      if (pressed) hold();
      tell(areaKey, told, pressed);
    },
    close() {
      cancelHold();
      heldUntilMs = Number.NEGATIVE_INFINITY;
      cancelRepeats?.();
      tellRepeats(Number.POSITIVE_INFINITY);
      release();
    },
  };
}
