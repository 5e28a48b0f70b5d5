/** All rules of the shelf controller: (state, input) → (next state, effects). It is safe without a gateway (S5). */
import type { RefusalReason } from "../../src/contract/shelf.ts";
import { blockedBy, isBeatStale, needsReset } from "./blocked-by.ts";
import { pressKey } from "./panel-keys.ts";
import { standStill } from "./stand-still.ts";
import type { Advanced, ControllerInput, ControllerRules, ControllerState, Job, Senses } from "./state.ts";
import { takeCommand } from "./take-command.ts";

export function advance(
  state: ControllerState,
  input: ControllerInput,
  rules: ControllerRules,
  nowMs: number,
): Advanced {
  switch (input.kind) {
    case "command":
      return takeCommand(state, input.command, input.senses, rules, nowMs);
    case "stop":
      // Accepted in every state; always latches, so that nothing restarts by itself (S3).
      return standStill({ ...state, stopped: true });
    case "beat":
      return { state: { ...state, beatAtMs: nowMs }, effects: [] };
    case "light":
      return { state: { ...state, light: input.target }, effects: [] };
    case "panel":
      return pressKey(state, input.key, input.senses);
    case "entry":
      return enter(state);
    case "exit":
      return leave(state);
    case "tick":
      return tick(state, input.senses, rules, nowMs);
  }
}

/** A person passes the entrance beam. During a move that is a trip; during the warning it ends the job. */
function enter(state: ControllerState): Advanced {
  const people = state.people === null ? null : state.people + 1;
  const entered = { ...state, people, entrySeq: (state.entrySeq + 1) % 0xffff, occupied: true };
  if (state.phase === "moving") return standStill({ ...entered, tripped: true }, "occupied");
  if (state.phase === "warning") return standStill(entered, "occupied");
  return { state: entered, effects: [] };
}

/** More out than in is a mismatch: the count is not used until a person has looked (S9). */
function leave(state: ControllerState): Advanced {
  if (state.people === 0) {
    const lost = { ...state, people: null, sensorFault: true, occupied: true };
    return state.phase === "rest" ? { state: lost, effects: [] } : standStill(lost, "occupied");
  }
  return { state: { ...state, people: state.people === null ? null : state.people - 1 }, effects: [] };
}

function tick(state: ControllerState, senses: Senses, rules: ControllerRules, nowMs: number): Advanced {
  // Over-current (S17) and edges latch even at rest: brakes may still be biting.
  if (senses.edge) return standStill({ ...state, tripped: true }, "occupied");
  if (senses.overCurrent) return standStill({ ...state, overCurrent: true });
  if (!state.job) return { state: senses.standing ? locate(state, senses) : state, effects: [] };
  return state.phase === "warning"
    ? lastLook(state, state.job, senses, rules, nowMs)
    : whileMoving(state, state.job, senses, rules, nowMs);
}

/** A pause needs no reset: once the carriages stand, their marks tell which aisle is open, if any. */
function locate(state: ControllerState, senses: Senses): ControllerState {
  return state.openAisle === null && !needsReset(state) ? { ...state, openAisle: senses.openAisle } : state;
}

/** S12: when the warning is over every input is checked once more, then the motors start. */
function lastLook(state: ControllerState, job: Job, senses: Senses, rules: ControllerRules, nowMs: number): Advanced {
  const blocked = blockedBy(state);
  if (blocked) return standStill(state, blocked);
  if (nowMs < job.untilMs) return { state, effects: [] };
  if (!senses.edgesAnswer) return standStill({ ...state, sensorFault: true });
  if (isBeatStale(state, rules, nowMs)) return standStill({ ...state, heartbeatLost: true });
  return {
    state: {
      ...state,
      phase: "moving",
      job: { ...job, untilMs: nowMs + rules.moveMaxMs },
      openAisle: null,
      aisleLight: job.aisle > 0 ? job.aisle : state.aisleLight,
    },
    effects: [
      { kind: "drive", openAisle: job.aisle },
      { kind: "event", name: "moving" },
    ],
  };
}

function whileMoving(
  state: ControllerState,
  job: Job,
  senses: Senses,
  rules: ControllerRules,
  nowMs: number,
): Advanced {
  if (isBeatStale(state, rules, nowMs)) return standStill({ ...state, heartbeatLost: true });
  const blocked: RefusalReason | null = blockedBy(state);
  if (blocked) return standStill({ ...state, stopped: true }, blocked);
  if (senses.atTarget) {
    const done = { wireId: job.wireId, result: "done", reason: null } as const;
    const isOpen = job.aisle > 0;
    return {
      state: {
        ...state,
        phase: "rest",
        job: null,
        openAisle: job.aisle,
        lastCommand: done,
        aisleLight: isOpen ? job.aisle : null,
        light: isOpen ? state.light : null,
      },
      effects: [{ kind: "brake" }, { kind: "answer", ...done }, { kind: "event", name: isOpen ? "opened" : "closed" }],
    };
  }
  if (nowMs > job.untilMs) return standStill({ ...state, overCurrent: true });
  return { state, effects: [] };
}
