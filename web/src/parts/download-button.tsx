import { DownloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Space } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { JobView } from "../../../src/contract/jobs.ts";
import { download } from "../live/download.ts";
import { jobsQuery } from "../live/queries.ts";
import { ProblemNote } from "./problem-note.tsx";

interface Props {
  path: string;
  /** The gateway's name for it, in the terms of src/contract/jobs.ts. */
  about: string;
  label: string;
  testId: string;
}

type State = { kind: "idle" } | { kind: "busy" } | { kind: "stopped" } | { kind: "failed"; error: unknown };

/**
 * For a file that the gateway must make first: shows progress, a cancel button, and a refusal in words instead of a page of JSON.
 */
export function DownloadButton({ path, about, label, testId }: Props) {
  const { t } = useTranslation();
  const [state, setState] = useState<State>({ kind: "idle" });
  const asking = useRef<AbortController | null>(null);
  const isBusy = state.kind === "busy";
  const { data } = useQuery({ ...jobsQuery, enabled: isBusy });
  const job = data?.jobs.find((one) => one.isMine && one.about === about);
  // Leaving the page cancels it.
  useEffect(() => () => asking.current?.abort(), []);

  async function go(): Promise<void> {
    const controller = new AbortController();
    asking.current = controller;
    setState({ kind: "busy" });
    try {
      await download(path, controller.signal);
      setState({ kind: "idle" });
    } catch (error) {
      setState(controller.signal.aborted ? { kind: "stopped" } : { kind: "failed", error });
    }
  }

  return (
    <div className="download">
      <Space wrap>
        <Button icon={<DownloadOutlined />} loading={isBusy} data-testid={testId} onClick={() => void go()}>
          {label}
        </Button>
        {isBusy && (
          <Button data-testid={`${testId}-stop`} onClick={() => asking.current?.abort()}>
            {t("jobs.stop")}
          </Button>
        )}
        <span role="status" className="soft" data-testid={`${testId}-state`}>
          {isBusy && <JobWords job={job} />}
          {state.kind === "stopped" && t("jobs.stopped")}
        </span>
      </Space>
      <ProblemNote error={state.kind === "failed" ? state.error : null} onClose={() => setState({ kind: "idle" })} />
    </div>
  );
}

function JobWords({ job }: { job: JobView | undefined }) {
  const { t } = useTranslation();
  if (!job) return t("jobs.begun");
  return t(`jobs.${job.phase}`, { ahead: job.ahead, rows: job.done.toLocaleString() });
}
