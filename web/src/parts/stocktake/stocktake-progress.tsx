import { Progress } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { StocktakeView } from "../../../../src/contract/stocktake.ts";
import { palette } from "../../theme.ts";
import { Figure, Figures } from "../figures.tsx";
import { remainingMs } from "./remaining.ts";

export function StocktakeProgress({ view }: { view: StocktakeView }) {
  const { t } = useTranslation();
  const nowMs = useNow(1000);
  const left = remainingMs(view, nowMs);
  const seconds = left === null ? null : Math.ceil(left / 1000);
  const time =
    seconds === null
      ? null
      : seconds < 90
        ? t("stocktake.seconds", { n: seconds })
        : t("stocktake.minutes", { n: Math.ceil(seconds / 60) });
  const share = view.antennasTotal === 0 ? 0 : view.antennasDone / view.antennasTotal;
  const leftWord =
    view.state === "paused"
      ? t("stocktake.leftPaused")
      : time
        ? t("stocktake.leftAbout", { time })
        : t("stocktake.leftUnknown");
  return (
    <section className="sheet progress">
      <Progress
        percent={Math.floor(share * 100)}
        strokeColor={palette.steel}
        aria-label={t("stocktake.progress")}
        status={view.state === "running" ? "active" : "normal"}
      />
      <Figures>
        <Figure
          testId="stocktake-antennas"
          label={t("stocktake.progress")}
          value={t("stocktake.antennas", { done: view.antennasDone, total: view.antennasTotal })}
        />
        <Figure label={t("stocktake.tagsHeard")} value={view.tagsHeard} />
        <Figure
          label={t("stocktake.unhealthy")}
          value={view.antennasUnhealthy}
          look={view.antennasUnhealthy > 0 ? "warn" : "plain"}
        />
        <Figure label={t("stocktake.covered")} value={`${view.layersCovered} / ${view.layersTotal}`} />
        <Figure label={t("stocktake.left")} value={leftWord} />
      </Figures>
    </section>
  );
}

function useNow(everyMs: number): number {
  const [nowMs, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
