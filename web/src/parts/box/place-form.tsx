import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import type { BoxView } from "../../../../src/contract/catalogue.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { ProblemNote } from "../problem-note.tsx";
import { ReasonField } from "../reason-field.tsx";
import type { BoxActWanted } from "./box-acts.tsx";

/** 上架 (put away) by hand. */
export function PlaceForm({ box, onDone, wanted }: { box: BoxView; onDone: () => void; wanted?: BoxActWanted }) {
  const { t } = useTranslation();
  const place = useAct<{ locationCode: string; reason: string }>({
    run: ({ locationCode, reason }, key) =>
      call(endpoints.placeBox, {
        params: { id: box.id },
        body: { locationCode: locationCode.trim(), reason },
        key,
      }),
    old: [["box", box.id], ["search"], ["history", `box:${box.id}`]],
    done: onDone,
  });
  return (
    <Form
      layout="vertical"
      className="act-form"
      onFinish={place.go}
      data-testid="place-form"
      initialValues={
        wanted?.locationCode ? { locationCode: wanted.locationCode, reason: t("box.placeReasonCount") } : {}
      }
    >
      <Form.Item
        name="locationCode"
        label={t("box.placeTo")}
        extra={wanted?.isLayer ? t("box.placeLayerHint") : undefined}
        rules={[{ required: true, message: t("box.placeHint") }]}
      >
        <Input autoFocus maxLength={64} placeholder={t("box.placeHint")} className="code" />
      </Form.Item>
      <ReasonField />
      <ProblemNote error={place.error} />
      <Button type="primary" htmlType="submit" loading={place.isBusy} data-testid="place-submit">
        {t("box.place")}
      </Button>
    </Form>
  );
}
