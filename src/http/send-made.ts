import type { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";

export interface MadeFile {
  bytes: number;
  /** Must be read or destroyed; the file is deleted when it ends. */
  stream: Readable;
}

/** Answers with a file once it has been made; a client that disconnects meanwhile stops the work. */
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
