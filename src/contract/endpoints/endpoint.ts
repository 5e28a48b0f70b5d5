/**
 * The shape of a row of the endpoint table. The server mounts it, the console calls it, OpenAPI and the tests of rights read it.
 */
import { type Static, type TObject, type TSchema, Type } from "typebox";
import type { ErrorCode } from "../errors.ts";
import type { RequiredRight } from "../roles.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** An answer that is a file, not JSON. */
export interface FileAnswer {
  /** Its media type. */
  file: string;
}

export interface Endpoint {
  method: Method;
  /** `:name` is a parameter, described in `params`. */
  path: `/${string}`;
  tag: string;
  right: RequiredRight;
  summary?: string;
  params?: TObject;
  query?: TObject;
  /** Use `Type.Optional` if the body may be left out. */
  body?: TSchema;
  /** The body is a form with one file. */
  isUpload?: true;
  bodyBytesMax?: number;
  answer: TSchema | FileAnswer;
  /** Default: 200. */
  status?: 201 | 202 | 204;
  /** Status for the same answer when it reports a failure. */
  badStatus?: 503;
  /** Where the list stood before all lists became `{ items, nextCursor }`: this key, or the whole answer. See former-lists.ts. */
  formerList?: "rows" | "hits" | "lines" | "whole";
  /** Refusals of this endpoint, beside those that any request may meet (`refusalsOfAny`). */
  refusals?: readonly ErrorCode[];
  /**
   * What a repeated Idempotency-Key gets. Default of a POST: the same answer again. "once": a refusal, because the answer held a
   * secret. "off": nothing is remembered.
   */
  idempotency?: "once" | "off";
  /**
   * The action only makes things safer, so it waits for no database: a caller who was signed in a moment ago is believed at once,
   * and the session is checked afterwards.
   */
  isAtOnce?: true;
  /** A secret could be guessed here, so one address may send only a few requests a minute. */
  isGuessable?: true;
}

type NamesIn<Path extends string> = Path extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer More}`
    ? Name | NamesIn<`/${More}`>
    : Rest
  : never;

/** Makes a path whose parameter names differ from those of `params` a compile error. */
type ParamsFit<E extends Endpoint> = E extends { params: { properties: infer P } }
  ? [keyof P, NamesIn<E["path"]>] extends [NamesIn<E["path"]>, keyof P]
    ? unknown
    : { params: never }
  : [NamesIn<E["path"]>] extends [never]
    ? unknown
    : { params: TObject };

export function endpoint<const E extends Endpoint>(row: E & ParamsFit<E>): E {
  return row;
}

type IsOptional<S> = S extends { "~optional": true } ? true : false;

export type ParamsOf<E extends Endpoint> = E extends { params: infer S extends TSchema } ? Static<S> : undefined;
export type QueryOf<E extends Endpoint> = E extends { query: infer S extends TSchema } ? Static<S> : undefined;
export type BodyOf<E extends Endpoint> = E extends { body: infer S extends TSchema }
  ? Static<S> | (IsOptional<S> extends true ? undefined : never)
  : undefined;
/** Void: the endpoint answers 204. Never: it answers with a file, which is not parsed. */
export type AnswerOf<E extends Endpoint> = E["answer"] extends infer S extends TSchema ? Static<S> : never;

/** A part that a request must have, may have, or cannot have. */
type Part<Key extends string, Value> = [Value] extends [undefined]
  ? { [K in Key]?: undefined }
  : undefined extends Value
    ? { [K in Key]?: Value }
    : { [K in Key]: Value };
/** A query may be left out when all its parameters are optional; a body may not. */
type QueryPart<Value> = Part<"query", object extends Value ? Value | undefined : Value>;

/** The arguments of a call: exactly the parts that the row has. */
export type AskedOf<E extends Endpoint> = Part<"params", ParamsOf<E>> & QueryPart<QueryOf<E>> & Part<"body", BodyOf<E>>;

/** The path with its parameters filled in, and the query string; undefined values are left out. */
export function addressOf<E extends Endpoint>(
  { path }: E,
  said: Part<"params", ParamsOf<E>> & QueryPart<QueryOf<E>>,
): string {
  const { params = {}, query = {} } = said as { params?: object; query?: object };
  const filled = path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String((params as Record<string, unknown>)[name])),
  );
  const asked = Object.entries(query).filter(([, value]) => value !== undefined);
  return asked.length === 0
    ? filled
    : `${filled}?${new URLSearchParams(asked.map(([key, value]) => [key, String(value)]))}`;
}

export const isFile = (answer: Endpoint["answer"]): answer is FileAnswer => "file" in answer;

/** Response schema of a 204. */
export const nothing = Type.Unsafe<void>({ type: "null", description: "Done" });

/** Refusals that any request may meet: by sign-in or rights, by its form, or because gateway or database cannot answer now. */
export const refusalsOfAny = [
  "bad-input",
  "body-too-large",
  "conflict",
  "content-type-unknown",
  "database-away",
  "gateway-ending",
  "gateway-stands-by",
  "idempotency-answer-not-kept",
  "idempotency-in-progress",
  "idempotency-key-invalid",
  "idempotency-key-reused",
  "idempotency-outcome-unknown",
  "internal",
  "json-invalid",
  "lead-over",
  "not-allowed",
  "not-found",
  "not-signed-in",
  "origin-refused",
  "overloaded",
  "standby-other-schema",
  "standby-unavailable",
  "too-many-requests",
  "value-unstorable",
] as const satisfies readonly ErrorCode[];
