/** One writer an area: without a sure lead nothing begins, and what moves is stopped before another gateway may begin. */
import type { LeadStanding } from "../lead/lead-grant.ts";
import type { Motion } from "./area-state.ts";
import { leadBlock } from "./lead-block.ts";
import type { Block } from "./plan-opening.ts";
import { decide, endMotionAtRest, endMotionByStop, hold, type Turn } from "./turn.ts";

/** A motion of another grant is not ours to stop, so STOP goes out only for one that this grant began. */
export function onLead(turn: Turn, standing: LeadStanding): void {
  const { state } = turn;
  if (state.lead === standing) return;
  state.lead = standing;
  const block = leadBlock(standing);
  const isOver = block !== null && standing !== "unsure";
  if (block) hold(turn, "lead");
  const about = { commandId: state.motion?.commandId ?? null, verb: "lead", aisle: 0, actor: "gateway" };
  decide(turn, "lead", about, block?.code ?? null, {}, isOver);
  if (block && state.motion) endWithout(turn, state.motion, block.code, isOver);
}

function endWithout(turn: Turn, motion: Motion, code: Block["code"], isOver: boolean): void {
  if (motion.phase === "warning") endMotionAtRest(turn, motion, "refused", code);
  // Written but not answered: it may wait in a queue, and only a STOP takes it back.
  else if (isOver || motion.phase === "sending") endMotionByStop(turn, motion, "stopped", code);
}
