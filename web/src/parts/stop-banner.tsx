import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { stopAll, stopState } from "../live/stop.ts";
import { useStore } from "../live/store.ts";
import { useLanguage } from "../words/index.ts";
import { atTime } from "./at-time.ts";

/** The outcome of the STOP: accepted or, in a striking form, not confirmed. */
export function StopBanner() {
  const { t } = useTranslation();
  const language = useLanguage();
  const state = useStore(stopState);
  if (state.kind === "ready" || state.kind === "sending") return null;
  const close = { onClose: () => stopState.set({ kind: "ready" }) };
  if (state.kind === "taken") {
    return (
      <Alert
        banner
        type="warning"
        data-testid="stop-taken"
        data-by={state.by}
        title={`${atTime(state.atMs, "clock")} ${t("shell.stop.taken")}`}
        closable={close}
      />
    );
  }
  return (
    <Alert
      banner
      type="error"
      className="stop-unanswered"
      data-testid="stop-unanswered"
      title={t("shell.stop.unanswered")}
      description={state[language]}
      action={
        <Button danger onClick={() => void stopAll()}>
          {t("shell.stop.again")}
        </Button>
      }
      closable={close}
    />
  );
}
