import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StandingAlarm } from "../../../src/contract/alarms.ts";
import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import { alarmWord } from "../../../src/contract/kinds/alarms.ts";
import { useAct } from "../live/act.ts";
import { call } from "../live/call.ts";
import { alarmsQuery } from "../live/queries.ts";
import { useAreaName } from "../live/use-area.ts";
import { useMay } from "../live/use-session.ts";
import { useLanguage } from "../words/index.ts";
import { say } from "../words/say.ts";
import { atTime } from "./at-time.ts";
import { ProblemNote } from "./problem-note.tsx";
import { ReasonField } from "./reason-field.tsx";

const shownMax = 3;

/** Alarms that stand until their device or a person clears them, even if they were acknowledged on a screen. */
export function StandingAlarms() {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useAreaName();
  const may = useMay();
  const { standing = [], areas = [] } = useQuery(alarmsQuery).data ?? {};
  const rank = (one: StandingAlarm) => (one.isHolding ? 0 : one.level === "danger" ? 1 : 2);
  const sorted = [...standing].sort((a, b) => rank(a) - rank(b) || a.raisedAtMs - b.raisedAtMs);
  return (
    <div data-testid="standing-alarms">
      {areas.map((one) => (
        <Alert banner key={one.areaKey} type="error" title={`${nameOf(one.areaKey)} · ${say(one, language)}`} />
      ))}
      {sorted.slice(0, shownMax).map((one) => (
        <Alert
          banner
          key={one.id}
          type={one.level === "danger" ? "error" : "warning"}
          title={t(one.isHolding ? "alarms.holding" : "alarms.standing", {
            place: nameOf(one.areaKey),
            device: one.deviceId,
            what: alarmWord(one.kind, language),
            time: atTime(one.raisedAtMs),
          })}
          action={may("clearAlarm") && <ClearAlarm alarm={one} />}
        />
      ))}
      {sorted.length > shownMax && (
        <Alert banner type="warning" title={t("alarms.more", { n: sorted.length - shownMax })} />
      )}
    </div>
  );
}

function ClearAlarm({ alarm }: { alarm: StandingAlarm }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const clear = useAct<{ reason: string }>({
    run: ({ reason }, key) => call(endpoints.clearAlarm, { params: { id: alarm.id }, body: { reason }, key }),
    old: [["alarms"]],
    done: () => setOpen(false),
  });
  const title = t("alarms.clearOf", { device: alarm.deviceId, what: alarmWord(alarm.kind, language) });
  return (
    <>
      <Button size="small" danger onClick={() => setOpen(true)} data-testid="alarm-clear" aria-label={title}>
        {t("alarms.clear")}
      </Button>
      <Modal open={isOpen} title={title} footer={null} destroyOnHidden onCancel={() => setOpen(false)}>
        <p>{t(alarm.isHolding ? "alarms.clearHoldingLead" : "alarms.clearLead")}</p>
        <Form layout="vertical" onFinish={clear.go} className="act-form" data-testid="alarm-clear-form">
          <ReasonField isFirst />
          <ProblemNote error={clear.error} />
          <Button danger type="primary" htmlType="submit" loading={clear.isBusy} data-testid="alarm-clear-submit">
            {title}
          </Button>
        </Form>
      </Modal>
    </>
  );
}
