import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { ProblemNote } from "../problem-note.tsx";

export function BindTagForm({ boxId, onDone, epc }: { boxId: string; onDone: () => void; epc?: string }) {
  const { t } = useTranslation();
  const bind = useAct<{ epc: string }>({
    run: ({ epc }, key) => call(endpoints.bindTag, { params: { id: boxId }, body: { epc: epc.trim() }, key }),
    old: [["box", boxId], ["search"], ["history", `box:${boxId}`]],
    done: onDone,
  });
  return (
    <Form
      layout="vertical"
      className="act-form"
      onFinish={bind.go}
      data-testid="bind-tag-form"
      initialValues={epc ? { epc } : {}}
    >
      <Form.Item
        name="epc"
        label={t("box.epc")}
        extra={t("box.epcHint")}
        rules={[{ required: true, pattern: /^\s*[0-9A-Fa-f]{4,124}\s*$/, message: t("box.epcHint") }]}
      >
        <Input autoFocus className="code" />
      </Form.Item>
      <ProblemNote error={bind.error} />
      <Button type="primary" htmlType="submit" loading={bind.isBusy} data-testid="bind-tag-submit">
        {t("box.bindTag")}
      </Button>
    </Form>
  );
}
