import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { healthQuery } from "../live/queries.ts";
import { atTime } from "./at-time.ts";

/** The machine's own clock: the age of commands and every time in the journal depend on it. */
export function TimeSource() {
  const { t } = useTranslation();
  const time = useQuery(healthQuery).data?.time;
  if (!time) return null;
  const { state, source, offsetMs, sinceMs } = time;
  const offset = offsetMs === null ? null : (offsetMs / 1000).toFixed(3);
  return (
    <section className="sheet" data-testid="time-source">
      <h2>{t("devices.time.title")}</h2>
      <p>
        <strong>{t(`devices.time.state.${state}`)}</strong>{" "}
        <span className="soft">
          {source !== null && t("devices.time.by", { source })}{" "}
          {offset !== null && t("devices.time.offset", { offset })}{" "}
          {sinceMs !== null && t("devices.time.since", { at: atTime(sinceMs) })}
        </span>
      </p>
      {state === "unknown" && <p className="soft">{t("devices.time.unknownHelp")}</p>}
    </section>
  );
}
