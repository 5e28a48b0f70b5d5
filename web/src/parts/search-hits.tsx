import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Empty, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import type { BoxView } from "../../../src/contract/catalogue.ts";
import { searchQuery } from "../live/queries.ts";
import { ProblemNote } from "./problem-note.tsx";
import { SearchHit } from "./search-hit.tsx";

interface Props {
  q: string;
  guidedId: string | null;
  onShow: (box: BoxView) => void;
  onDetails: (boxId: string) => void;
}

export function SearchHits({ q, guidedId, onShow, onDetails }: Props) {
  const { t } = useTranslation();
  const found = useInfiniteQuery(searchQuery(q));
  if (found.isError) return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton active paragraph={{ rows: 4 }} />;
  const hits = found.data.pages.flatMap((page) => page.items);
  const isCapped = found.data.pages.some((page) => page.isCapped);
  return (
    <section aria-label={t("find.title")} data-testid="hits">
      <p className="soft hits-count" role="status">
        {hits.length > 0 && t(found.hasNextPage ? "find.countMore" : "find.count", { n: hits.length })}
        {isCapped && ` ${t("find.capped")}`}
      </p>
      {hits.length === 0 && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={
            <>
              <strong>{t("find.none", { q })}</strong>
              <br />
              {t("find.noneHint")}
            </>
          }
        />
      )}
      <ul className="hits">
        {hits.map((hit) => (
          <SearchHit
            key={`${hit.box?.id ?? ""} ${hit.record?.id ?? ""}`}
            hit={hit}
            isGuided={hit.box !== null && hit.box.id === guidedId}
            onShow={onShow}
            onDetails={onDetails}
          />
        ))}
      </ul>
      {found.hasNextPage && (
        <Button block loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("common.loadMore")}
        </Button>
      )}
    </section>
  );
}
