import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button, Progress, Skeleton, Space } from "antd";
import { useTranslation } from "react-i18next";
import type { ImportView } from "../../../src/contract/catalogue.ts";
import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import type { importActs } from "../../../src/contract/endpoints/files.ts";
import { useAct } from "../live/act.ts";
import { call } from "../live/call.ts";
import { importQuery } from "../live/queries.ts";
import { Figure, Figures } from "../parts/figures.tsx";
import { importStateOf } from "../parts/import/import-state.ts";
import { RowFaults } from "../parts/import/row-faults.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { ProblemNote } from "../parts/problem-note.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { palette } from "../theme.ts";

const route = getRouteApi("/imports/$id");

export function ImportPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const { data: view, error, refetch } = useQuery(importQuery(id));
  const act = useAct<(typeof importActs)[number], ImportView>({
    run: (verb, key) => call(endpoints[`${verb}Import`], { params: { id }, key }),
    old: [["import", id], ["imports"]],
  });
  if (error && !view) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!view) return <Skeleton active />;
  const count = (key: string) => Number(view.summary[key] ?? 0);
  const rowsGood = view.rowsTotal - view.rowsRefused;
  const isOpen = view.state === "received" || view.state === "running";
  const shown = importStateOf(view);
  const standing = standingOf(view);
  return (
    <div data-testid="import" data-state={shown}>
      <Link to="/catalogue">← {t("catalogue.title")}</Link>
      <PageHead title={view.filename} {...(view.state === "checked" ? { lead: t("catalogue.checkLead") } : {})}>
        <StateMark state={shown} word={t(`catalogue.state.${shown}`)} />
      </PageHead>
      {isOpen && !view.isPaused && <Under view={view} />}
      {standing && (
        <p role="status" data-testid={view.isPaused ? "import-paused" : "import-ended"}>
          {t(`catalogue.${standing}`, { n: view.rowsDone.toLocaleString() })}
        </p>
      )}
      <Figures>
        <Figure label={t("catalogue.rows")} value={view.rowsTotal} />
        <Figure label={t("catalogue.created")} value={count("created")} />
        <Figure label={t("catalogue.changed")} value={count("changed")} />
        <Figure label={t("catalogue.unchanged")} value={count("unchanged")} />
        <Figure
          testId="import-refused"
          label={t("catalogue.refused")}
          value={view.rowsRefused}
          look={view.rowsRefused > 0 ? "bad" : "plain"}
        />
      </Figures>
      <ProblemNote error={act.error} onClose={act.forget} />
      <Space wrap className="desk-acts">
        {view.state === "checked" && (
          <Button
            type="primary"
            size="large"
            data-testid="import-run"
            disabled={rowsGood <= 0}
            loading={act.isBusy}
            onClick={() => act.go("run")}
          >
            {rowsGood > 0 ? t("catalogue.run", { n: rowsGood }) : t("catalogue.nothingToRun")}
          </Button>
        )}
        {isOpen && (
          <Button
            type={view.isPaused ? "primary" : "default"}
            size="large"
            data-testid={view.isPaused ? "import-resume" : "import-pause"}
            loading={act.isBusy}
            onClick={() => act.go(view.isPaused ? "resume" : "pause")}
          >
            {t(view.isPaused ? "catalogue.resume" : "catalogue.pause")}
          </Button>
        )}
        {(view.state === "checked" || isOpen) && (
          <Button size="large" data-testid="import-cancel" onClick={() => act.go("cancel")}>
            {t("catalogue.cancel")}
          </Button>
        )}
      </Space>
      <RowFaults view={view} />
    </div>
  );
}

/** A note for an import that nothing works on; null where its state says enough. */
function standingOf({ state, isPaused, rowsDone }: ImportView) {
  if (isPaused) return state === "received" ? "pausedCheck" : "pausedRun";
  if (state === "cancelled") return rowsDone === 0 ? "nothingWritten" : "partWritten";
  return state === "failed" && rowsDone > 0 ? "partWritten" : null;
}

/** The current phase, and how far it is. */
function Under({ view }: { view: ImportView }) {
  const { t } = useTranslation();
  const { phase, rows, share, ahead } = view.progress ?? { phase: "waiting", rows: 0, share: null, ahead: 0 };
  return (
    <section className="sheet">
      <Progress
        percent={Math.floor((share ?? 0) * 100)}
        status="active"
        strokeColor={palette.steel}
        aria-label={t(`catalogue.state.${view.state}`)}
      />
      <p role="status" data-testid="import-progress" data-phase={phase}>
        {t(`catalogue.phase.${phase}`, { rows: rows.toLocaleString(), ahead })}
      </p>
    </section>
  );
}
