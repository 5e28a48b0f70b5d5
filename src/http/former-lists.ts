/** Lists in their former shapes, until 0.2, for requests with the header `guiwei-lists: old`. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { type TArray, type TObject, Type } from "typebox";
import { type Endpoint, isFile } from "../contract/endpoints/endpoint.ts";
import { type List, listsHeader } from "../contract/lists.ts";

/** Since when that shape is deprecated, in the format of RFC 9745: 2026-11-30. */
const deprecatedSince = "@1795996800";

export interface FormerList {
  /** Schema of the answer in its former shape. */
  schema: object;
  of(answer: unknown): unknown;
}

/** Null: the answer is no list, or never had another shape. */
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

/** Serialised by its own schema: the route's would leave out unknown fields. */
export function inFormerShape(former: FormerList, reply: FastifyReply, answer: unknown): unknown {
  const write = reply.compileSerializationSchema(former.schema as never) as unknown as (value: unknown) => string;
  reply.header("deprecation", deprecatedSince).serializer(write as never);
  reply.type("application/json; charset=utf-8");
  return former.of(answer);
}
