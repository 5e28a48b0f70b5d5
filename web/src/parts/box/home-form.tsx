import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { ProblemNote } from "../problem-note.tsx";
import { ReasonField } from "../reason-field.tsx";

/** 固定位: sets the box's home slot. */
export function HomeForm({ boxId, onDone }: { boxId: string; onDone: () => void }) {
  const { t } = useTranslation();
  const change = useAct<{ locationCode: string; reason: string }>({
    run: ({ locationCode, reason }, key) =>
      call(endpoints.changeHome, { params: { id: boxId }, body: { locationCode: locationCode.trim(), reason }, key }),
    old: [["box", boxId], ["search"], ["history", `box:${boxId}`]],
    done: onDone,
  });
  return (
    <Form layout="vertical" className="act-form" onFinish={change.go} data-testid="home-form">
      <Form.Item
        name="locationCode"
        label={t("box.changeHomeTo")}
        extra={t("box.changeHomeHint")}
        rules={[{ required: true, message: t("box.placeHint") }]}
      >
        <Input autoFocus maxLength={64} placeholder={t("box.placeHint")} className="code" />
      </Form.Item>
      <ReasonField />
      <ProblemNote error={change.error} />
      <Button type="primary" htmlType="submit" loading={change.isBusy} data-testid="home-submit">
        {t("box.changeHome")}
      </Button>
    </Form>
  );
}
