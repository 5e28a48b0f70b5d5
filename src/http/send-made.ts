import type { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";

export interface MadeFile {
  bytes: number;
  /** To be read, or destroyed; the file is gone when it ends. */
  stream: Readable;
}

/** Answers with a file when it has been made for whoever asks; whoever goes away meanwhile stops that. */
export async function sendMade(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, filename }: { type: string; filename: string },
  make: (asker: { source: string; signal: AbortSignal }) => Promise<MadeFile>,
): Promise<FastifyReply> {
  const gone = new AbortController();
  const onClose = () => gone.abort();
  reply.raw.once("close", onClose);
  const { stream, bytes } = await make({ source: request.actor ?? "nobody", signal: gone.signal });
  reply.raw.off("close", onClose);
  if (gone.signal.aborted || request.method === "HEAD") stream.destroy();
  return reply
    .type(type)
    .header("content-length", bytes)
    .header("content-disposition", `attachment; filename="${filename}"`)
    .send(request.method === "HEAD" ? undefined : stream);
}
