import { Progress } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { StocktakeView } from "../../../../src/contract/stocktake.ts";
import { palette } from "../../theme.ts";
import { Figure, Figures } from "../figures.tsx";
import { addSample, remainingMs, type Sample } from "./remaining.ts";

export function StocktakeProgress({ view }: { view: StocktakeView }) {
  const { t } = useTranslation();
  const left = remainingMs(useSamples(view, 1000), view.antennasTotal);
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

/** The pace is measured while this page looks. */
function useSamples(view: StocktakeView, everyMs: number): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const newest = useRef(view);
  newest.current = view;
  useEffect(() => {
    const look = () => setSamples((before) => addSample(before, newest.current, Date.now()));
    look();
    const timer = setInterval(look, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return samples;
}
