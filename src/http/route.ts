/** Common to every routes.ts: the App type, the caller of a request, pages of a list. Routes are mounted by mount.ts. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from "fastify";
import type { Endpoint } from "../contract/endpoints/endpoint.ts";
import { Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import type { List } from "../contract/lists.ts";
import type { Person } from "../contract/people.ts";
import { mayDo, type RequiredRight, type Right } from "../contract/roles.ts";

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** The caller of a request: a person with a session, or a business system with a token. */
export interface Who {
  actor: Actor;
  roles: readonly string[];
  /** Null for a token. */
  person: Person | null;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Required on every route: one without a right stops the start. */
    right?: RequiredRight;
    /** The endpoint row; routes outside the API have none. */
    endpoint?: Endpoint;
  }
  interface FastifyRequest {
    who: Who | null;
    /** "person:<id>" or "system:<token id>"; null before sign-in (public routes). */
    actor: Actor | null;
    person: Person | null;
    /** Monotonic time at which it was made: requests to move age from there. */
    askedAtMs: number;
    /** Language of the title of a problem. */
    language: "zh" | "en";
  }
}

/** The actor of a request on a route that is not public. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new Refusal("not-signed-in");
  return request.actor;
}

/** Checks a second right that depends on the input. */
export function requireRight(request: FastifyRequest, right: Right): void {
  if (!request.who) throw new Refusal("not-signed-in");
  if (!mayDo(request.who.roles, right)) throw new Refusal("not-allowed");
}

/** `If-Match: "3"` → 3; without it the request is refused, so that nobody overwrites what they did not see. */
export function versionSeen(request: FastifyRequest): number {
  const header = request.headers["if-match"];
  if (!header) throw new Refusal("version-missing");
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim())?.[1];
  if (version === undefined) throw new Refusal("bad-input", { detail: "If-Match" });
  return Number(version);
}

export type CursorKey = readonly (string | number | null)[];

/** Where a page begins, after the row with this key; `limit` rows. Read `limit + 1` rows and pass them to `page`. */
export function pageFrom(query: { cursor?: string; limit?: number }): { after: CursorKey | null; limit: number } {
  return { after: query.cursor === undefined ? null : readCursor(query.cursor), limit: query.limit ?? 50 };
}

/** Cuts `limit + 1` rows into a page and an opaque cursor to the next one. */
export function page<T>(rows: readonly T[], limit: number, keyOf: (row: T) => CursorKey): List<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? writeCursor(keyOf(last)) : null;
  return { items, nextCursor };
}

function writeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

function readCursor(cursor: string): CursorKey {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const isPart = (part: unknown) =>
      part === null || typeof part === "string" || (typeof part === "number" && Number.isSafeInteger(part));
    if (Array.isArray(key) && key.length <= 8 && key.every(isPart)) return key;
  } catch {
    // Continues to the refusal below.
  }
  throw new Refusal("cursor-invalid");
}
