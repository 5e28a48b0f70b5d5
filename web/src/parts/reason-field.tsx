import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";

/** The reason for an action, in the person's own words: it goes into the journal, so blanks are not accepted. */
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
