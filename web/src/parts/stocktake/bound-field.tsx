import { Form, Radio } from "antd";
import { useTranslation } from "react-i18next";
import { asPercent } from "../../../../src/contract/as-percent.ts";

/** Within the limits of src/contract/stocktake.ts. */
const bounds = [0.0001, 0.001, 0.01, 0.05];
export const presentMaxDefault = 0.001;

/** How wrong "missing" may be; the number of rounds follows from it. */
export function BoundField() {
  const { t } = useTranslation();
  const chosen = Form.useWatch<number | undefined>("presentMax") ?? presentMaxDefault;
  return (
    <Form.Item
      name="presentMax"
      label={t("stocktake.bound")}
      extra={
        <>
          <span data-testid="bound-words">{t("stocktake.boundWords", { percent: asPercent(chosen) })}</span>
          <br />
          {t("stocktake.boundHint")}
        </>
      }
    >
      <Radio.Group options={bounds.map((value) => ({ value, label: asPercent(value) }))} />
    </Form.Item>
  );
}
