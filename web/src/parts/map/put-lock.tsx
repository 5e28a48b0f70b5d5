import { LockOutlined } from "@ant-design/icons";
import { Button, Form, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AreaLock, AreaView } from "../../../../src/contract/aisles.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { useMay, useSession } from "../../live/use-session.ts";
import { ProblemNote } from "../problem-note.tsx";
import { ReasonField } from "../reason-field.tsx";

interface Props {
  areaKey: string;
  area: string;
  view: AreaView | undefined;
}

/** 挂锁: a lock to put on before working between the carriages. With the controller offline it holds once that is back. */
export function PutLock({ areaKey, area, view }: Props) {
  const { t } = useTranslation();
  const me = useSession()?.person;
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const lock = useAct<{ reason: string }, AreaLock>({
    run: ({ reason }, key) => call(endpoints.lockArea, { params: { areaKey }, body: { reason }, key }),
    old: [["area", areaKey]],
    done: () => setOpen(false),
  });
  const isOn = view?.locks.some((one) => one.personId === me?.id) ?? false;
  if (!may("move") || !view || isOn) return null;
  return (
    <>
      <Button size="small" icon={<LockOutlined />} onClick={() => setOpen(true)} data-testid={`lock-${areaKey}`}>
        {t("map.lock.put")}
      </Button>
      <Modal
        open={isOpen}
        title={t("map.lock.putOn", { area })}
        footer={null}
        destroyOnHidden
        onCancel={() => setOpen(false)}
      >
        <p>{t("map.lock.putLead")}</p>
        <Form layout="vertical" onFinish={lock.go} className="act-form" data-testid="lock-form">
          <ReasonField isFirst />
          <ProblemNote error={lock.error} />
          <Button type="primary" htmlType="submit" loading={lock.isBusy} data-testid="lock-submit">
            {t("map.lock.put")}
          </Button>
        </Form>
      </Modal>
    </>
  );
}
