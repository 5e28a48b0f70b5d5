import { Button, Form } from "antd";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { ProblemNote } from "../problem-note.tsx";
import { ReasonField } from "../reason-field.tsx";

/** 注销: the box no longer exists; its history stays readable. */
export function WithdrawForm({ boxId, onDone }: { boxId: string; onDone: () => void }) {
  const { t } = useTranslation();
  const withdraw = useAct<{ reason: string }>({
    run: (body, key) => call(endpoints.withdrawBox, { params: { id: boxId }, body, key }),
    old: [["box", boxId], ["search"], ["history", `box:${boxId}`]],
    done: onDone,
  });
  return (
    <Form layout="vertical" className="act-form" onFinish={withdraw.go} data-testid="withdraw-form">
      <p className="soft">{t("box.withdrawHint")}</p>
      <ReasonField isFirst />
      <ProblemNote error={withdraw.error} />
      <Button danger type="primary" htmlType="submit" loading={withdraw.isBusy} data-testid="withdraw-submit">
        {t("box.withdraw")}
      </Button>
    </Form>
  );
}
