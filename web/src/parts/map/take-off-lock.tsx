import { Button, Form, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AreaLock } from "../../../../src/contract/aisles.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { ProblemNote } from "../problem-note.tsx";
import { ReasonField } from "../reason-field.tsx";

/** Takes off somebody else's lock: a separate action, never the same button as for one's own, with a reason that is recorded. */
export function TakeOffLock({ areaKey, lock }: { areaKey: string; lock: AreaLock }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const takeOff = useAct<{ reason: string }>({
    run: ({ reason }, key) =>
      call(endpoints.takeOffLock, { params: { areaKey, lockId: lock.id }, body: { reason }, key }),
    old: [["area", areaKey]],
    done: () => setOpen(false),
  });
  const title = t("map.lock.takeOffOf", { name: lock.name });
  return (
    <>
      <Button size="small" danger onClick={() => setOpen(true)} data-testid="lock-take-off" aria-label={title}>
        {t("map.lock.takeOff")}
      </Button>
      <Modal open={isOpen} title={title} footer={null} destroyOnHidden onCancel={() => setOpen(false)}>
        <p>{t("map.lock.takeOffLead", { name: lock.name })}</p>
        <Form layout="vertical" onFinish={takeOff.go} className="act-form" data-testid="lock-take-off-form">
          <ReasonField isFirst />
          <ProblemNote error={takeOff.error} />
          <Button danger type="primary" htmlType="submit" loading={takeOff.isBusy} data-testid="lock-take-off-submit">
            {title}
          </Button>
        </Form>
      </Modal>
    </>
  );
}
