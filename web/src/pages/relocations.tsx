import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Table } from "antd";
import { useTranslation } from "react-i18next";
import type { RelocationView } from "../../../src/contract/relocation.ts";
import { relocationsQuery } from "../live/queries.ts";
import { useMay } from "../live/use-session.ts";
import { atTime } from "../parts/at-time.ts";
import { PageHead } from "../parts/page-head.tsx";
import { ProblemNote } from "../parts/problem-note.tsx";
import { StateMark } from "../parts/state-mark.tsx";

export function RelocationsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(relocationsQuery);
  return (
    <>
      <PageHead title={t("relocation.title")}>
        {may("relocate") && (
          <Button
            type="primary"
            icon={<PlusOutlined />}
            data-testid="relocation-new"
            onClick={() => void navigate({ to: "/relocations/new" })}
          >
            {t("relocation.new")}
          </Button>
        )}
      </PageHead>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      <Table<RelocationView>
        size="medium"
        rowKey="id"
        loading={!data && !error}
        dataSource={data ?? []}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: t("relocation.none") }}
        columns={[
          {
            title: t("relocation.name"),
            render: (_, one) => (
              <Link to="/relocations/$id" params={{ id: one.id }} data-testid="relocation-link">
                {one.name}
                {one.undoOf ? ` (${t("relocation.isUndo")})` : ""}
              </Link>
            ),
          },
          { title: t("common.reason"), dataIndex: "reason" },
          { title: t("common.time"), render: (_, one) => atTime(one.createdAtMs) },
          {
            title: t("common.state"),
            render: (_, one) => <StateMark state={one.state} word={t(`relocation.state.${one.state}`)} />,
          },
          {
            title: t("relocation.over"),
            align: "right",
            render: (_, one) => `${one.movesPlaced} / ${one.movesTotal}`,
          },
        ]}
      />
    </>
  );
}
