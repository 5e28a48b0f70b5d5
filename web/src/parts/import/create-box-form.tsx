import { Button, Form, Input, type InputRef, Select } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { BoxDetail, CreateBoxBody } from "../../../../src/contract/catalogue.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { ProblemNote } from "../problem-note.tsx";

interface Values {
  barcode: string;
  thicknessMm: number;
  epc?: string;
  homeLocationCode?: string;
  locationCode?: string;
}

const thicknesses = [30, 40, 50];

/** The form stays open and the barcode focused: the next box can be scanned at once. */
export function CreateBoxForm() {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const first = useRef<InputRef>(null);
  const create = useAct<Values, BoxDetail>({
    run: (values, key) => {
      const { barcode, thicknessMm, ...rest } = values;
      const filled = Object.entries(rest).filter(([, value]) => value !== undefined && value !== "");
      const body: CreateBoxBody = { barcode, thicknessMm, ...Object.fromEntries(filled) };
      return call(endpoints.createBox, { body, key });
    },
    old: [["search"]],
    done: () => {
      form.resetFields(["barcode", "epc", "homeLocationCode", "locationCode"]);
      first.current?.focus();
    },
  });
  return (
    <Form
      form={form}
      layout="vertical"
      className="sheet narrow"
      requiredMark={false}
      initialValues={{ thicknessMm: 40 }}
      onFinish={create.go}
      data-testid="create-box-form"
    >
      <p className="soft">{t("catalogue.boxLead")}</p>
      <div className="fields">
        <Form.Item
          name="barcode"
          label={t("catalogue.barcode")}
          rules={[{ required: true, message: t("common.scanHint") }]}
        >
          <Input ref={first} autoFocus maxLength={64} className="code" placeholder={t("common.scanHint")} />
        </Form.Item>
        <Form.Item name="thicknessMm" label={t("catalogue.thickness")}>
          <Select options={thicknesses.map((mm) => ({ value: mm, label: String(mm) }))} />
        </Form.Item>
        <Form.Item
          name="epc"
          label={t("box.epc")}
          rules={[{ pattern: /^[0-9A-Fa-f]{4,124}$/, message: t("box.epcHint") }]}
        >
          <Input className="code" />
        </Form.Item>
        <Form.Item name="homeLocationCode" label={t("catalogue.homeLocation")}>
          <Input maxLength={64} className="code" />
        </Form.Item>
        <Form.Item name="locationCode" label={t("catalogue.location")}>
          <Input maxLength={64} className="code" />
        </Form.Item>
      </div>
      <ProblemNote error={create.error} />
      {create.out && (
        <p className="scan-told" role="status">
          ✓ {t("catalogue.boxCreated", { barcode: create.out.barcode })}
        </p>
      )}
      <Button type="primary" size="large" htmlType="submit" loading={create.isBusy} data-testid="create-box-submit">
        {t("catalogue.createBox")}
      </Button>
    </Form>
  );
}
