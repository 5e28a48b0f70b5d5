import { SoundFilled } from "@ant-design/icons";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { motionWarnings, soundWarning } from "../live/motion-warnings.ts";
import { useStore } from "../live/store.ts";
import { useAreaName } from "../live/use-area.ts";

/** Carriages are about to move and their controller does not warn by itself (S12). */
export function MotionWarningBanner() {
  const { t } = useTranslation();
  const nameOf = useAreaName();
  const warnings = useStore(motionWarnings);
  const isWarning = warnings.length > 0;
  useEffect(() => (isWarning ? soundWarning() : undefined), [isWarning]);
  return (
    <div role="alert" className="alarms" data-testid="motion-warnings">
      {warnings.map(({ areaKey, verb, aisle }) => (
        <div key={areaKey} className="alarm motion-warning">
          <SoundFilled aria-hidden />
          <span className="alarm-text">
            <strong>
              {nameOf(areaKey)} · {t(`map.verb.${verb as "open"}`)} {aisle > 0 ? t("map.aisle", { n: aisle }) : ""}
            </strong>{" "}
            {t("shell.motionWarning")}
          </span>
        </div>
      ))}
    </div>
  );
}
