import { useQuery } from "@tanstack/react-query";
import { Button, Form, Skeleton, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BackupFile, BackupsView } from "../../../src/contract/backups.ts";
import { addressOf } from "../../../src/contract/endpoints/endpoint.ts";
import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../live/act.ts";
import { call } from "../live/call.ts";
import { backupsQuery } from "../live/queries.ts";
import { useMay } from "../live/use-session.ts";
import { atTime } from "../parts/at-time.ts";
import { Figure, Figures } from "../parts/figures.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { ProblemNote } from "../parts/problem-note.tsx";
import { ReasonField } from "../parts/reason-field.tsx";

export function BackupsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const { data: view, error, refetch } = useQuery({ ...backupsQuery, enabled: may("backups") });
  if (!may("backups")) return <p>{t("shell.notAllowed")}</p>;
  if (error && !view) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!view) return <Skeleton active />;
  return (
    <>
      <PageHead title={t("backups.title")} lead={t("backups.lead")} />
      <Figures>
        <Figure
          testId="backup-newest"
          label={t("backups.newest")}
          value={<Age atMs={view.newestAtMs} />}
          look={view.isLate || view.failure ? "bad" : "plain"}
        />
        <Figure
          label={t("backups.interval")}
          value={view.everyHours === 0 ? t("backups.notBySelf") : t("backups.everyHours", { n: view.everyHours })}
        />
        <Figure label={t("backups.kept")} value={view.filesKept} />
      </Figures>
      <MakeNow view={view} />
      <p className="soft">{t("backups.folder", { folder: view.folder })}</p>
      <Table<BackupFile>
        className="under"
        size="medium"
        rowKey="file"
        dataSource={view.files}
        pagination={false}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: t("backups.none") }}
        data-testid="backup-files"
        columns={[
          { title: t("common.time"), render: (_, { madeAtMs }) => atTime(madeAtMs, "full") },
          { title: t("backups.file"), dataIndex: "file" },
          { title: t("backups.rows"), render: (_, { rows }) => rows.toLocaleString() },
          {
            title: t("backups.size"),
            render: (_, { bytes }) =>
              bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`,
          },
          {
            title: t("common.actions"),
            render: (_, { file }) => (
              <a
                href={addressOf(endpoints.downloadBackup, { params: { file } })}
                download={file}
                data-testid="backup-download"
              >
                {t("backups.download")}
              </a>
            ),
          },
        ]}
      />
    </>
  );
}

/** Failures are shown by the strip above every page. */
function MakeNow({ view }: { view: BackupsView }) {
  const { t } = useTranslation();
  const [begunAtMs, setBegun] = useState<number | null>(null);
  const make = useAct<{ reason: string }, BackupsView>({
    run: (body, key) => call(endpoints.makeBackup, { body, key }),
    old: [["backups"]],
    done: (out) => setBegun(out.running?.sinceMs ?? out.newestAtMs),
  });
  const { running, files } = view;
  const made = begunAtMs === null || running ? undefined : files.find(({ madeAtMs }) => madeAtMs >= begunAtMs);
  return (
    <Form layout="vertical" className="sheet narrow" requiredMark={false} onFinish={make.go} data-testid="backup-form">
      <ReasonField />
      <ProblemNote error={make.error} onClose={make.forget} />
      <Button
        type="primary"
        htmlType="submit"
        loading={make.isBusy || running !== null}
        disabled={running !== null}
        data-testid="backup-now"
      >
        {t("backups.makeNow")}
      </Button>
      <p role="status" data-testid="backup-status">
        {running && t(`backups.step.${running.step}`, { time: atTime(running.sinceMs, "clock") })}
        {running?.progress && <StepProgress step={running.step} progress={running.progress} />}
        {made && t("backups.made", { file: made.file })}
      </p>
    </Form>
  );
}

type Running = NonNullable<BackupsView["running"]>;

function StepProgress({ step, progress }: { step: Running["step"]; progress: NonNullable<Running["progress"]> }) {
  const { t } = useTranslation();
  if (progress.total === null || step === "waiting") return null;
  const isRows = step === "writing";
  const word = (n: number) => (isRows ? n.toLocaleString() : (n / 1_000_000).toFixed(1));
  return ` ${t(`backups.progress.${isRows ? "rows" : "bytes"}`, { done: word(progress.done), total: word(progress.total) })}`;
}

function Age({ atMs }: { atMs: number | null }) {
  const { t } = useTranslation();
  if (atMs === null) return t("backups.never");
  const minutes = Math.max(0, Math.floor((Date.now() - atMs) / 60_000));
  if (minutes === 0) return t("backups.age.now");
  if (minutes < 60) return t("backups.age.minutes", { n: minutes });
  if (minutes < 48 * 60) return t("backups.age.hours", { n: Math.floor(minutes / 60) });
  return t("backups.age.days", { n: Math.floor(minutes / 1440) });
}
