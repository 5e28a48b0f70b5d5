import { useNavigate } from "@tanstack/react-router";
import { Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import type { RelocationDetail } from "../../../../src/contract/relocation.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { relocationQuery } from "../../live/queries.ts";
import { ProblemNote } from "../problem-note.tsx";
import { UndoForm } from "./undo-form.tsx";

type Verb = "start" | "pause" | "resume" | "cancel";

export function RelocationActs({ relocation }: { relocation: RelocationDetail }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const act = useAct<Verb, RelocationDetail>({
    run: (verb, key) => call(endpoints[`${verb}Relocation`], { params: { id: relocation.id }, key }),
    old: [["relocations"], ["relocation", relocation.id]],
    done: (view, _, client) => client.setQueryData(relocationQuery(view.id).queryKey, view),
  });
  const { state } = relocation;
  const next: Verb | null =
    state === "planned" ? "start" : state === "running" ? "pause" : state === "paused" ? "resume" : null;
  const isOver = state === "done" || state === "cancelled";
  return (
    <>
      {next && (
        <Button
          type={next === "pause" ? "default" : "primary"}
          data-testid={`relocation-${next}`}
          loading={act.isBusy}
          onClick={() => act.go(next)}
        >
          {t(`relocation.${next}`)}
        </Button>
      )}
      {!isOver && (
        <Popconfirm
          title={t("relocation.cancel")}
          description={t("relocation.cancelSure")}
          okText={t("relocation.cancel")}
          cancelText={t("common.back")}
          onConfirm={() => act.go("cancel")}
        >
          <Button data-testid="relocation-cancel">{t("relocation.cancel")}</Button>
        </Popconfirm>
      )}
      {isOver && relocation.movesPlaced > 0 && (
        <UndoForm
          relocation={relocation}
          onPlanned={(id) => void navigate({ to: "/relocations/$id", params: { id } })}
        />
      )}
      <ProblemNote error={act.error} onClose={act.forget} />
    </>
  );
}
