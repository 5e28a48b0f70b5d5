import { Type } from "typebox";
import { Refusal } from "../contract/errors.ts";
import { type JobView, jobsViewSchema } from "../contract/jobs.ts";
import { mayDo } from "../contract/roles.ts";
import { type App, actorOf, nothing } from "../http/route.ts";
import type { JobSeen, Jobs } from "../jobs/jobs.ts";

const tags = ["jobs"];

interface Looker {
  actor: string;
  roles: readonly string[];
}

/** One's own, and the house's where one may do what they do. */
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
  app.get(
    "/api/v1/jobs",
    { config: { right: "look" }, schema: { tags, response: { 200: jobsViewSchema } } },
    async (request) => {
      const looker = { actor: actorOf(request), roles: request.who?.roles ?? [] };
      const { ended: _, ...figures } = jobs.figures();
      const seen = jobs.seen().filter((job) => maySeeJob(job, looker));
      return { ...figures, jobs: seen.map((job) => jobView(job, looker.actor)) };
    },
  );
  // One's own, or a backup by whoever may make one; an import is cancelled as an import.
  app.post(
    "/api/v1/jobs/:id/stop",
    {
      config: { right: "look" },
      schema: { tags, params: Type.Object({ id: Type.String({ maxLength: 64 }) }), response: { 204: nothing } },
    },
    async (request, reply) => {
      const { id } = request.params;
      const looker = { actor: actorOf(request), roles: request.who?.roles ?? [] };
      const job = jobs.seen().find((one) => one.id === id && maySeeJob(one, looker));
      if (!job) throw new Refusal("not-found", { what: id });
      if (job.source !== looker.actor && job.about !== "backup") throw new Refusal("not-allowed");
      jobs.stop(id);
      return reply.code(204).send();
    },
  );
}
