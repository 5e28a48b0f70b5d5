import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Progress, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { relocationQuery } from "../live/queries.ts";
import { useMay } from "../live/use-session.ts";
import { PageHead } from "../parts/page-head.tsx";
import { ProblemNote } from "../parts/problem-note.tsx";
import { MovesOver } from "../parts/relocation/moves-over.tsx";
import { RelocationActs } from "../parts/relocation/relocation-acts.tsx";
import { WorkList } from "../parts/relocation/work-list.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { palette } from "../theme.ts";

const route = getRouteApi("/relocations/$id");

export function RelocationPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const may = useMay();
  const { data, error, refetch } = useQuery(relocationQuery(id));
  if (error && !data) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  const share = data.movesTotal === 0 ? 0 : (data.movesPlaced + data.movesSkipped) / data.movesTotal;
  return (
    <div data-testid="relocation" data-state={data.state}>
      <Link to="/relocations">← {t("relocation.title")}</Link>
      <PageHead title={data.name} lead={data.reason}>
        <StateMark state={data.state} word={t(`relocation.state.${data.state}`)} />
        {may("relocate") && <RelocationActs relocation={data} />}
      </PageHead>
      <section className="sheet progress">
        <Progress percent={Math.floor(share * 100)} strokeColor={palette.steel} aria-label={t("relocation.title")} />
        <p>
          <strong data-testid="relocation-progress">
            {t("relocation.progress", { placed: data.movesPlaced, total: data.movesTotal })}
          </strong>{" "}
          <span className="soft">
            {t("relocation.counts", { picked: data.movesPicked, skipped: data.movesSkipped })}
          </span>
        </p>
      </section>
      <WorkList relocation={data} canWork={may("relocate") && data.state === "running"} />
      <MovesOver moves={data.moves} />
    </div>
  );
}
