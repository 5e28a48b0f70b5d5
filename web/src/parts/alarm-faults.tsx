import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { alarmsQuery } from "../live/queries.ts";

/** Alarms refused since the gateway started, and why: from a faulty device, or one with old firmware. */
export function AlarmFaults() {
  const { t } = useTranslation();
  const faults = useQuery(alarmsQuery).data?.faults ?? [];
  if (faults.length === 0) return null;
  return (
    <section className="sheet" data-testid="alarm-faults">
      <h2>{t("alarms.refused")}</h2>
      <ul className="device-list">
        {faults.map(({ deviceId, fault, level, count }) => (
          <li key={`${deviceId} ${fault} ${level}`}>
            <span>{count}</span>
            <div>
              <strong>{deviceId ?? t("alarms.noSender")}</strong>{" "}
              <span className="soft">{level === null ? "" : t(`alarms.level.${level}`)}</span>
              <p>{t(`alarms.fault.${fault}`)}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
