/** Before anything is read from a request: how many, who, from where, may they. Deny by default. */
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "../contract/errors.ts";
import { mayDo, rights } from "../contract/roles.ts";
import type { App, RequiredRight, Who } from "../http/route.ts";

export interface GuardDeps {
  /** Who the cookie or token of a request belongs to; `staleOk`: a STOP does not wait for the database. */
  whoIs(headers: { cookie?: string; authorization?: string }, options: { staleOk: boolean }): Promise<Who | null>;
  onRoute?: (method: string, url: string, right: RequiredRight) => void;
  requestsPerMinuteMax: number;
  guessesPerMinuteMax: number;
  /** Origins besides the server's own, e.g. "https://archive.example". */
  origins: readonly string[];
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);
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

  const limited = app.createRateLimit({ max: deps.requestsPerMinuteMax, timeWindow: 60_000 });
  const guesses = app.createRateLimit({ max: deps.guessesPerMinuteMax, timeWindow: 60_000 });

  app.addHook("onRequest", async (request, reply) => {
    request.language = languageAsked(request.headers["accept-language"]);
    const { right, isGuessable } = request.routeOptions.config;
    // STOP is never refused for being asked often.
    if (right !== "stop") await within(limited, request, reply);
    if (isGuessable) await within(guesses, request, reply);
    await identify(request, right);
    if (!safeMethods.has(request.method) && !isOwnOrigin(request.headers, deps.origins))
      throw new Refusal("origin-refused");
    if (request.is404 || right === "public") return;
    if (!request.who) throw new Refusal("not-signed-in");
    if (right === "signed-in") return;
    if (right === undefined || !mayDo(request.who.roles, right)) throw new Refusal("not-allowed");
  });

  async function identify(request: FastifyRequest, right: RequiredRight | undefined): Promise<void> {
    const { cookie, authorization } = request.headers;
    if (cookie === undefined && authorization === undefined) return;
    try {
      const who = await deps.whoIs(
        { ...(cookie === undefined ? {} : { cookie }), ...(authorization === undefined ? {} : { authorization }) },
        { staleOk: right === "stop" },
      );
      request.who = who;
      request.actor = who?.actor ?? null;
      request.person = who?.person ?? null;
      if (who?.person) request.language = who.person.language;
    } catch (error) {
      // Public answers (health, the console's files) must not need the database.
      if (right !== "public" && !request.is404) throw error;
    }
  }
}

type Limit = ReturnType<App["createRateLimit"]>;

async function within(limit: Limit, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const result = await limit(request);
  if (result.isAllowed || !result.isExceeded) return;
  reply.header("retry-after", result.ttlInSeconds);
  throw new Refusal("too-many-requests");
}

/** A browser names the page that asks (Origin, Sec-Fetch-Site); other clients name nothing and carry no cookie by themselves. */
export function isOwnOrigin(headers: IncomingHttpHeaders, origins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined) {
    const site = headers["sec-fetch-site"];
    return site === undefined || site === "same-origin" || site === "none";
  }
  if (origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** The first of zh and en that the browser prefers; zh when it says nothing. */
export function languageAsked(header: string | undefined): "zh" | "en" {
  const ranked = (header ?? "")
    .slice(0, 200)
    .split(",")
    .map((part) => {
      const [tag = "", ...rest] = part.trim().toLowerCase().split(";");
      const q = Number(/^\s*q=([\d.]+)$/.exec(rest[0] ?? "")?.[1] ?? 1);
      return { tag, q: Number.isFinite(q) ? q : 0 };
    })
    .filter(({ tag }) => /^(zh|en)(-|$)/.test(tag))
    .sort((a, b) => b.q - a.q);
  return ranked[0]?.tag.startsWith("en") ? "en" : "zh";
}
