import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { stocktakeQuery } from "../live/queries.ts";
import { useAreaName } from "../live/use-area.ts";
import { useMay } from "../live/use-session.ts";
import { atTime } from "../parts/at-time.ts";
import { PageHead } from "../parts/page-head.tsx";
import { ProblemNote } from "../parts/problem-note.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { scopeWords } from "../parts/stocktake/scope-words.ts";
import { StocktakeActs } from "../parts/stocktake/stocktake-acts.tsx";
import { StocktakeProgress } from "../parts/stocktake/stocktake-progress.tsx";
import { StocktakeResult } from "../parts/stocktake/stocktake-result.tsx";

const route = getRouteApi("/stocktakes/$id");

export function StocktakePage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const may = useMay();
  const areaName = useAreaName();
  const { data: view, error, refetch } = useQuery(stocktakeQuery(id));
  if (error && !view) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!view) return <Skeleton active />;
  const isOpen = view.state === "running" || view.state === "paused";
  return (
    <div data-testid="stocktake" data-state={view.state}>
      <Link to="/stocktakes">← {t("stocktake.title")}</Link>
      <PageHead
        title={`${t("stocktake.title")} ${atTime(view.startedAtMs)}`}
        lead={
          view.aisle
            ? t("delta.of", { area: areaName(view.aisle.areaKey), n: view.aisle.aisle })
            : scopeWords(t, view.scope, areaName)
        }
      >
        <StateMark state={view.state} word={t(`stocktake.state.${view.state}`)} />
        {may("stocktake") && isOpen && <StocktakeActs view={view} />}
      </PageHead>
      {isOpen ? <StocktakeProgress view={view} /> : <StocktakeResult view={view} />}
    </div>
  );
}
