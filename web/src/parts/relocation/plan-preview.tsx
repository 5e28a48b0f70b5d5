import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Alert, Button, Skeleton, Space, Table } from "antd";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import type { RelocationPreview, RelocationView } from "../../../../src/contract/relocation.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { useLanguage } from "../../words/index.ts";
import { say } from "../../words/say.ts";
import { Figure, Figures } from "../figures.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { bodyOf, type Draft } from "./draft.ts";

const fillComfortable = 0.8;
const previewMaxMs = 60_000;

export function PlanPreview({ draft, onBack, onPlanned }: { draft: Draft; onBack: () => void; onPlanned: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const body = bodyOf(draft);
  const { data, error, refetch } = useQuery({
    queryKey: ["relocation-preview", JSON.stringify(body)],
    // A preview changes nothing, so it is requested again after a reload.
    queryFn: ({ signal }) => call(endpoints.previewRelocation, { body, signal, timeoutMs: previewMaxMs }),
    staleTime: 0,
    gcTime: 0,
  });
  const plan = useAct<void, RelocationView>({
    run: (_, key) => call(endpoints.planRelocation, { body, key, timeoutMs: previewMaxMs }),
    old: [["relocations"]],
    done: (view) => {
      onPlanned();
      void navigate({ to: "/relocations/$id", params: { id: view.id } });
    },
  });
  const percent = (share: number) => Math.round(share * 100);
  return (
    <section className="sheet" data-testid="relocation-previewed">
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton active />}
      {data && (
        <>
          <Figures>
            <Figure
              testId="preview-moves"
              label={t("relocation.step.filter")}
              value={t("relocation.moves", { n: data.moves.length })}
            />
            <Figure
              label={t("relocation.collisions", { n: "" })}
              value={t("relocation.collisions", { n: data.collisions.length })}
              look={data.collisions.length > 0 ? "warn" : "plain"}
            />
            <Figure
              label={t("relocation.fill")}
              value={t("relocation.fillChange", { before: percent(data.fillBefore), after: percent(data.fillAfter) })}
              look={data.fillAfter > fillComfortable ? "warn" : "plain"}
            />
            <Figure label={t("map.aisles")} value={t("relocation.openings", { n: data.aisleOpenings })} />
          </Figures>
          {data.fillAfter > fillComfortable && <Alert type="warning" showIcon title={t("relocation.fillHigh")} />}
          <Collisions collisions={data.collisions} />
          <PreviewMoves moves={data.moves} />
          <p className="soft">{t("relocation.confirmHint")}</p>
        </>
      )}
      <ProblemNote error={plan.error} />
      <Space wrap>
        <Button onClick={onBack} data-testid="relocation-back">
          {t("relocation.back")}
        </Button>
        <Button
          type="primary"
          disabled={!data || data.moves.length === 0}
          loading={plan.isBusy}
          data-testid="relocation-plan"
          onClick={() => plan.go()}
        >
          {t("relocation.confirm")}
        </Button>
      </Space>
    </section>
  );
}

function Collisions({ collisions }: Pick<RelocationPreview, "collisions">) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (collisions.length === 0) return null;
  return (
    <details open={collisions.length <= 10}>
      <summary>{t("relocation.collisions", { n: collisions.length })}</summary>
      <ul className="plain-list">
        {collisions.slice(0, 200).map((one) => (
          <li key={one.barcode}>
            <span className="code">{one.barcode}</span> {say(one, language)}
          </li>
        ))}
      </ul>
    </details>
  );
}

function PreviewMoves({ moves }: Pick<RelocationPreview, "moves">) {
  const { t } = useTranslation();
  return (
    <Table
      size="small"
      rowKey="no"
      dataSource={moves}
      pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
      scroll={{ x: "max-content" }}
      locale={{ emptyText: t("relocation.noMoves") }}
      columns={[
        { title: "#", dataIndex: "no", width: 64 },
        { title: t("relocation.box"), dataIndex: "barcode", className: "code" },
        { title: t("relocation.from"), dataIndex: "fromCode", className: "code" },
        { title: t("relocation.to"), dataIndex: "toCode", className: "code" },
        { title: t("common.thickness"), render: (_, move) => t("common.mm", { n: move.thicknessMm }) },
      ]}
    />
  );
}
