/** Checks before anything is read from a request: rate, caller, origin, right. Denies by default. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "../contract/errors.ts";
import { mayDo, type RequiredRight, rights } from "../contract/roles.ts";
import { languageAsked } from "../http/language-asked.ts";
import { isOwnOrigin } from "../http/own-origin.ts";
import type { App, Who } from "../http/route.ts";
import { sourceOf } from "../http/source-of.ts";

export interface GuardDeps {
  /** Resolves with the owner of the cookie or token; `staleOk`: a STOP, or a lock, does not wait for the database. */
  whoIs(headers: { cookie?: string; authorization?: string }, options: { staleOk: boolean }): Promise<Who | null>;
  /** Called with each request of a signed-in caller. */
  onKnown(request: FastifyRequest): void;
  /** The caller as known a moment ago, without asking the database. */
  recall(headers: { cookie?: string; authorization?: string }): Who | null;
  /** Id of a browser that has signed in before, by its cookie. */
  knownBrowser(cookie: string | undefined): string | null;
  onRoute?: (method: string, url: string, right: RequiredRight) => void;
  requestsPerMinuteMax: number;
  guessesPerMinuteMax: number;
  /** Origins besides the server's own, e.g. "https://archive.example". */
  origins: readonly string[];
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);
/**
 * Database queries at once for unfamiliar cookies and tokens after a stranger's budget is used up; as many again for STOP alone.
 */
const askingMax = 8;
const openRights: readonly string[] = ["public", "signed-in"];

export function guardRoutes(app: App, deps: GuardDeps): void {
  app.decorateRequest("who", null);
  app.decorateRequest("actor", null);
  app.decorateRequest("person", null);
  app.decorateRequest("language", "zh");

  app.addHook("onRoute", (route) => {
    const right = route.config?.right;
    // The documentation's own routes come from a plugin that declares nothing.
    if (right === undefined && /^\/docs(\/|$)/.test(route.url)) route.config = { ...route.config, right: "public" };
    else if (right === undefined || !(openRights.includes(right) || Object.hasOwn(rights, right)))
      throw new Error(`route ${String(route.method)} ${route.url} names no right (config.right)`);
    deps.onRoute?.(String(route.method), route.url, right ?? "public");
  });

  /** Each signed-in person and system has its own budget; strangers share one for each address, and cannot use up another's. */
  const keyGenerator = (request: FastifyRequest): string => {
    const who = deps.recall(credentialsOf(request));
    if (who) return `who ${who.actor}`;
    const browser = deps.knownBrowser(request.headers.cookie);
    return browser === null ? `from ${sourceOf(request.ip)}` : `browser ${browser}`;
  };
  const asking = { stop: 0, other: 0 };
  const limited = app.createRateLimit({ max: deps.requestsPerMinuteMax, timeWindow: 60_000, keyGenerator });
  const guesses = app.createRateLimit({ max: deps.guessesPerMinuteMax, timeWindow: 60_000, keyGenerator });

  app.addHook("onRequest", async (request, reply) => {
    request.language = languageAsked(request.headers["accept-language"]);
    const { right, endpoint } = request.routeOptions.config;
    // STOP is never refused for its frequency; looking up an unfamiliar cookie in the database counts in a stranger's budget.
    const isCounted = right !== "stop" || deps.recall(credentialsOf(request)) === null;
    if (isCounted && (await isExceeded(limited, request, reply))) await onlyIfSignedIn(request, right);
    if (endpoint?.isGuessable && (await isExceeded(guesses, request, reply))) throw new Refusal("too-many-requests");
    if (!request.who) await identify(request, right, endpoint?.isAtOnce);
    if (!safeMethods.has(request.method) && !isOwnOrigin(request.headers, deps.origins))
      throw new Refusal("origin-refused");
    if (request.is404 || right === "public") return;
    if (!request.who) throw new Refusal("not-signed-in");
    if (right === "signed-in") return;
    if (right === undefined || !mayDo(request.who.roles, right)) throw new Refusal("not-allowed");
  });

  /**
   * People who signed in before this gateway started are known only from the database; floods by strangers must not prevent that.
   */
  async function onlyIfSignedIn(request: FastifyRequest, right: RequiredRight | undefined): Promise<void> {
    const line = right === "stop" ? "stop" : "other";
    const isAskedFor = deps.recall(credentialsOf(request)) === null && asking[line] < askingMax;
    if (!isAskedFor) throw new Refusal("too-many-requests");
    asking[line]++;
    await identify(request, right).finally(() => asking[line]--);
    if (!request.who) throw new Refusal("too-many-requests");
  }

  async function identify(
    request: FastifyRequest,
    right: RequiredRight | undefined,
    isAtOnce?: boolean,
  ): Promise<void> {
    const { cookie, authorization } = request.headers;
    if (cookie === undefined && authorization === undefined) return;
    try {
      const who = await deps.whoIs(credentialsOf(request), { staleOk: right === "stop" || isAtOnce === true });
      request.who = who;
      if (who) deps.onKnown(request);
      request.actor = who?.actor ?? null;
      request.person = who?.person ?? null;
      if (who?.person) request.language = who.person.language;
    } catch (error) {
      // Public answers (health, the console's files) must not need the database.
      if (right !== "public" && !request.is404) throw error;
    }
  }
}

function credentialsOf({ headers: { cookie, authorization } }: FastifyRequest) {
  return { ...(cookie === undefined ? {} : { cookie }), ...(authorization === undefined ? {} : { authorization }) };
}

type Limit = ReturnType<App["createRateLimit"]>;

async function isExceeded(limit: Limit, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
  const result = await limit(request);
  if (result.isAllowed || !result.isExceeded) return false;
  reply.header("retry-after", result.ttlInSeconds);
  return true;
}
