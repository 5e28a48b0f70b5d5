import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { stopAll, stopState } from "../live/stop.ts";
import { useStore } from "../live/store.ts";

/** Above everything, also above dialogs: one press stops all areas. */
export function StopButton() {
  const { t } = useTranslation();
  const state = useStore(stopState);
  return (
    <div className="stop-place">
      <Tooltip title={t("shell.stop.hint")} placement="right">
        <button
          type="button"
          className="stop"
          data-testid="stop"
          data-state={state.kind}
          aria-label={t("shell.stop.label")}
          aria-keyshortcuts="Control+Alt+S"
          onClick={() => void stopAll()}
        >
          <span className="stop-word">
            {state.kind === "sending" ? t("shell.stop.sending") : t("shell.stop.label")}
          </span>
          <kbd className="stop-key">Ctrl+Alt+S</kbd>
        </button>
      </Tooltip>
    </div>
  );
}
