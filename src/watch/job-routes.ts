import { fileEndpoints } from "../contract/endpoints/files.ts";
import { Refusal } from "../contract/errors.ts";
import type { JobView } from "../contract/jobs.ts";
import { mayDo } from "../contract/roles.ts";
import { mount } from "../http/mount.ts";
import { type App, actorOf } from "../http/route.ts";
import type { JobSeen, Jobs } from "../jobs/jobs.ts";

interface Looker {
  actor: string;
  roles: readonly string[];
}

/** A person sees their own jobs, and the gateway's if they have the right to what the job does. */
export function maySeeJob({ source, about }: Pick<JobSeen, "source" | "about">, { actor, roles }: Looker): boolean {
  if (source === actor) return true;
  if (about === "backup") return mayDo(roles, "backups");
  return about.startsWith("import:") && mayDo(roles, "import");
}

export function jobView(job: JobSeen, actor: string): JobView {
  const { id, about, phase, done, total, share, unit, ahead, askedAtMs } = job;
  const known = share ?? (total ? Math.min(1, done / total) : null);
  return { ...{ id, about, phase, done, total, share: known, unit, ahead, askedAtMs }, isMine: job.source === actor };
}

export function jobRoutes(app: App, { jobs }: { jobs: Jobs }): void {
  mount(app, fileEndpoints.getJobs, (request) => {
    const looker = { actor: actorOf(request), roles: request.who?.roles ?? [] };
    const { ended: _, ...figures } = jobs.figures();
    const seen = jobs.seen().filter((job) => maySeeJob(job, looker));
    return { ...figures, jobs: seen.map((job) => jobView(job, looker.actor)) };
  });
  mount(app, fileEndpoints.stopJob, (request) => {
    const { id } = request.params;
    const looker = { actor: actorOf(request), roles: request.who?.roles ?? [] };
    const job = jobs.seen().find((one) => one.id === id && maySeeJob(one, looker));
    if (!job) throw new Refusal("not-found", { what: id });
    if (job.source !== looker.actor && job.about !== "backup") throw new Refusal("not-allowed");
    jobs.stop(id);
  });
}
