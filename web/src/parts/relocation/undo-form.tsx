import { Button, Form, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import type { RelocationDetail } from "../../../../src/contract/relocation.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { ProblemNote } from "../problem-note.tsx";
import { ReasonField } from "../reason-field.tsx";

/** Undo is a reverse plan of its own: nothing is removed from the history. */
export function UndoForm({ relocation, onPlanned }: { relocation: RelocationDetail; onPlanned: (id: string) => void }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const undo = useAct<{ reason: string }, RelocationDetail>({
    run: ({ reason }, key) => call(endpoints.undoRelocation, { params: { id: relocation.id }, body: { reason }, key }),
    old: [["relocations"]],
    done: (view) => {
      setOpen(false);
      onPlanned(view.id);
    },
  });
  return (
    <>
      <Button data-testid="relocation-undo" onClick={() => setOpen(true)}>
        {t("relocation.undo")}
      </Button>
      <Modal open={isOpen} title={t("relocation.undo")} footer={null} destroyOnHidden onCancel={() => setOpen(false)}>
        <p>{t("relocation.undoSure")}</p>
        <Form layout="vertical" onFinish={undo.go} className="act-form">
          <ReasonField isFirst />
          <ProblemNote error={undo.error} />
          <Button type="primary" htmlType="submit" loading={undo.isBusy} data-testid="relocation-undo-submit">
            {t("relocation.undo")}
          </Button>
        </Form>
      </Modal>
    </>
  );
}
