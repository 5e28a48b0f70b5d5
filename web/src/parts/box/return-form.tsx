import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import type { BoxView } from "../../../../src/contract/catalogue.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { ProblemNote } from "../problem-note.tsx";

export function ReturnForm({ box, onDone }: { box: BoxView; onDone: () => void }) {
  const { t } = useTranslation();
  const giveBack = useAct<{ locationCode?: string }>({
    run: ({ locationCode }, key) =>
      call(endpoints.returnBox, {
        params: { id: box.id },
        body: locationCode?.trim() ? { locationCode: locationCode.trim() } : {},
        key,
      }),
    old: [["box", box.id], ["search"], ["loans"], ["history", `box:${box.id}`]],
    done: onDone,
  });
  return (
    <Form layout="vertical" className="act-form" onFinish={giveBack.go} data-testid="return-form">
      <Form.Item
        name="locationCode"
        label={t("box.giveBackTo")}
        extra={t("box.giveBackHint")}
        rules={box.homeLocationCode ? [] : [{ required: true, message: t("box.giveBackTo") }]}
      >
        <Input autoFocus maxLength={64} placeholder={box.homeLocationCode ?? ""} className="code" />
      </Form.Item>
      <ProblemNote error={giveBack.error} />
      <Button type="primary" htmlType="submit" loading={giveBack.isBusy} data-testid="return-submit">
        {t("box.giveBack")}
      </Button>
    </Form>
  );
}
