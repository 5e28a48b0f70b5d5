import { Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useAreaView } from "../../live/use-area.ts";
import { useMotion } from "../../live/use-motion.ts";
import { useMay } from "../../live/use-session.ts";
import { useLanguage } from "../../words/index.ts";
import { say } from "../../words/say.ts";
import { whyNot } from "../map/aisle-buttons.tsx";
import { activityWord } from "../map/area-words.ts";
import { ProblemNote } from "../problem-note.tsx";
import { StateMark } from "../state-mark.tsx";

/** Opens the aisle of a group of moves from the work list. */
export function OpenAisle({ areaKey, aisle }: { areaKey: string; aisle: number }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay();
  const { data: view } = useAreaView(areaKey);
  const motion = useMotion(areaKey);
  if (!may("move")) return null;
  if (view?.openAisle === aisle) return <StateMark state="done" word={t("relocation.isOpen")} />;
  const why = whyNot(view, aisle, null);
  const isMoving = view?.activity === "opening" || view?.activity === "closing";
  return (
    <>
      <Tooltip title={why ? say(why, language) : undefined}>
        <Button
          size="small"
          data-testid={`open-${areaKey}-${aisle}`}
          aria-disabled={why !== null}
          className={why ? "is-off" : undefined}
          loading={motion.isBusy || isMoving}
          onClick={() => {
            if (!why) motion.go({ verb: "open", aisle });
          }}
        >
          {isMoving ? activityWord(t, view?.activity ?? null) : t("relocation.open")}
        </Button>
      </Tooltip>
      {why && !isMoving && <small className="soft">{say(why, language)}</small>}
      <ProblemNote error={motion.error} onClose={motion.forget} />
    </>
  );
}
