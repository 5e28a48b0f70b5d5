/** How busy the job processes are. Kinds and codes are few, so the labels are limited. */
import { Counter, Gauge, type Registry } from "prom-client";
import type { JobFigures } from "../jobs/jobs.ts";

export function addJobGauges(registry: Registry, figures: () => JobFigures): void {
  const gauge = (name: string, help: string, of: (now: JobFigures) => number) =>
    new Gauge({
      ...{ name, help, registers: [registry] },
      collect() {
        this.set(of(figures()));
      },
    });
  gauge("guiwei_jobs_running", "Jobs in a process of their own", (now) => now.running);
  gauge("guiwei_jobs_waiting", "Jobs that wait for their turn", (now) => now.waiting);
  gauge(
    "guiwei_jobs_longest_wait_seconds",
    "How long the one that waits longest has waited",
    (now) => now.longestWaitMs / 1000,
  );
  gauge("guiwei_jobs_folder_bytes", "Files of jobs that pass through DATA_DIR/jobs", (now) => now.folderBytes);
  new Counter({
    name: "guiwei_jobs_ended_total",
    help: "Jobs that ended or were refused, by kind and by how: done, or the code of the refusal",
    labelNames: ["kind", "outcome"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { kind, outcome, count } of figures().ended) this.inc({ kind, outcome }, count);
    },
  });
}
