import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { devicesQuery } from "../live/queries.ts";
import { AlarmFaults } from "../parts/alarm-faults.tsx";
import { DeviceList } from "../parts/device-list.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { ProblemNote } from "../parts/problem-note.tsx";
import { TimeSource } from "../parts/time-source.tsx";

export function DevicesPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(devicesQuery);
  const up = data?.filter((line) => line.state === "up").length ?? 0;
  return (
    <>
      <PageHead
        title={t("devices.title")}
        {...(data ? { lead: t("devices.upCount", { up, all: data.length }) } : {})}
      />
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton active />}
      {data && (
        <section className="sheet devices">
          {data.length === 0 ? <p className="soft">{t("devices.none")}</p> : <DeviceList lines={data} />}
        </section>
      )}
      <TimeSource />
      <AlarmFaults />
    </>
  );
}
