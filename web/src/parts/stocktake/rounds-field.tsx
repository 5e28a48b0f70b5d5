import { Form, InputNumber } from "antd";
import { useTranslation } from "react-i18next";

/** Limits as in src/contract/stocktake.ts. */
export function RoundsField() {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="roundsMin"
      label={t("stocktake.rounds")}
      extra={t("stocktake.roundsHint")}
      rules={[{ required: true }]}
    >
      <InputNumber min={5} max={100} precision={0} className="full" />
    </Form.Item>
  );
}
