import { Button, Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useRooms } from "../../live/use-area.ts";
import { useLanguage } from "../../words/index.ts";
import { say } from "../../words/say.ts";
import { ReasonField } from "../reason-field.tsx";
import type { Draft } from "./draft.ts";

interface Props {
  draft: Draft | null;
  onKeep: (draft: Draft) => void;
  onPreview: (draft: Draft) => void;
}

export function FilterForm({ draft, onKeep, onPreview }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const rooms = useRooms();
  const [form] = Form.useForm<Draft>();
  const toAreaKey = Form.useWatch("toAreaKey", form);
  const areas = rooms.flatMap((room) => room.areas.map((area) => ({ ...area, roomId: room.id })));
  const closed = areas.find((area) => area.purpose === "closed") ?? areas.at(-1);
  if (!closed) return null;
  const target = areas.find((area) => area.areaKey === toAreaKey) ?? closed;
  const options = areas.map((area) => ({ value: area.areaKey, label: say(area.name, language) }));
  const withRoom = (values: Draft): Draft => ({ ...values, roomId: target.roomId });
  return (
    <Form<Draft>
      form={form}
      layout="vertical"
      className="sheet"
      requiredMark={false}
      initialValues={draft ?? { recordState: "closed", toAreaKey: closed.areaKey }}
      onValuesChange={(_, values) => onKeep(withRoom(values))}
      onFinish={(values) => onPreview(withRoom(values))}
      data-testid="relocation-form"
    >
      <div className="fields">
        <Form.Item
          name="name"
          label={t("relocation.name")}
          rules={[{ required: true, whitespace: true, message: t("relocation.nameHint") }]}
        >
          <Input maxLength={120} placeholder={t("relocation.nameHint")} />
        </Form.Item>
        <ReasonField />
      </div>
      <h2>{t("relocation.which")}</h2>
      <WhichBoxes areas={options} />
      <Form.Item name="barcodes" label={t("relocation.barcodes")} extra={t("stocktake.barcodesHint")}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} className="code" />
      </Form.Item>
      <h2>{t("relocation.where")}</h2>
      <div className="fields">
        <Form.Item name="toAreaKey" label={t("relocation.toArea")} rules={[{ required: true }]}>
          <Select options={options} />
        </Form.Item>
        <Form.Item name="toColumns" label={t("relocation.toColumns")}>
          <Select
            mode="multiple"
            allowClear
            placeholder={t("stocktake.anyColumn")}
            options={target.columns.map((column) => ({ value: column.no, label: t("map.column", { n: column.no }) }))}
          />
        </Form.Item>
      </div>
      <Button type="primary" size="large" htmlType="submit" data-testid="relocation-preview">
        {t("relocation.preview")}
      </Button>
    </Form>
  );
}

function WhichBoxes({ areas }: { areas: { value: string; label: string }[] }) {
  const { t } = useTranslation();
  return (
    <div className="fields">
      <Form.Item name="recordState" label={t("relocation.recordState")}>
        <Select
          options={[
            { value: "closed", label: t("box.record.state.closed") },
            { value: "active", label: t("box.record.state.active") },
            { value: "any", label: t("relocation.any") },
          ]}
        />
      </Form.Item>
      <Form.Item name="supplyOffice" label={t("relocation.supplyOffice")}>
        <Input placeholder={t("relocation.any")} />
      </Form.Item>
      <Form.Item name="line" label={t("relocation.line")}>
        <Input placeholder={t("relocation.any")} />
      </Form.Item>
      <Form.Item name="businessType" label={t("relocation.businessType")}>
        <Input placeholder={t("relocation.any")} />
      </Form.Item>
      <Form.Item name="fromAreaKey" label={t("relocation.fromArea")}>
        <Select allowClear placeholder={t("relocation.any")} options={areas} />
      </Form.Item>
      <Form.Item name="boxesMax" label={t("relocation.boxesMax")}>
        <InputNumber min={1} max={20_000} precision={0} placeholder={t("relocation.any")} className="full" />
      </Form.Item>
    </div>
  );
}
