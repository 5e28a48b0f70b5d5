/** Lists in their former shapes, until 0.2: for a request that says so (`guiwei-lists: old`). */
import type { FastifyReply, FastifyRequest } from "fastify";
import { type TArray, type TObject, Type } from "typebox";
import { type Endpoint, isFile } from "../contract/endpoints/endpoint.ts";
import { type List, listsHeader } from "../contract/lists.ts";

/** Moment since which that shape is deprecated, as RFC 9745 writes it: 2026-11-30. */
const deprecatedSince = "@1795996800";

export interface FormerList {
  /** Of the answer in its former shape. */
  schema: object;
  of(answer: unknown): unknown;
}

/** Null: it is no list, or was never another. */
export function formerListOf({ formerList, answer }: Endpoint): FormerList | null {
  if (formerList === undefined || isFile(answer)) return null;
  const { items, ...more } = (answer as TObject<{ items: TArray }>).properties;
  if (formerList === "whole") return { schema: items, of: (now) => (now as List<unknown>).items };
  return {
    schema: Type.Object({ [formerList]: items, ...more }, { additionalProperties: false }),
    of: (now) => {
      const { items, ...rest } = now as List<unknown>;
      return { [formerList]: items, ...rest };
    },
  };
}

export const wantsFormerLists = (request: FastifyRequest): boolean => request.headers[listsHeader] === "old";

/** Written by its own schema: the route's would leave out what it does not know. */
export function inFormerShape(former: FormerList, reply: FastifyReply, answer: unknown): unknown {
  const write = reply.compileSerializationSchema(former.schema as never) as unknown as (value: unknown) => string;
  reply.header("deprecation", deprecatedSince).serializer(write as never);
  reply.type("application/json; charset=utf-8");
  return former.of(answer);
}
