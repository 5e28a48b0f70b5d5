import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input, Segmented, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LoanView } from "../../../src/contract/catalogue.ts";
import { loansQuery } from "../live/queries.ts";
import { atTime } from "../parts/at-time.ts";
import { PageHead } from "../parts/page-head.tsx";
import { ProblemNote } from "../parts/problem-note.tsx";

export function LoansPage() {
  const { t } = useTranslation();
  const [onlyOpen, setOnlyOpen] = useState(true);
  const [q, setQ] = useState("");
  const found = useInfiniteQuery({ ...loansQuery(onlyOpen, q), placeholderData: keepPreviousData });
  const nowMs = Date.now();
  return (
    <>
      <PageHead title={t("loans.title")}>
        <Input.Search
          allowClear
          placeholder={t("loans.search")}
          aria-label={t("loans.search")}
          onSearch={(text) => setQ(text.trim())}
        />
        <Segmented
          value={onlyOpen ? "open" : "all"}
          onChange={(value) => setOnlyOpen(value === "open")}
          options={[
            { value: "open", label: t("loans.onlyOpen") },
            { value: "all", label: t("loans.all") },
          ]}
        />
      </PageHead>
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      <Table<LoanView>
        size="medium"
        rowKey="id"
        loading={found.isPending}
        dataSource={found.data?.pages.flatMap((page) => page.items) ?? []}
        pagination={false}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: t("loans.none") }}
        columns={[
          { title: t("loans.holder"), render: (_, loan) => <strong>{loan.holder.name}</strong> },
          {
            title: t("common.barcode"),
            render: (_, loan) => (
              <Link to="/" search={{ q: loan.barcode, box: loan.boxId }} className="code">
                {loan.barcode}
              </Link>
            ),
          },
          { title: t("loans.reason"), dataIndex: "reason" },
          { title: t("loans.taken"), render: (_, loan) => atTime(loan.takenAtMs) },
          {
            title: t("loans.due"),
            render: (_, loan) => {
              if (loan.dueAtMs === null) return <span className="soft">{t("loans.noDue")}</span>;
              const isLate = loan.returnedAtMs === null && loan.dueAtMs < nowMs;
              return (
                <>
                  {atTime(loan.dueAtMs, "day")} {isLate && <Tag className="mark mark-bad">{t("loans.overdue")}</Tag>}
                </>
              );
            },
          },
          ...(onlyOpen
            ? []
            : [
                {
                  title: t("loans.returned"),
                  render: (_: unknown, loan: LoanView) =>
                    loan.returnedAtMs === null ? t("common.none") : atTime(loan.returnedAtMs),
                },
              ]),
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
