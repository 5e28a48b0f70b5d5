import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Drawer, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StocktakeClass } from "../../../../src/contract/kinds/stocktake-lines.ts";
import type { StocktakeLine } from "../../../../src/contract/stocktake.ts";
import { stocktakeLinesQuery } from "../../live/queries.ts";
import { useLanguage } from "../../words/index.ts";
import { BoxDrawer } from "../box/box-drawer.tsx";
import { BindByScan } from "../import/bind-by-scan.tsx";
import { ProblemNote } from "../problem-note.tsx";
import { lineColumns } from "./line-columns.tsx";
import { LineDecisionForm } from "./line-decision.tsx";
import { LineProof } from "./line-proof.tsx";
import { LineProposals, type Opened } from "./line-proposals.tsx";

/** The lines of a class; each opens to its evidence, and its proposals open the box without leaving the result. */
export function StocktakeLines({ id, of }: { id: string; of: StocktakeClass }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [proofs, setProofs] = useState<readonly number[]>([]);
  const [opened, setOpened] = useState<Opened | null>(null);
  const found = useInfiniteQuery(stocktakeLinesQuery(id, of));
  const lines = found.data?.pages.flatMap((page) => page.items) ?? [];
  const close = () => setOpened(null);
  const turn = ({ no }: StocktakeLine) =>
    setProofs((open) => (open.includes(no) ? open.filter((one) => one !== no) : [...open, no]));
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
        columns={lineColumns({
          t,
          language,
          isProofOpen: (line) => proofs.includes(line.no),
          onProof: turn,
          onOpen: setOpened,
        })}
        onRow={(line) => ({ "data-testid": `line-${line.barcode ?? line.epc}` }) as object}
        expandable={{
          showExpandColumn: false,
          expandedRowKeys: [...proofs],
          expandedRowRender: (line) => (
            <div className="proof">
              <LineProof line={line} />
              {line.proposals.length > 0 && (
                <section>
                  <h3>{t("stocktake.proposals")}</h3>
                  <LineProposals line={line} onOpen={setOpened} />
                </section>
              )}
              <LineDecisionForm stocktakeId={id} line={line} />
            </div>
          ),
        }}
      />
      {found.hasNextPage && (
        <Button block loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("common.loadMore")}
        </Button>
      )}
      {opened && "boxId" in opened && (
        <BoxDrawer boxId={opened.boxId} onClose={close} {...(opened.wanted ? { wanted: opened.wanted } : {})} />
      )}
      {opened && "epc" in opened && (
        <Drawer open size={560} onClose={close} title={t("box.bindTag")} data-testid="bind-drawer">
          <p className="code wrap">{opened.epc}</p>
          <BindByScan epc={opened.epc} />
        </Drawer>
      )}
    </>
  );
}
