/** State of the guidance to a box: how far its command is, why it was refused, and whether asking again makes sense. Pure. */
import type { AreaView, CommandView, Saying } from "../../../../src/contract/aisles.ts";

export const guideSteps = ["stored", "accepted", "moving", "done"] as const;
export type GuideStep = (typeof guideSteps)[number];
export type StepState = "todo" | "now" | "done" | "failed";

export interface GuideState {
  steps: { step: GuideStep; state: StepState }[];
  refusal: Pick<Saying, "zh" | "en"> | null;
  /** The cause of the refusal is cleared: the area would accept the command now. */
  mayAgain: boolean;
  isDone: boolean;
}

type Command = Pick<CommandView, "state" | "why">;
type View = Pick<AreaView, "activity" | "columns" | "may">;

const failures = ["refused", "failed", "expired", "stopped"];

/** `command` null and no problem: the aisle stands open already. `problem`: it was refused before it became a command. */
export function guideState(
  command: Command | null,
  problem: Pick<Saying, "zh" | "en"> | null,
  view: View | undefined,
  mayKey: string,
): GuideState {
  const failed = problem !== null || (command !== null && failures.includes(command.state));
  const at = stepOf(command, problem !== null, view);
  const steps = guideSteps.map((step, i) => {
    const state: StepState = i < at ? "done" : i > at ? "todo" : failed ? "failed" : at === 3 ? "done" : "now";
    return { step, state };
  });
  return {
    steps,
    refusal: failed
      ? (problem ?? command?.why ?? { zh: "指令没有完成。", en: "The command was not carried out." })
      : null,
    mayAgain: failed && view?.may[mayKey] === true,
    isDone: !failed && at === 3,
  };
}

function stepOf(command: Command | null, isProblem: boolean, view: View | undefined): number {
  if (isProblem) return 0;
  if (command === null || command.state === "done") return 3;
  if (command.state === "stored" || command.state === "sent") return 0;
  if (command.state === "refused" || command.state === "expired") return 1;
  if (command.state === "failed" || command.state === "stopped") return 2;
  const moves = view?.columns.some((column) => column.motion !== "still") ?? false;
  return moves ? 2 : 1;
}
