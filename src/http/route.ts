/** The words every routes.ts uses: the App type, what a route declares, who asks, one page of many. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from "fastify";
import { Type } from "typebox";
import { Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import type { Person } from "../contract/people.ts";
import { mayDo, type Right } from "../contract/roles.ts";

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** A right of src/contract/roles.ts, or open to everybody, or to everybody signed in. */
export type RequiredRight = Right | "public" | "signed-in";

/** Who a request comes from: a person with a session, or a business system with a token. */
export interface Who {
  actor: Actor;
  roles: readonly string[];
  /** Null for a token. */
  person: Person | null;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Required on every route: what is not named is denied, at start. */
    right?: RequiredRight;
    /**
     * What a repeated Idempotency-Key gets: the same answer (default for POST), a refusal because the answer held a secret
     * ("once"), or nothing is remembered ("off").
     */
    idempotency?: "replay" | "once" | "off";
    /** It only makes things safer, and waits for no database: who was known a moment ago counts, and is asked again behind it. */
    isAtOnce?: boolean;
    /** Guessing a secret is possible here: few requests a minute from one address. */
    isGuessable?: boolean;
  }
  interface FastifyRequest {
    who: Who | null;
    /** "person:<id>" or "system:<token id>"; null before sign-in (public routes). */
    actor: Actor | null;
    person: Person | null;
    /** Monotonic moment at which it was asked: wishes to move age from there. */
    askedAtMs: number;
    /** Language of the title of a problem. */
    language: "zh" | "en";
  }
}

/** Response schema of a 204. */
export const nothing = Type.Unsafe<undefined>({ type: "null", description: "Done" });

/** The actor of a request on a route that is not public. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new Refusal("not-signed-in");
  return request.actor;
}

/** A second right that depends on what is asked for. */
export function requireRight(request: FastifyRequest, right: Right): void {
  if (!request.who) throw new Refusal("not-signed-in");
  if (!mayDo(request.who.roles, right)) throw new Refusal("not-allowed");
}

/** `If-Match: "3"` → 3; without it the request is refused: nobody overwrites what they did not see. */
export function versionSeen(request: FastifyRequest): number {
  const header = request.headers["if-match"];
  if (!header) throw new Refusal("version-missing");
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim())?.[1];
  if (version === undefined) throw new Refusal("bad-input", { detail: "If-Match" });
  return Number(version);
}

const pageLimitMax = 500;

/** Query of a list: spread it into a route's querystring object. */
export const pageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 600 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: pageLimitMax })),
};

export type CursorKey = readonly (string | number | null)[];

/** Where a page begins, after the row with this key; `limit` rows; read `limit + 1` rows and hand them to `page`. */
export function pageFrom(query: { cursor?: string; limit?: number }): { after: CursorKey | null; limit: number } {
  return { after: query.cursor === undefined ? null : readCursor(query.cursor), limit: query.limit ?? 50 };
}

/** Cuts `limit + 1` rows into a page and an opaque cursor to the next one. */
export function page<T>(
  rows: readonly T[],
  limit: number,
  keyOf: (row: T) => CursorKey,
): { rows: T[]; nextCursor: string | null } {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? writeCursor(keyOf(last)) : null;
  return { rows: kept, nextCursor };
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
    // Falls through to the refusal.
  }
  throw new Refusal("cursor-invalid");
}
