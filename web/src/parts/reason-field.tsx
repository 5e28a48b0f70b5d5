import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";

/** Why somebody does it, in their own words: goes into the journal, so blanks are not a reason. */
export function ReasonField({ isFirst = false }: { isFirst?: boolean }) {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="reason"
      label={t("common.reason")}
      rules={[{ required: true, whitespace: true, message: t("common.reasonHint") }]}
    >
      <Input autoFocus={isFirst} maxLength={500} placeholder={t("common.reasonHint")} />
    </Form.Item>
  );
}
