/** Handles wired inputs that see people, and the button of the person who has looked (S9, S13). */
import type { ErrorCode } from "../contract/errors.ts";
import type { AreaInput, Params } from "./area-state.ts";
import { firstBlock, isFresh, isMoving, showsMoving, suspectBlock } from "./guards.ts";
import { occupancyOf } from "./occupancy.ts";
import { pictureBlock } from "./picture-proof.ts";
import { takeReading, unknownInput } from "./seen-by-inputs.ts";
import { decide, endMotionByStop, lookAtMotion, type Turn } from "./turn.ts";

/** A person seen or a sensor lost ends what moves at once. */
export function onOccupancy(turn: Turn, reading: Extract<AreaInput, { kind: "occupancy" }>): void {
  const { state, rules } = turn;
  state.seen = takeReading(state.seen, rules, reading, aisleAtRest(turn));
  const { motion } = state;
  if (!motion || motion.phase === "warning") return;
  const block = firstBlock(rules.guards.keepGoing, lookAtMotion(turn, motion));
  if (block) endMotionByStop(turn, motion, "stopped", block.code, block.params);
}

function aisleAtRest({ state }: Turn): number | null {
  const isOurs = state.motion !== null && state.motion.phase !== "warning";
  return state.status === null || isOurs || showsMoving(state) ? null : state.status.openAisle;
}

export function onConfirmInput(turn: Turn, inputId: string, pressedAtMs: number): void {
  const { state } = turn;
  const about = { commandId: null, verb: "confirm", aisle: state.status?.openAisle ?? 0, actor: `input:${inputId}` };
  const why = whyNoConfirm(turn, inputId, pressedAtMs);
  if (!why) state.seen = { ...state.seen, confirmedEntrySeq: state.seen.entrySeq };
  decide(turn, why ? "confirm-ignored" : "confirm-seen", about, why?.code ?? null, why?.params);
}

function whyNoConfirm(
  { state, rules, atMs }: Turn,
  inputId: string,
  pressedAtMs: number,
): { code: ErrorCode; params: Params } | null {
  const because = (code: ErrorCode, params: Params = {}) => ({ code, params });
  if (!rules.confirmInputs.includes(inputId)) return because("not-found", { what: inputId });
  const { status, motion } = state;
  if (state.link !== "up" || !status) return because("area-offline");
  const odd = suspectBlock(state, rules, atMs);
  if (odd) return odd;
  if (!isFresh(state, rules, atMs)) return because("area-stale", { ageMs: atMs - state.statusAtMs });
  // The carriages must stand still, so that the person looks at the aisle that will be closed.
  const old = pictureBlock(state, rules, atMs);
  if (old) return old;
  if (motion || isMoving(status)) return because("area-busy", { what: `${status.openAisle ?? "?"} → ?` });
  const unknown = unknownInput(state, rules, atMs);
  if (unknown !== null) return because("aisle-input-unknown", { input: unknown });
  const { people } = occupancyOf(state, rules, atMs);
  const { somebodyAtMs, isProven } = state.seen;
  const aisle = status.openAisle ?? "?";
  if (people !== 0) return because("aisle-occupied", { aisle });
  if (!isProven) return because("aisle-input-unproven");
  // Somebody came while the button was held, or after it was released, if the network delayed the press.
  return somebodyAtMs !== null && somebodyAtMs >= pressedAtMs ? because("aisle-occupied", { aisle }) : null;
}
