/** A motion command arrives: refused with a number of the register's reason table, or accepted and announced by the warning. */
import type { CommandResult, RefusalReason } from "../../src/contract/shelf.ts";
import { blockedBy } from "./blocked-by.ts";
import { standStill } from "./stand-still.ts";
import type { Advanced, ControllerEffect, ControllerRules, ControllerState, Senses, WireCommand } from "./state.ts";

export function takeCommand(
  state: ControllerState,
  command: WireCommand,
  senses: Senses,
  rules: ControllerRules,
  nowMs: number,
): Advanced {
  const { fence } = command;
  const wireId = fence?.wireId ?? 0;
  // The same command again (its answer got lost): nothing new happens, its result stays readable.
  if (fence && fence.wireId === state.retained.wireIdLast && fence.epoch === state.retained.epochHighest) {
    const last = state.lastCommand;
    if (command.isFresh && last?.wireId === wireId)
      return { state, effects: [{ kind: "answer", wireId, result: last.result, reason: last.reason }] };
    return refuse(state, wireId, "duplicate");
  }
  const unfit = fence ? unfitOf(state, command, fence) : null;
  if (unfit) return refuse(state, wireId, unfit);
  const fenced: ControllerState = fence
    ? { ...state, retained: { ...state.retained, epochHighest: fence.epoch, wireIdLast: fence.wireId } }
    : state;
  if (!command.isFresh || (command.ttlMs !== null && !(command.ttlMs > 0 && command.ttlMs <= rules.ttlMaxMs)))
    return refuse(fenced, wireId, "stale");
  if (command.verb === "inhibit") return settle(standStill({ ...fenced, inhibited: true }), wireId);
  if (command.verb === "release") return settle({ state: { ...fenced, inhibited: false }, effects: [] }, wireId);
  if (command.verb === "pause") return settle(standStill(fenced), wireId);
  return takeMotion(fenced, command, senses, rules, nowMs);
}

/** S15. Ids grow within an epoch; 16 bits wrap, so "newer" is the shorter way round. */
function unfitOf(
  state: ControllerState,
  command: WireCommand,
  fence: NonNullable<WireCommand["fence"]>,
): RefusalReason | null {
  const { epochHighest, wireIdLast } = state.retained;
  if (fence.epoch < epochHighest) return "wrong-epoch";
  const isNewer = ((fence.wireId - wireIdLast) & 0xffff) < 0x8000;
  if (fence.epoch === epochHighest && wireIdLast !== 0 && !isNewer) return command.isFresh ? "duplicate" : "stale";
  return null;
}

function takeMotion(
  state: ControllerState,
  command: WireCommand,
  senses: Senses,
  rules: ControllerRules,
  nowMs: number,
): Advanced {
  const { verb, fence } = command;
  const wireId = fence?.wireId ?? 0;
  if (verb !== "open" && verb !== "close" && verb !== "ventilate") return refuse(state, wireId, "interlock");
  const aisle = verb === "open" ? command.aisle : 0;
  if (verb === "open" && (aisle < 1 || aisle > rules.aisles)) return refuse(state, wireId, "unknown-aisle");
  if (verb === "open" && rules.aisleWidthMm < rules.aisleMinMm) return refuse(state, wireId, "too-narrow");
  if (state.phase !== "rest" || !senses.standing) return refuse(state, wireId, "busy");
  const blocked = blockedBy(state);
  if (blocked) return refuse(state, wireId, blocked);
  if (fence && fence.expectedOpenAisle !== state.openAisle) return refuse(state, wireId, "wrong-position");
  const job = { wireId, verb, aisle, untilMs: nowMs + rules.warnMs };
  return {
    state: { ...state, phase: "warning", job, lastCommand: { wireId, result: "accepted", reason: null } },
    effects: [
      { kind: "answer", wireId, result: "accepted", reason: null },
      { kind: "event", name: "warning" },
    ],
  };
}

/** A refused duplicate leaves the last result readable: otherwise a replay could hide the end of a move. */
function refuse(state: ControllerState, wireId: number, reason: RefusalReason): Advanced {
  const answer: ControllerEffect = { kind: "answer", wireId, result: "refused", reason };
  if (reason === "duplicate" || reason === "wrong-epoch") return { state, effects: [answer] };
  return { state: { ...state, lastCommand: { wireId, result: "refused", reason } }, effects: [answer] };
}

function settle(advanced: Advanced, wireId: number): Advanced {
  const result: CommandResult = "done";
  return {
    state: { ...advanced.state, lastCommand: { wireId, result, reason: null } },
    effects: [...advanced.effects, { kind: "answer", wireId, result, reason: null }],
  };
}
