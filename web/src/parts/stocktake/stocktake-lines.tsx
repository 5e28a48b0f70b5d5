import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Popover, Table } from "antd";
import { useTranslation } from "react-i18next";
import type { StocktakeClass, StocktakeLine } from "../../../../src/contract/stocktake.ts";
import { stocktakeLinesQuery } from "../../live/queries.ts";
import { type Language, useLanguage } from "../../words/index.ts";
import { ProblemNote } from "../problem-note.tsx";
import { StateMark } from "../state-mark.tsx";
import { LineEvidence } from "./line-evidence.tsx";

export function StocktakeLines({ id, of }: { id: string; of: StocktakeClass }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const found = useInfiniteQuery(stocktakeLinesQuery(id, of));
  const lines = found.data?.pages.flatMap((page) => page.lines) ?? [];
  return (
    <>
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      <Table<StocktakeLine>
        size="medium"
        rowKey="no"
        loading={found.isPending}
        dataSource={lines}
        pagination={false}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: t("stocktake.noLines") }}
        columns={[
          { title: "#", dataIndex: "no", width: 64 },
          {
            title: t("common.barcode"),
            render: (_, line) => {
              const word = <span className="code">{line.barcode ?? line.epc ?? t("common.none")}</span>;
              if (!line.boxId) return word;
              return (
                <Link to="/" search={{ q: line.barcode ?? undefined, box: line.boxId }}>
                  {word}
                </Link>
              );
            },
          },
          {
            title: t("stocktake.expected"),
            render: (_, line) => (
              <span className="code">{line.expectedCode ?? line.expectedLayerId ?? t("common.none")}</span>
            ),
          },
          {
            title: t("stocktake.seen"),
            render: (_, line) => <span className="code">{line.seenCode ?? t("common.none")}</span>,
          },
          {
            title: t("common.state"),
            render: (_, line) => (
              <StateMark
                state={line.certainty === "confirmed" ? "confirmed" : "paused"}
                word={t(`stocktake.certainty.${line.certainty}`)}
              />
            ),
          },
          {
            title: t("common.reason"),
            render: (_, line) => <span className="explain">{explained(line, language)}</span>,
          },
          {
            title: t("stocktake.evidence"),
            render: (_, line) => (
              <Popover
                trigger="click"
                placement="left"
                title={t("stocktake.evidence")}
                content={<LineEvidence line={line} />}
              >
                <Button size="small" data-testid="line-evidence">
                  {t("stocktake.evidence")}
                </Button>
              </Popover>
            ),
          },
        ]}
      />
      {found.hasNextPage && (
        <Button block loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("common.loadMore")}
        </Button>
      )}
    </>
  );
}

function explained(line: StocktakeLine, language: Language): string {
  const words = line.explanation[language];
  return typeof words === "string" ? words : "";
}
