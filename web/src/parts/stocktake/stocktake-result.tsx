import { CheckCircleFilled, WarningFilled } from "@ant-design/icons";
import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { addressOf } from "../../../../src/contract/endpoints/endpoint.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import {
  type StocktakeClass,
  stocktakeClasses,
  stocktakeClassTable,
} from "../../../../src/contract/kinds/stocktake-lines.ts";
import type { StocktakeView } from "../../../../src/contract/stocktake.ts";
import { DownloadButton } from "../download-button.tsx";
import { Figure, Figures } from "../figures.tsx";
import { coverage } from "./remaining.ts";
import { ResultFacts } from "./result-facts.tsx";
import { StocktakeLines } from "./stocktake-lines.tsx";

export function StocktakeResult({ view }: { view: StocktakeView }) {
  const { t } = useTranslation();
  const covered = coverage(view);
  const counts = { all: view.layersTotal, covered: view.layersCovered };
  const countOf = (of: StocktakeClass) => (view.summary ? Number(view.summary[of] ?? 0) : null);
  const first = stocktakeClasses.find((of) => (countOf(of) ?? 0) > 0) ?? "found";
  return (
    <>
      <section
        className={`sheet covered is-${covered}`}
        aria-label={t("stocktake.covered")}
        data-testid="stocktake-covered"
      >
        {covered === "complete" ? <CheckCircleFilled aria-hidden /> : <WarningFilled aria-hidden />}
        <div>
          <h2>{covered === "nothing" ? t("stocktake.incomplete", counts) : t(`stocktake.${covered}`, counts)}</h2>
          {covered === "nothing" && <p>{t("stocktake.nothing")}</p>}
          {view.state === "cancelled" && <p>{t("stocktake.unfinished")}</p>}
          <p className="soft">{t("stocktake.coveredHint")}</p>
          <ResultFacts view={view} />
        </div>
        <DownloadButton
          path={addressOf(endpoints.getStocktakeResult, { params: { id: view.id } })}
          about={`result:${view.id}`}
          label={t("stocktake.xlsx")}
          testId="stocktake-xlsx"
        />
      </section>
      {view.summary && (
        <Figures>
          {stocktakeClasses.map((of) => {
            const n = countOf(of) ?? 0;
            return (
              <Figure
                key={of}
                testId={`count-${of}`}
                label={t(`stocktake.class.${of}`)}
                value={n}
                look={n === 0 ? "plain" : stocktakeClassTable[of].look}
              />
            );
          })}
        </Figures>
      )}
      <Tabs
        destroyOnHidden
        defaultActiveKey={first}
        items={stocktakeClasses.map((of) => ({
          key: of,
          label: `${t(`stocktake.class.${of}`)} ${countOf(of) ?? ""}`,
          children: <StocktakeLines id={view.id} of={of} />,
        }))}
      />
    </>
  );
}
