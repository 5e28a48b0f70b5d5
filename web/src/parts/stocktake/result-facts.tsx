import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asPercent } from "../../../../src/contract/as-percent.ts";
import type { StocktakeView } from "../../../../src/contract/stocktake.ts";
import { useAreaName } from "../../live/use-area.ts";

interface Told {
  readers?: string[];
  calibrations?: Record<string, number>;
  unreadable?: number;
}

/** How certain the result is, which readers read it in how many rounds, and which antenna calibration judged it. */
export function ResultFacts({ view }: { view: StocktakeView }) {
  const { t } = useTranslation();
  const areaName = useAreaName();
  const { readers = [], calibrations = {}, unreadable = 0 } = (view.summary ?? {}) as Told;
  const versions = Object.entries(calibrations).map(([areaKey, version]) =>
    version === 0
      ? t("stocktake.calibrationDefault", { area: areaName(areaKey) })
      : t("stocktake.calibrationOf", { area: areaName(areaKey), version }),
  );
  const facts: [word: string, value: ReactNode][] = [
    [t("stocktake.bound"), t("stocktake.boundWords", { percent: asPercent(view.settings.presentMax) })],
    [
      t("stocktake.readers"),
      readers.length > 0 && (
        <span className="readers">
          {readers.map((id) => (
            <span key={id}>{id}</span>
          ))}
        </span>
      ),
    ],
    [t("stocktake.rounds"), String(view.roundsRead)],
    [t("stocktake.calibrations"), versions.join("；") || null],
    [t("stocktake.unhealthy"), String(view.antennasUnhealthy)],
    [t("stocktake.unreadable"), unreadable > 0 ? t("stocktake.unreadableHint", { n: unreadable }) : "0"],
    [t("stocktake.tagsHeard"), String(view.tagsHeard)],
  ];
  return (
    <dl className="facts" data-testid="stocktake-facts">
      {facts
        .filter(([, value]) => value)
        .map(([word, value]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
