/** Mounts a route: a row of the endpoint table (src/contract/endpoints) and a handler that receives the row's input. */
import type { FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import type { TSchema } from "typebox";
import {
  type AnswerOf,
  type BodyOf,
  type Endpoint,
  isFile,
  type ParamsOf,
  type QueryOf,
} from "../contract/endpoints/endpoint.ts";
import { formerListOf, inFormerShape, wantsFormerLists } from "./former-lists.ts";
import type { App } from "./route.ts";

export type AskedRequest<E extends Endpoint> = FastifyRequest<{
  Params: ParamsOf<E>;
  Querystring: QueryOf<E>;
  Body: BodyOf<E>;
}>;

/** A file is sent by the reply itself. */
type Answered<E extends Endpoint> = E["answer"] extends TSchema ? AnswerOf<E> : FastifyReply;

type Handler<E extends Endpoint> = (
  request: AskedRequest<E>,
  reply: FastifyReply,
) => Answered<E> | Promise<Answered<E>>;

/** Status and form of the answer come from the row; a handler with bad news sets `badStatus` itself. */
export function mount<E extends Endpoint>(app: App, endpoint: E, handler: Handler<E>): void {
  const { method, path, tag, summary, params, query, body, answer, status = 200, badStatus } = endpoint as Endpoint;
  const former = formerListOf(endpoint);
  const answers = [status, ...(badStatus ? [badStatus] : [])];
  app.route({
    method,
    url: path,
    config: { right: endpoint.right, endpoint },
    ...(endpoint.bodyBytesMax === undefined ? {} : { bodyLimit: endpoint.bodyBytesMax }),
    schema: {
      tags: [tag],
      ...(summary === undefined ? {} : { summary }),
      ...(params ? { params } : {}),
      ...(query ? { querystring: query } : {}),
      ...(body ? { body } : {}),
      ...(endpoint.isUpload ? { consumes: ["multipart/form-data"] } : {}),
      ...(isFile(answer) ? {} : { response: Object.fromEntries(answers.map((one) => [one, answer])) }),
    },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      reply.code(status);
      const answered = await handler(request as AskedRequest<E>, reply);
      return former && wantsFormerLists(request) ? inFormerShape(former, reply, answered) : answered;
    },
  } as unknown as RouteOptions);
}
