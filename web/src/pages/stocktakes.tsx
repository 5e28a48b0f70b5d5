import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Table } from "antd";
import { useTranslation } from "react-i18next";
import type { StocktakeView } from "../../../src/contract/stocktake.ts";
import { stocktakesQuery } from "../live/queries.ts";
import { useAreaName } from "../live/use-area.ts";
import { useMay } from "../live/use-session.ts";
import { atTime } from "../parts/at-time.ts";
import { PageHead } from "../parts/page-head.tsx";
import { ProblemNote } from "../parts/problem-note.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { scopeWords } from "../parts/stocktake/scope-words.ts";
import { StartForm } from "../parts/stocktake/start-form.tsx";

export function StocktakesPage() {
  const { t } = useTranslation();
  const may = useMay();
  const areaName = useAreaName();
  const { data, error, refetch } = useQuery(stocktakesQuery);
  return (
    <>
      <PageHead title={t("stocktake.title")} />
      <div className="two">
        {may("stocktake") && <StartForm />}
        <section>
          <h2>{t("stocktake.earlier")}</h2>
          {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
          <Table<StocktakeView>
            size="medium"
            rowKey="id"
            loading={!data && !error}
            dataSource={data ?? []}
            pagination={{ pageSize: 12, hideOnSinglePage: true }}
            scroll={{ x: "max-content" }}
            locale={{ emptyText: t("stocktake.none") }}
            columns={[
              {
                title: t("common.started"),
                render: (_, one) => (
                  <Link to="/stocktakes/$id" params={{ id: one.id }} data-testid="stocktake-link">
                    {atTime(one.startedAtMs)}
                  </Link>
                ),
              },
              {
                title: t("stocktake.scope"),
                render: (_, one) =>
                  one.aisle
                    ? t("delta.of", { area: areaName(one.aisle.areaKey), n: one.aisle.aisle })
                    : scopeWords(t, one.scope, areaName),
              },
              {
                title: t("common.state"),
                render: (_, one) => <StateMark state={one.state} word={t(`stocktake.state.${one.state}`)} />,
              },
              { title: t("stocktake.covered"), render: (_, one) => `${one.layersCovered} / ${one.layersTotal}` },
              {
                title: t("stocktake.class.missing"),
                align: "right",
                render: (_, one) => String(one.summary?.missing ?? t("common.none")),
              },
              {
                title: t("stocktake.class.misplaced"),
                align: "right",
                render: (_, one) => String(one.summary?.misplaced ?? t("common.none")),
              },
            ]}
          />
        </section>
      </div>
    </>
  );
}
