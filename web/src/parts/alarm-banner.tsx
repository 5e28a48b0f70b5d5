import { WarningFilled } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { acknowledge, alarms } from "../live/alarms.ts";
import { useStore } from "../live/store.ts";
import { useAreaName } from "../live/use-area.ts";
import { useLanguage } from "../words/index.ts";
import { say } from "../words/say.ts";
import { atTime } from "./at-time.ts";

const shownMax = 3;

export function AlarmBanner() {
  const { t } = useTranslation();
  const language = useLanguage();
  const list = useStore(alarms);
  const nameOf = useAreaName();
  return (
    <div role="alert" className="alarms" data-testid="alarms">
      {list.slice(0, shownMax).map((alarm, i) => (
        <div key={`${alarm.areaKey} ${alarm.code} ${alarm.en} ${alarm.atMs}`} className="alarm">
          <WarningFilled aria-hidden />
          <span className="alarm-text">
            <strong>
              {t("shell.alarm.title")} · {nameOf(alarm.areaKey)}
            </strong>{" "}
            {say(alarm, language)} <time>{atTime(alarm.atMs, "clock")}</time>
          </span>
          {i === 0 && list.length > 1 && (
            <Button size="small" onClick={() => acknowledge("all")} data-testid="alarm-acknowledge-all">
              {t("shell.alarm.acknowledgeAll")} ({list.length})
            </Button>
          )}
          <Button size="small" onClick={() => acknowledge(alarm)} data-testid="alarm-acknowledge">
            {t("shell.alarm.acknowledge")}
          </Button>
        </div>
      ))}
    </div>
  );
}
