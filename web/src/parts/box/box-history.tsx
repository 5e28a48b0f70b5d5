import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { historyQuery } from "../../live/queries.ts";
import { atTime } from "../at-time.ts";
import { useJournalSentence } from "../journal-sentence.ts";
import { ProblemNote } from "../problem-note.tsx";

/** The box's history from the journal, newest first. */
export function BoxHistory({ boxId }: { boxId: string }) {
  const { t } = useTranslation();
  const sentence = useJournalSentence();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    historyQuery(`box:${boxId}`),
  );
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section data-testid="box-history">
      <h3>{t("box.history")}</h3>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      {data && rows.length === 0 && <p className="soft">{t("box.noHistory")}</p>}
      <ol className="history">
        {rows.map((row) => (
          <li key={`${row.chain} ${row.revision}`}>
            <time>{atTime(row.atMs, "full")}</time>
            <span>{sentence(row)}</span>
            {row.reason && <q className="soft">{row.reason}</q>}
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <Button block loading={isFetchingNextPage} data-testid="history-more" onClick={() => void fetchNextPage()}>
          {t("common.loadMore")}
        </Button>
      )}
    </section>
  );
}
