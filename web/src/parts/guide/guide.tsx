import { CloseOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { BoxView } from "../../../../src/contract/catalogue.ts";
import { ProblemError } from "../../live/call.ts";
import { useAreaView } from "../../live/use-area.ts";
import { useCommand, useMotion } from "../../live/use-motion.ts";
import { FindingsBeware } from "../map/aisle-attention.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { CommandSteps } from "./command-steps.tsx";
import { guideState } from "./guide-state.ts";
import { Refusal } from "./refusal.tsx";
import type { ShowBox } from "./use-show-box.ts";

/** From "show me" to the lit slot: progress, the refusal with the step that clears it, and closing the aisle at the end. */
export function Guide({ box, show, onEnd }: { box: BoxView; show: ShowBox; onEnd: () => void }) {
  const { t } = useTranslation();
  const areaKey = show.out?.areaKey ?? box.place.areaKey ?? "";
  const aisle = show.out?.aisle ?? box.place.aisle;
  const view = useAreaView(areaKey).data;
  const command = useCommand(show.out?.command, view);
  const close = useMotion(areaKey);
  const problem = show.error instanceof ProblemError ? show.error : null;
  const guide = guideState(command, problem, view, `open:${aisle}`);
  const isAsking = show.isBusy || (!show.out && !show.error);
  const isLit = view?.light != null && view.openAisle === aisle;
  return (
    <section className="guide" aria-live="polite" data-testid="guide" data-done={guide.isDone && !isAsking}>
      <header>
        <h2>{t("find.guide.title", { location: show.out?.locationCode ?? box.place.locationCode ?? "" })}</h2>
        <span className="code soft">{box.barcode}</span>
        <Button type="text" icon={<CloseOutlined />} aria-label={t("find.guide.done")} onClick={onEnd} />
      </header>
      {isAsking ? (
        <CommandSteps guide={guideState({ state: "stored", why: null }, null, view, "")} />
      ) : (
        <>
          <div data-testid="motion-note" data-state={guide.isDone ? "done" : (command?.state ?? "refused")}>
            <CommandSteps guide={guide} />
          </div>
          {guide.refusal && <Refusal why={guide.refusal} mayAgain={guide.mayAgain} onAgain={() => show.go(box.id)} />}
          {guide.isDone && (
            <p className="guide-done" data-testid="guide-done">
              {isLit ? t("find.guide.lit") : t("find.guide.opened")}
            </p>
          )}
        </>
      )}
      {aisle !== null && <FindingsBeware view={view} aisle={aisle} />}
      <ProblemNote error={close.error} onClose={close.forget} />
      {guide.isDone && !isAsking && view?.openAisle === aisle && (
        <Button data-testid="close-aisle" loading={close.isBusy} onClick={() => close.go({ verb: "close" })}>
          {t("find.guide.close")}
        </Button>
      )}
    </section>
  );
}
