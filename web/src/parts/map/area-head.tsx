import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { AreaView } from "../../../../src/contract/aisles.ts";
import { activityWord, lightWord, peopleWord, useInterlockWord } from "./area-words.ts";
import { KeptRules } from "./kept-rules.tsx";

/** The area's state as a line of marks: its activity, people inside, what blocks it, the climate. */
export function AreaHead({ name, view, isLost }: { name: string | null; view: AreaView | undefined; isLost: boolean }) {
  const { t } = useTranslation();
  const interlock = useInterlockWord();
  const isOnline = view?.isOnline ?? false;
  return (
    <header className="area-head">
      {name && <h2>{name}</h2>}
      <div className="marks">
        {view && !isOnline && <Tag className="mark mark-bad">{t("map.offline")}</Tag>}
        {isLost && <Tag className="mark mark-warn">{t("map.stale")}</Tag>}
        {view && isOnline && (
          <>
            <Tag className={`mark mark-${view.activity === "fault" || view.activity === "stopped" ? "bad" : "plain"}`}>
              {activityWord(t, view.activity)}
            </Tag>
            <Tag className={`mark mark-${view.people === 0 ? "plain" : "warn"}`} data-testid="area-people">
              {peopleWord(t, view.people)}
            </Tag>
          </>
        )}
        {view && view.locks.length > 0 && (
          <Tag className="mark mark-bad" data-testid="area-locked">
            {t("map.lock.mark", { count: view.locks.length })}
          </Tag>
        )}
        {view?.interlocks.map((name) => (
          <Tag key={name} className="mark mark-bad">
            {interlock(name)}
          </Tag>
        ))}
        {view?.light && (
          <Tag className="mark mark-lamp" data-testid="area-light">
            {lightWord(t, view.light)}
          </Tag>
        )}
        {view && (view.temperatureC !== null || view.humidityPct !== null) && (
          <span className="climate">
            {t("map.climate", { t: view.temperatureC?.toFixed(1) ?? "—", h: view.humidityPct?.toFixed(0) ?? "—" })}
          </span>
        )}
        {view && <KeptRules rules={view.keptByGateway} />}
      </div>
    </header>
  );
}
