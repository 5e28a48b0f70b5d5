/** The one way to the gateway: problem+json becomes a ProblemError, POSTs carry an Idempotency-Key, every call has a limit. */
import { nowHeader, pressedHeader } from "../../../src/contract/pressed.ts";
import type { Problem } from "../../../src/contract/problem.ts";
import { gatewayNowMs, hearNow } from "./gateway-now.ts";

export const callMaxMs = 15_000;
export const uploadMaxMs = 120_000;
/** Repeats of a keyed call that never reached the gateway. */
export const repeatsMax = 2;

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface CallOptions {
  body?: unknown;
  form?: FormData;
  /** One per user action: kept on repeats, so that a retry never makes a second one. */
  key?: string;
  /** If-Match. */
  version?: number;
  signal?: AbortSignal;
  timeoutMs?: number;
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

/** Codes of this file: what a browser meets before the gateway could answer. Status 0. */
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

/** STOP takes the line for itself: a browser opens six connections to one host, and hanging calls may hold them all. */
export function clearTheLine(): void {
  for (const controller of underWay) controller.abort("stop-first");
  underWay.clear();
}

export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  // Once an action: its repeats are as old as the press.
  const pressedAtMs = options.key === undefined ? null : gatewayNowMs();
  for (let repeat = 0; ; repeat++) {
    try {
      return await callOnce<T>(method, path, options, pressedAtMs);
    } catch (error) {
      const mayRepeat = options.key !== undefined && error instanceof ProblemError && error.code === "unreachable";
      if (!mayRepeat || repeat >= repeatsMax) throw error;
      await new Promise((resolve) => setTimeout(resolve, 400 * 2 ** repeat));
    }
  }
}

/** GET of a file: its bytes and the name that the gateway gave it. */
export function openFile(path: string, options: CallOptions): Promise<{ blob: Blob; filename: string }> {
  return callOnce("GET", path, options, null, async (response) => {
    if (!response.ok) return answerOf(response);
    const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
    return { blob: await response.blob(), filename: name ?? path.split("/").at(-1) ?? "file" };
  });
}

async function callOnce<T>(
  method: Method,
  path: string,
  options: CallOptions,
  pressedAtMs: number | null,
  answer: (response: Response) => Promise<T> = answerOf,
): Promise<T> {
  const controller = new AbortController();
  const limitMs = options.timeoutMs ?? (options.form ? uploadMaxMs : callMaxMs);
  const timer = setTimeout(() => controller.abort("timed-out"), limitMs);
  const give = () => controller.abort(options.signal?.reason);
  if (options.signal?.aborted) give();
  options.signal?.addEventListener("abort", give);
  underWay.add(controller);
  try {
    const response = await fetch(path, {
      method,
      headers: headersOf(options, pressedAtMs),
      signal: controller.signal,
      credentials: "same-origin",
      ...bodyOf(options),
    });
    hearNow(response.headers.get(nowHeader));
    return await answer(response);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const reason = controller.signal.reason;
    if (reason === "timed-out" || reason === "stop-first")
      throw new ProblemError(0, localProblems[reason as "timed-out"]);
    if (options.signal?.aborted) throw error;
    throw new ProblemError(0, localProblems.unreachable);
  } finally {
    clearTimeout(timer);
    underWay.delete(controller);
    options.signal?.removeEventListener("abort", give);
  }
}

function headersOf(options: CallOptions, pressedAtMs: number | null): Record<string, string> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (options.body !== undefined) headers["content-type"] = "application/json";
  if (options.key !== undefined) headers["idempotency-key"] = options.key;
  if (pressedAtMs !== null) headers[pressedHeader] = String(pressedAtMs);
  if (options.version !== undefined) headers["if-match"] = `"${options.version}"`;
  return headers;
}

function bodyOf(options: CallOptions): { body?: BodyInit } {
  if (options.form) return { body: options.form };
  return options.body === undefined ? {} : { body: JSON.stringify(options.body) };
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
