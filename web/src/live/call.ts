/** The only way to call the gateway: problem+json becomes a ProblemError, POSTs carry an Idempotency-Key, calls have limits. */
import { type AnswerOf, type AskedOf, addressOf, type Endpoint } from "../../../src/contract/endpoints/endpoint.ts";
import { nowHeader, pressedHeader } from "../../../src/contract/pressed.ts";
import type { Problem } from "../../../src/contract/problem.ts";
import { gatewayNowMs, hearNow } from "./gateway-now.ts";

export const callMaxMs = 15_000;
export const uploadMaxMs = 120_000;
/** Repeats of a call with a key that never reached the gateway. */
export const repeatsMax = 2;

export interface CallOptions {
  /** One for each user action: kept on repeats, so that a retry never does the action twice. */
  key?: string;
  /** If-Match. */
  version?: number;
  signal?: AbortSignal;
  timeoutMs?: number;
}

type Upload<E extends Endpoint> = E extends { isUpload: true } ? { form: FormData } : { form?: undefined };
/** The request's parts: exactly those of the endpoint's row. */
type Said<E extends Endpoint> = AskedOf<E> & Upload<E> & CallOptions;
type MaybeSaid<E extends Endpoint> = object extends Said<E> ? [said?: Said<E>] : [said: Said<E>];

/** The same without the endpoint's types. */
interface Request extends CallOptions {
  method: Endpoint["method"];
  address: string;
  body?: unknown;
  form?: FormData;
}

export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly problems: NonNullable<Problem["problems"]>;
  constructor(status: number, problem: Partial<Problem>) {
    super(problem.en ?? problem.title ?? `HTTP ${status}`);
    this.name = "ProblemError";
    this.status = status;
    this.code = problem.code ?? "internal";
    this.zh = problem.zh ?? `请求失败（HTTP ${status}）。`;
    this.en = problem.en ?? `The request failed (HTTP ${status}).`;
    this.problems = problem.problems ?? [];
  }
}

/** Codes of this file: errors in the browser before the gateway could answer. Status 0. */
export const localProblems = {
  unreachable: {
    code: "unreachable",
    zh: "网关没有应答：请检查网络。",
    en: "The gateway does not answer: check the network.",
  },
  "timed-out": { code: "timed-out", zh: "网关应答超时，请稍后再试。", en: "The gateway took too long; try again." },
  "stop-first": {
    code: "stop-first",
    zh: "请求已为“停止”让路，请重新操作。",
    en: "The request gave way to STOP; do it again.",
  },
} as const;

const underWay = new Set<AbortController>();
const listeners = new Set<() => void>();

/** Called on every 401, so that the shell shows the sign-in page. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Frees connections for STOP: a browser opens six to one host, and hanging calls may hold them all. */
export function clearTheLine(): void {
  for (const controller of underWay) controller.abort("stop-first");
  underWay.clear();
}

/** Calls an endpoint of the table; a path, a body or a key that its row does not have is a compile error. */
export async function call<E extends Endpoint>(endpoint: E, ...[said]: MaybeSaid<E>): Promise<AnswerOf<E>> {
  const { params, query, ...rest } = (said ?? {}) as CallOptions & { params?: object; query?: object };
  const request: Request = {
    ...rest,
    method: endpoint.method,
    address: addressOf(endpoint as Endpoint, { params, query } as object),
  };
  // Taken once for each action: its repeats are as old as the press.
  const pressedAtMs = request.key === undefined ? null : gatewayNowMs();
  for (let repeat = 0; ; repeat++) {
    try {
      return await callOnce<AnswerOf<E>>(request, pressedAtMs);
    } catch (error) {
      const mayRepeat = request.key !== undefined && error instanceof ProblemError && error.code === "unreachable";
      if (!mayRepeat || repeat >= repeatsMax) throw error;
      await new Promise((resolve) => setTimeout(resolve, 400 * 2 ** repeat));
    }
  }
}

/** GETs a file by its address (`addressOf`): its bytes and the file name from the gateway. */
export function openFile(address: string, options: CallOptions): Promise<{ blob: Blob; filename: string }> {
  return callOnce({ ...options, method: "GET", address }, null, async (response) => {
    if (!response.ok) return answerOf(response);
    const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
    return { blob: await response.blob(), filename: name ?? address.split("/").at(-1) ?? "file" };
  });
}

async function callOnce<T>(
  request: Request,
  pressedAtMs: number | null,
  answer: (response: Response) => Promise<T> = answerOf,
): Promise<T> {
  const controller = new AbortController();
  const limitMs = request.timeoutMs ?? (request.form ? uploadMaxMs : callMaxMs);
  const timer = setTimeout(() => controller.abort("timed-out"), limitMs);
  const give = () => controller.abort(request.signal?.reason);
  if (request.signal?.aborted) give();
  request.signal?.addEventListener("abort", give);
  underWay.add(controller);
  try {
    const response = await fetch(request.address, {
      method: request.method,
      headers: headersOf(request, pressedAtMs),
      signal: controller.signal,
      credentials: "same-origin",
      ...bodyOf(request),
    });
    hearNow(response.headers.get(nowHeader));
    return await answer(response);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const reason = controller.signal.reason;
    if (reason === "timed-out" || reason === "stop-first")
      throw new ProblemError(0, localProblems[reason as "timed-out"]);
    if (request.signal?.aborted) throw error;
    throw new ProblemError(0, localProblems.unreachable);
  } finally {
    clearTimeout(timer);
    underWay.delete(controller);
    request.signal?.removeEventListener("abort", give);
  }
}

function headersOf(request: Request, pressedAtMs: number | null): Record<string, string> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (request.body !== undefined) headers["content-type"] = "application/json";
  if (request.key !== undefined) headers["idempotency-key"] = request.key;
  if (pressedAtMs !== null) headers[pressedHeader] = String(pressedAtMs);
  if (request.version !== undefined) headers["if-match"] = `"${request.version}"`;
  return headers;
}

function bodyOf({ form, body }: Request): { body?: BodyInit } {
  if (form) return { body: form };
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

async function answerOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  const parsed: unknown = text === "" ? null : parse(text);
  if (response.ok) return parsed as T;
  if (response.status === 401) for (const listener of listeners) listener();
  throw new ProblemError(response.status, (parsed ?? {}) as Partial<Problem>);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** crypto.randomUUID exists only on https and localhost; archive rooms often have neither. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
