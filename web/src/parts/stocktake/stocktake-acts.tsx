import { Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import type { StocktakeView } from "../../../../src/contract/stocktake.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { ProblemNote } from "../problem-note.tsx";

export function StocktakeActs({ view }: { view: StocktakeView }) {
  const { t } = useTranslation();
  const act = useAct<"pause" | "resume" | "cancel">({
    run: (verb, key) => call(endpoints[`${verb}Stocktake`], { params: { id: view.id }, key }),
    old: [["stocktake", view.id], ["stocktakes"], ["stocktake-lines", view.id]],
  });
  const other = view.state === "running" ? "pause" : "resume";
  return (
    <>
      <ProblemNote error={act.error} onClose={act.forget} />
      <Button data-testid={`stocktake-${other}`} loading={act.isBusy} onClick={() => act.go(other)}>
        {t(`stocktake.${other}`)}
      </Button>
      <Popconfirm
        title={t("stocktake.cancel")}
        description={t("stocktake.cancelSure")}
        okText={t("stocktake.cancel")}
        cancelText={t("common.back")}
        onConfirm={() => act.go("cancel")}
      >
        <Button data-testid="stocktake-cancel">{t("stocktake.cancel")}</Button>
      </Popconfirm>
    </>
  );
}
