/** What a row of the hold measure works with: the gateway over HTTP, as its console asks it. */
import type { Layout } from "../../src/site/layout.ts";
import type { HoldContext } from "./hold-context.ts";

export interface Load {
  context: HoldContext;
  layout: Layout;
  boxes: number;
  /** What ids the rows before have made, by the path parameter's route, e.g. "imports". */
  ids: Map<string, string>;
  /** "POST /api/v1/boxes/b17/take": what was asked for so far. */
  asked: Set<string>;
  /** How often the gateway, on a machine that starved it, asked to be asked again (overloaded): then nothing was done. */
  askedAgain: number;
  /** Stops or goes on opening aisles: a backup begins only when all stand still. */
  pauseOpenings(isPaused: boolean): Promise<void>;
}

export interface LoadRow {
  name: string;
  /** Once; how it ended, in a word or two. */
  run(load: Load): Promise<string>;
}

const settledMsMax = 900_000;
const lookEveryMs = 500;
const overloadedMsMax = 120_000;
const overloadedPauseMs = 1_000;

export interface Answer {
  status: number;
  bytes: number;
  text: string;
}

/** The body is taken in whole, as whoever asked for it would; only little of it is kept. */
export async function askGateway(load: Load, method: string, path: string, body?: unknown): Promise<Answer> {
  load.asked.add(`${method} ${path.split("?")[0]}`);
  for (const untilMs = Date.now() + overloadedMsMax; ; ) {
    const answer = await askOnce(load, method, path, body);
    const isOverloaded = answer.status === 503 && answer.text.includes('"overloaded"');
    if (!isOverloaded || Date.now() > untilMs) return answer;
    load.askedAgain++;
    await pause(overloadedPauseMs);
  }
}

async function askOnce({ context }: Load, method: string, path: string, body?: unknown): Promise<Answer> {
  const isForm = body instanceof FormData;
  const response = await fetch(`${context.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${context.secrets.load}`,
      ...(body === undefined || isForm ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, bytes: bytes.length, text: isJson ? bytes.toString() : "" };
}

export async function call<T>(load: Load, method: string, path: string, body?: unknown): Promise<T> {
  const { status, text } = await askGateway(load, method, path, body);
  if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text.slice(0, 500)}`);
  return JSON.parse(text) as T;
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  for (const endMs = Date.now() + settledMsMax; Date.now() < endMs; await pause(lookEveryMs)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`not within ${settledMsMax} ms: ${what}`);
}
