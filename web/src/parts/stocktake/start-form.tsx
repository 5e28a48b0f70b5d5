import { useNavigate } from "@tanstack/react-router";
import { Button, Form, Input, InputNumber, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import type { StocktakeView } from "../../../../src/contract/stocktake.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { type RoomGeometry, useRooms } from "../../live/use-area.ts";
import { useLanguage } from "../../words/index.ts";
import { say } from "../../words/say.ts";
import { ProblemNote } from "../problem-note.tsx";
import { BoundField, presentMaxDefault } from "./bound-field.tsx";
import { type StartValues, scopeOf } from "./scope.ts";

export function StartForm() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const rooms = useRooms();
  const [form] = Form.useForm<StartValues>();
  const what = Form.useWatch("what", form);
  const roomId = Form.useWatch("roomId", form);
  const room = rooms.find((one) => one.id === roomId) ?? rooms[0];
  const start = useAct<StartValues, StocktakeView>({
    run: (values, key) =>
      call(endpoints.startStocktake, {
        body: { roomId: values.roomId, scope: scopeOf(values), settings: { presentMax: values.presentMax } },
        key,
      }),
    old: [["stocktakes"]],
    done: (view) => void navigate({ to: "/stocktakes/$id", params: { id: view.id } }),
  });
  if (!room) return null;
  return (
    <Form
      form={form}
      layout="vertical"
      className="sheet start-form"
      requiredMark={false}
      initialValues={{ roomId: room.id, what: "whole", presentMax: presentMaxDefault }}
      onFinish={start.go}
      data-testid="stocktake-form"
    >
      <h2>{t("stocktake.startTitle")}</h2>
      <RoomField rooms={rooms} />
      <Form.Item name="what" label={t("stocktake.scope")}>
        <Radio.Group
          options={(["whole", "part", "list"] as const).map((value) => ({ value, label: t(`stocktake.${value}`) }))}
        />
      </Form.Item>
      {what === "part" && <PartFields room={room} />}
      {what === "list" && <ListField />}
      <div className="fields">
        {what !== "list" && (
          <Form.Item name="sampleBoxes" label={t("stocktake.sample")} extra={t("stocktake.sampleHint")}>
            <InputNumber min={1} max={20_000} precision={0} className="full" />
          </Form.Item>
        )}
        <BoundField />
      </div>
      <ProblemNote error={start.error} />
      <Button type="primary" size="large" htmlType="submit" loading={start.isBusy} data-testid="stocktake-start">
        {t("stocktake.start")}
      </Button>
    </Form>
  );
}

/** Hidden where the gateway has one room. */
function RoomField({ rooms }: { rooms: readonly RoomGeometry[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (rooms.length <= 1) {
    return (
      <Form.Item name="roomId" hidden>
        <Input />
      </Form.Item>
    );
  }
  return (
    <Form.Item name="roomId" label={t("stocktake.room")}>
      <Select options={rooms.map((one) => ({ value: one.id, label: say(one.name, language) }))} />
    </Form.Item>
  );
}

function PartFields({ room }: { room: RoomGeometry }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const columns = [...new Set(room.areas.flatMap((area) => area.columns.map((column) => column.no)))];
  return (
    <div className="fields">
      <Form.Item name="areaKeys" label={t("stocktake.areas")}>
        <Select
          mode="multiple"
          allowClear
          placeholder={t("common.all")}
          options={room.areas.map((area) => ({ value: area.areaKey, label: say(area.name, language) }))}
        />
      </Form.Item>
      <Form.Item name="columns" label={t("stocktake.columns")}>
        <Select
          mode="multiple"
          allowClear
          placeholder={t("stocktake.anyColumn")}
          options={columns.map((no) => ({ value: no, label: t("map.column", { n: no }) }))}
        />
      </Form.Item>
      <Form.Item name="sides" label={t("stocktake.sides")}>
        <Select
          mode="multiple"
          allowClear
          placeholder={t("stocktake.anySide")}
          options={["A", "B"].map((side) => ({ value: side, label: t("map.side", { side }) }))}
        />
      </Form.Item>
    </div>
  );
}

function ListField() {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="barcodes"
      label={t("stocktake.barcodes")}
      extra={t("stocktake.barcodesHint")}
      rules={[{ required: true, message: t("stocktake.barcodesHint") }]}
    >
      <Input.TextArea autoSize={{ minRows: 4, maxRows: 12 }} className="code" />
    </Form.Item>
  );
}
