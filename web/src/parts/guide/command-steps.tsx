import { CheckCircleFilled, CloseCircleFilled, LoadingOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { GuideState } from "./guide-state.ts";

export function CommandSteps({ guide }: { guide: GuideState }) {
  const { t } = useTranslation();
  return (
    <ol className="steps" data-testid="command-steps">
      {guide.steps.map(({ step, state }) => (
        <li key={step} className={`step is-${state}`} aria-current={state === "now" ? "step" : undefined}>
          {state === "done" && <CheckCircleFilled aria-hidden />}
          {state === "failed" && <CloseCircleFilled aria-hidden />}
          {state === "now" && <LoadingOutlined aria-hidden />}
          {state === "todo" && <i className="step-dot" aria-hidden />}
          {t(`map.command.${step}`)}
        </li>
      ))}
    </ol>
  );
}
