/** Answers one request at the door: who asks, from where, for what. It waits for nothing but motion (S5). */
import type { IncomingMessage } from "node:http";
import type { ErrorCode } from "../contract/errors.ts";
import { isFromPort, isOwnOrigin } from "../http/own-origin.ts";
import { pressIdOf } from "../http/press-id.ts";
import type { AskMotion } from "./ask-motion.ts";
import type { KnownCallers } from "./known-callers.ts";
import type { Caller } from "./messages.ts";

export interface AnswerPressDeps {
  callers: Pick<KnownCallers, "find">;
  motion: Pick<AskMotion, "stop" | "isThere">;
  origins: readonly string[];
  /** Port of the console's pages; null before it is known. */
  consolePort(): number | null;
  /** Whether one more request of an unknown caller is answered. */
  takeStranger(request: IncomingMessage): boolean;
  /** Monotonic, so that setting the clock signs nobody out here. */
  monoMs(): number;
  /** Monotonic time of the request that is being read. */
  momentMs(): number;
}

export type Params = Record<string, string | number>;
export interface Answered {
  caller: Caller | null;
  /** The origin whose pages may read the answer. */
  origin: string | null;
  outcome:
    | { kind: "taken"; areas: number }
    | { kind: "health"; isMotionThere: boolean }
    | { kind: "preflight" }
    | { kind: "refused"; code: ErrorCode; params: Params };
}

/** The same paths as the gateway's routes, so that a client changes only the port. */
const stopPath = /^\/api\/v1\/(?:areas\/([^/]{1,210})\/)?stop$/;

export async function answerPress(request: IncomingMessage, deps: AnswerPressDeps): Promise<Answered> {
  const askedAtMs = deps.momentMs();
  const { headers, method } = request;
  const caller = deps.callers.find(headers, deps.monoMs());
  const isOwn = isOwnOrigin(headers, deps.origins) || isFromPort(headers, deps.consolePort());
  const origin = isOwn ? (headers.origin ?? null) : null;
  const refused = (code: ErrorCode, params: Params = {}): Answered => ({
    caller,
    origin,
    outcome: { kind: "refused", code, params },
  });
  if (!caller && !deps.takeStranger(request)) return refused("too-many-requests");
  const asked = askedFor(request.url ?? "");
  if (!asked) return refused("not-found", { what: "POST /api/v1/stop" });
  if (asked.kind === "health" && (method === "GET" || method === "HEAD"))
    return { caller, origin, outcome: { kind: "health", isMotionThere: deps.motion.isThere() } };
  if (method === "OPTIONS" && isOwn) return { caller, origin, outcome: { kind: "preflight" } };
  if (method !== "POST" || asked.kind === "health") return refused("not-found", { what: "POST /api/v1/stop" });
  if (!isOwn) return refused("origin-refused");
  if (!caller) return refused("not-signed-in");
  if (!caller.mayStop) return refused("not-allowed");
  const { areaKey, press } = asked;
  const areas = await deps.motion.stop({ areaKey, actor: caller.actor, press, askedAtMs });
  if (areas === "away") return refused("motion-away");
  if (areas === "unknown") return refused("not-found", { what: areaKey ?? "" });
  return { caller, origin, outcome: { kind: "taken", areas } };
}

type Asked = { kind: "health" } | { kind: "stop"; areaKey: string | null; press: string | null };

/** Null: no such path here. */
function askedFor(url: string): Asked | null {
  const at = url.indexOf("?");
  const path = at < 0 ? url : url.slice(0, at);
  if (path === "/health") return { kind: "health" };
  const found = stopPath.exec(path);
  if (!found) return null;
  const press = pressIdOf(at < 0 ? null : new URLSearchParams(url.slice(at + 1)).get("press"));
  try {
    return { kind: "stop", areaKey: found[1] === undefined ? null : decodeURIComponent(found[1]), press };
  } catch {
    return null;
  }
}
