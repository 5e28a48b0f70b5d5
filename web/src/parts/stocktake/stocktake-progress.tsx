import { Progress } from "antd";
import type { TFunction } from "i18next";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { StocktakeView } from "../../../../src/contract/stocktake.ts";
import { palette } from "../../theme.ts";
import { Figure, Figures } from "../figures.tsx";
import { addSample, remainingMs, type Sample } from "./remaining.ts";

export function StocktakeProgress({ view }: { view: StocktakeView }) {
  const { t } = useTranslation();
  const look = remainingMs(useSamples(view, 1000), view.antennasTotal);
  const share = view.antennasTotal === 0 ? 0 : view.antennasDone / view.antennasTotal;
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
        <Figure label={t("stocktake.roundsRead")} value={view.roundsRead} />
        <Figure label={t("stocktake.tagsHeard")} value={view.tagsHeard} />
        <Figure
          label={t("stocktake.unhealthy")}
          value={view.antennasUnhealthy}
          look={view.antennasUnhealthy > 0 ? "warn" : "plain"}
        />
        <Figure label={t("stocktake.covered")} value={`${view.layersCovered} / ${view.layersTotal}`} />
        <Figure testId="stocktake-left" label={t("stocktake.left")} value={leftWord(t, view, look)} />
      </Figures>
    </section>
  );
}

/** The judge estimates the time of the whole stocktake; before it was asked, the pace gives the time of this look. */
function leftWord(t: TFunction, view: StocktakeView, lookMs: number | null): string {
  if (view.state === "paused") return t("stocktake.leftPaused");
  const time = (ms: number) => {
    const seconds = Math.ceil(ms / 1000);
    return seconds < 90
      ? t("stocktake.seconds", { n: seconds })
      : t("stocktake.minutes", { n: Math.ceil(seconds / 60) });
  };
  if (view.remainingMs !== null)
    return view.remainingMs < 1000
      ? t("stocktake.leftSoon")
      : t("stocktake.leftAbout", { time: time(view.remainingMs) });
  if (lookMs !== null && lookMs < 1000) return t("stocktake.leftJudging");
  return lookMs === null ? t("stocktake.leftUnknown") : t("stocktake.leftLook", { time: time(lookMs) });
}

/** The pace is measured while this page is open. */
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
