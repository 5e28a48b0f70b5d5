import { useTranslation } from "react-i18next";
import type { AreaView, CommandView } from "../../../../src/contract/aisles.ts";
import { areaVerbs } from "../../../../src/contract/endpoints/aisles.ts";
import { ProblemError } from "../../live/call.ts";
import { isSettled, type Motion, type Verb } from "../../live/use-motion.ts";
import { CommandSteps } from "../guide/command-steps.tsx";
import { guideState } from "../guide/guide-state.ts";
import { Refusal } from "../guide/refusal.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { FindingsBeware } from "./aisle-attention.tsx";

interface Props {
  view: AreaView | undefined;
  command: CommandView | null;
  error: unknown;
  onAgain: (motion: Motion) => void;
  onForget: () => void;
}

const verbs: readonly string[] = ["open", ...areaVerbs];
/** A command that succeeded this long ago is not shown any more. */
const newsMs = 15_000;

/** The outcome of the area's newest command. */
export function MotionNote({ view, command, error, onAgain, onForget }: Props) {
  const { t } = useTranslation();
  if (error) {
    const isRefusal = error instanceof ProblemError && error.status > 0;
    if (!isRefusal) return <ProblemNote error={error} onClose={onForget} />;
    return <Refusal why={error} mayAgain={false} />;
  }
  if (!command || !verbs.includes(command.verb)) return null;
  const isOld = command.settledAtMs !== null && (view?.atMs ?? 0) - command.settledAtMs > newsMs;
  if (isOld && command.state === "done") return null;
  const verb = command.verb as Verb;
  const mayKey = verb === "open" ? `open:${command.aisle}` : verb;
  const guide = guideState(command, null, view, mayKey);
  const again: Motion = verb === "open" ? { verb, aisle: command.aisle } : { verb };
  return (
    <div className="motion-note" data-testid="motion-note" data-state={command.state} aria-live="polite">
      <strong>
        {t(`map.verb.${verb}`)} {verb === "open" ? t("map.aisle", { n: command.aisle }) : ""}
      </strong>
      {!isSettled(command) || command.state === "done" ? <CommandSteps guide={guide} /> : null}
      {verb === "open" && <FindingsBeware view={view} aisle={command.aisle} />}
      {guide.refusal && <Refusal why={guide.refusal} mayAgain={guide.mayAgain} onAgain={() => onAgain(again)} />}
    </div>
  );
}
