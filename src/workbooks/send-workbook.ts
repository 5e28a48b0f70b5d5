import type { FastifyReply, FastifyRequest } from "fastify";
import type { Jobs } from "../jobs/jobs.ts";
import { makeWorkbook, type Sheet } from "./make-workbook.ts";

const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Answers with a workbook when a job has made it; whoever goes away meanwhile stops the job. */
export async function sendWorkbook(
  request: FastifyRequest,
  reply: FastifyReply,
  jobs: Jobs,
  { filename, sheets }: { filename: string; sheets: readonly Sheet[] },
): Promise<FastifyReply> {
  const gone = new AbortController();
  const onClose = () => gone.abort();
  reply.raw.once("close", onClose);
  const source = request.actor ?? "nobody";
  const { stream, bytes } = await makeWorkbook(jobs, { sheets, source, signal: gone.signal });
  reply.raw.off("close", onClose);
  if (gone.signal.aborted || request.method === "HEAD") stream.destroy();
  return reply
    .type(type)
    .header("content-length", bytes)
    .header("content-disposition", `attachment; filename="${filename}"`)
    .send(request.method === "HEAD" ? undefined : stream);
}
