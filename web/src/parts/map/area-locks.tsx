import { LockFilled } from "@ant-design/icons";
import { Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import type { AreaLockView } from "../../../../src/contract/aisles.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { useMay, useSession } from "../../live/use-session.ts";
import { atTime } from "../at-time.ts";
import { ProblemNote } from "../problem-note.tsx";
import { TakeOffLock } from "./take-off-lock.tsx";

/** People who work between the carriages and have locked the area (S22); they take off their own locks. */
export function AreaLocks({ areaKey, locks }: { areaKey: string; locks: readonly AreaLockView[] }) {
  const { t } = useTranslation();
  if (locks.length === 0) return null;
  return (
    <section className="attention is-warning" aria-label={t("map.lock.title")} data-testid="area-locks">
      <header>
        <LockFilled aria-hidden />
        <p role="status">{t("map.lock.on", { count: locks.length })}</p>
      </header>
      <ul>
        {locks.map((lock) => (
          <LockLine key={lock.id} areaKey={areaKey} lock={lock} />
        ))}
      </ul>
    </section>
  );
}

function LockLine({ areaKey, lock }: { areaKey: string; lock: AreaLockView }) {
  const { t } = useTranslation();
  const me = useSession()?.person;
  const may = useMay();
  const isMine = lock.personId === me?.id;
  const unlock = useAct<void>({
    run: (_, key) => call(endpoints.unlockArea, { params: { areaKey }, key }),
    old: [["area", areaKey]],
  });
  return (
    <li data-testid="area-lock" data-mine={isMine}>
      <div className="finding-what">
        <b>{isMine ? t("map.lock.me", { name: lock.name }) : lock.name}</b>
        <time className="soft">{t("common.since", { time: atTime(lock.sinceMs) })}</time>
        <span className="wrap">{lock.reason}</span>
        {!lock.isKept && <em data-testid="lock-not-kept">{t("map.lock.notKept")}</em>}
      </div>
      <div className="finding-acts">
        {isMine && (
          <Popconfirm
            title={t("map.lock.offSure")}
            okText={t("map.lock.off")}
            cancelText={t("common.back")}
            onConfirm={() => unlock.go()}
          >
            <Button size="small" type="primary" loading={unlock.isBusy} data-testid="lock-off">
              {t("map.lock.off")}
            </Button>
          </Popconfirm>
        )}
        {!isMine && may("takeOff") && <TakeOffLock areaKey={areaKey} lock={lock} />}
      </div>
      <ProblemNote error={unlock.error} onClose={unlock.forget} />
    </li>
  );
}
