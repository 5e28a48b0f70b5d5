/** The oracle's memory of wired inputs that see people: it keeps times, where the machine keeps flags. */
import type { AreaRules } from "../area-rules.ts";
import type { Advanced, AreaInput } from "../area-state.ts";
import type { Shadow } from "./shadow.ts";
import { isHeldBack, moves } from "./what-moves.ts";

const never = Number.NEGATIVE_INFINITY;

export interface PeopleShadow {
  /** By input: the last reading, and its time. */
  eyes: Readonly<Record<string, { isActive: boolean; readAtMs: number }>>;
  /** The last time at which the carriages moved or may have moved, or an input was lost. */
  doubtAtMs: number;
  /** The last time at which an input of the open aisle saw somebody, with the carriages at rest. */
  passedAtMs: number;
  activeAtMs: number;
  confirmedAtMs: number;
}

export const firstPeople: PeopleShadow = {
  eyes: {},
  doubtAtMs: never,
  passedAtMs: never,
  activeAtMs: never,
  confirmedAtMs: never,
};

/** `before`: the state before this input, which `shadow` already contains. */
export function hearPeople(before: Shadow, shadow: Shadow, rules: AreaRules, input: AreaInput): PeopleShadow {
  const { people } = before;
  const doubted = { ...people, doubtAtMs: input.atMs };
  switch (input.kind) {
    case "occupancy":
      return readEyes(before, rules, input);
    case "confirm-input":
      return isConfirmed(shadow, rules, input) ? { ...people, confirmedAtMs: input.atMs } : people;
    case "link":
      return input.up ? people : doubted;
    case "clock-gap":
      return { ...doubted, eyes: {} };
    case "restart":
      return firstPeople;
    case "status": {
      const isBroken = before.link !== true || Math.abs(input.atMs - before.statusAtMs) > 1000;
      const isOther =
        input.status.openAisle !== before.status?.openAisle || input.status.bootId !== before.status.bootId;
      return shadow.isSuspect || isBroken || isOther || moves(input.status) ? doubted : people;
    }
    default:
      return people;
  }
}

function readEyes(
  { people, status, isSuspect, suspectMoves, isBeating }: Shadow,
  rules: AreaRules,
  { atMs, readAtMs, states }: AreaInput & { kind: "occupancy" },
): PeopleShadow {
  const next = { ...people, eyes: { ...people.eyes } };
  const isAtRest = status !== null && !moves(status) && !(isSuspect && suspectMoves) && !isBeating;
  for (const { id, aisle } of rules.occupancyInputs) {
    const isActive = states[id];
    if (isActive === undefined) continue;
    delete next.eyes[id];
    if (isActive === null) next.doubtAtMs = atMs;
    else next.eyes[id] = { isActive, readAtMs };
    if (isActive !== true) continue;
    next.activeAtMs = atMs;
    const open = status?.openAisle ?? null;
    if (isAtRest && open !== null && (aisle === null || open === 0 || open === aisle)) next.passedAtMs = atMs;
  }
  return next;
}

export function isSeenEmpty({ eyes }: PeopleShadow, rules: AreaRules, atMs: number): boolean {
  return rules.occupancyInputs.every(({ id }) => {
    const eye = eyes[id];
    return eye !== undefined && !eye.isActive && Math.abs(atMs - eye.readAtMs) <= 1500;
  });
}

function isConfirmed(shadow: Shadow, rules: AreaRules, input: AreaInput & { kind: "confirm-input" }): boolean {
  const { people, status, link, isSuspect, statusAtMs, madeAfterMs } = shadow;
  const { atMs, inputId, pressedAtMs } = input;
  if (!rules.confirmInputs.includes(inputId) || !link || !status || isSuspect || isHeldBack(shadow, atMs)) return false;
  if (atMs - statusAtMs > 1000 || atMs - madeAfterMs > 1500 || moves(status) || shadow.isBeating) return false;
  const isSilent = status.occupancy.people === null && rules.cannotKeep.has("S9");
  if (!isSilent && status.occupancy.people !== 0) return false;
  const isPassed = people.passedAtMs > people.doubtAtMs;
  return isSeenEmpty(people, rules, atMs) && isPassed && pressedAtMs > people.activeAtMs;
}

/** A command that went out and was not refused has used up the confirmation, whatever its outcome. */
export function rememberPeople(people: PeopleShadow, { atMs }: AreaInput, { effects }: Advanced): PeopleShadow {
  const isOver = effects.some((effect) => effect.kind === "heartbeat" && !effect.on);
  const isRefused = effects.some((effect) => effect.kind === "settle" && effect.outcome === "refused");
  return isOver && !isRefused ? { ...people, doubtAtMs: atMs } : people;
}
