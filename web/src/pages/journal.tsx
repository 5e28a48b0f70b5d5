import { useQuery } from "@tanstack/react-query";
import { Button, Select, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type JournalRow, siteChain } from "../../../src/contract/journal.ts";
import { journalQuery } from "../live/queries.ts";
import { useRooms } from "../live/use-area.ts";
import { useMay } from "../live/use-session.ts";
import { atTime } from "../parts/at-time.ts";
import { useJournalSentence } from "../parts/journal-sentence.ts";
import { PageHead } from "../parts/page-head.tsx";
import { ProblemNote } from "../parts/problem-note.tsx";
import { VerifyButton } from "../parts/verify-button.tsx";
import { useLanguage } from "../words/index.ts";
import { say } from "../words/say.ts";

const pageRows = 50;

/** Shows the newest page first; a chain is read by revision, so pages never shift. */
export function JournalPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay();
  const rooms = useRooms();
  const sentence = useJournalSentence();
  const [chosen, choose] = useState<string | null>(null);
  /** Revision after which the page begins; null = the newest page. */
  const [after, setAfter] = useState<number | null>(null);
  const chain = chosen ?? (rooms[0] ? `room:${rooms[0].id}` : "");
  // The head comes only with an answer, so one row is requested for it.
  const head = useQuery({ ...journalQuery(chain, 0, 1), enabled: chain !== "", refetchInterval: 10_000 }).data?.head;
  const newest = Math.max(0, (head ?? 0) - pageRows);
  const from = after ?? newest;
  const { data, error, refetch, isPending } = useQuery({
    ...journalQuery(chain, from, pageRows),
    enabled: chain !== "" && head !== undefined,
  });
  const rows = [...(data?.items ?? [])].sort((a, b) => b.revision - a.revision);
  const chains = [
    ...rooms.map((room) => ({ value: `room:${room.id}`, label: say(room.name, language) })),
    ...(may("audit") ? [{ value: siteChain, label: t("journal.wholeSite") }] : []),
  ];
  return (
    <>
      <PageHead title={t("journal.title")} lead={t("journal.lead")}>
        <Select
          aria-label={t("journal.chain")}
          value={chain}
          options={chains}
          style={{ minWidth: 160 }}
          onChange={(next) => {
            choose(next);
            setAfter(null);
          }}
        />
        {may("audit") && <VerifyButton chain={chain} />}
      </PageHead>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      <Table<JournalRow>
        size="medium"
        rowKey="revision"
        loading={isPending && !error}
        dataSource={rows}
        pagination={false}
        locale={{ emptyText: t("common.empty") }}
        expandable={{
          columnTitle: <span className="hidden">{t("journal.body")}</span>,
          expandedRowRender: (row) => (
            <pre className="journal-body">
              {row.kind} · {row.subject} · {row.actor}
              {"\n"}
              {JSON.stringify(row.body, null, 1)}
              {"\n"}
              {row.hash}
            </pre>
          ),
        }}
        columns={[
          { title: t("journal.revision"), dataIndex: "revision", width: 90 },
          { title: t("common.time"), width: 170, render: (_, row) => atTime(row.atMs, "full") },
          { title: t("journal.what"), render: (_, row) => <span className="explain wide">{sentence(row)}</span> },
          { title: t("common.reason"), render: (_, row) => <span className="explain">{row.reason ?? ""}</span> },
        ]}
      />
      <p className="pager">
        <Button
          disabled={after === null || from >= newest}
          onClick={() => setAfter(from + pageRows >= newest ? null : from + pageRows)}
        >
          {t("journal.newer")}
        </Button>
        <Button disabled={from === 0} onClick={() => setAfter(Math.max(0, from - pageRows))}>
          {t("journal.older")}
        </Button>
      </p>
    </>
  );
}
