/**
 * The HTTP shell. A feature adds its routes like this (src/<feature>/routes.ts), and the pipeline lists it in `features`:
 *
 *   import { mount } from "../http/mount.ts";
 *   import { type App, actorOf, page, pageFrom } from "../http/route.ts";
 *   export function stocktakeRoutes(app: App, { context }: { context: Context }): void {
 *     mount(app, stocktakeEndpoints.startStocktake, (request) => startStocktake(context, actorOf(request), request.body));
 *   }
 *   buildServer({ …, features: [(app) => stocktakeRoutes(app, { context })] })
 *
 * The row (src/contract/endpoints) says method, path, right, forms and refusals; a route without a right stops the start. Throw
 * `new Refusal(code, params)`; a constraint of the database becomes a code in constraint-codes.ts. Idempotency-Key works on
 * every POST by itself. Lists: `listOf`, `pageQuery`, `pageFrom`, `page`. If-Match: `versionSeen(request)`. A second right that
 * depends on the input: `requireRight`.
 */
import type { IncomingMessage } from "node:http";
import cookie from "@fastify/cookie";
import rateLimit from "@fastify/rate-limit";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import fastify, { type FastifyBaseLogger, type FastifyRequest } from "fastify";
import type { Context } from "../context.ts";
import type { StopDoorAddress } from "../contract/people.ts";
import type { RequiredRight } from "../contract/roles.ts";
import { type ConnectionLimits, limitConnections } from "../http/connections.ts";
import { pathNow, tellFormerPaths } from "../http/former-paths.ts";
import type { App } from "../http/route.ts";
import type { TrustsProxy } from "../http/trusted-proxies.ts";
import type { Sessions } from "../people/sessions.ts";
import type { BackgroundBook } from "../watch/background-book.ts";
import { serveConsole } from "./console-files.ts";
import { doorSource } from "./door-source.ts";
import { serialiseFast, serializerWhenAsked } from "./fast-answers.ts";
import { guardRoutes } from "./guard.ts";
import { keepIdempotency } from "./idempotency.ts";
import { notePress } from "./note-press.ts";
import { describeApi } from "./openapi.ts";
import { onError } from "./problem.ts";
import { refuseOverload } from "./refuse-overload.ts";
import { sendSafeHeaders } from "./safe-headers.ts";
import { sliceLongAnswers } from "./sliced-answers.ts";
import { startSweep } from "./sweep.ts";
import { validatorCompiler } from "./validation.ts";

export interface ServerSettings extends ConnectionLimits {
  version: string;
  /** Folder of the built console, absolute. */
  webRoot: string;
  /** PEM texts; null if a proxy in front handles TLS or only this machine may connect. */
  tls: { cert: string; key: string } | null;
  /** Origins besides the server's own that may send changes, e.g. "https://archive.example". */
  origins: readonly string[];
  /** The proxies whose X-Forwarded-For is believed; null: none. */
  trustProxy: TrustsProxy | null;
  /** From one address. */
  requestsPerMinuteMax: number;
  /** Longer stalls of the event loop refuse what is not urgent; 0 = never. */
  eventLoopDelayMsMax: number;
  /** From one address, on routes where a secret could be guessed. */
  guessesPerMinuteMax: number;
  /** From the first byte of a request to the end of its head; also how long a TLS handshake may take. */
  headMsMax: number;
}

export const defaultServerSettings: Omit<ServerSettings, "version" | "webRoot"> = {
  tls: null,
  origins: [],
  trustProxy: null,
  requestsPerMinuteMax: 12_000,
  guessesPerMinuteMax: 30,
  eventLoopDelayMsMax: 3_000,
  headMsMax: 10_000,
  connectionsPerSourceMax: 1_024,
  connectionsUnprovenPerSourceMax: 256,
  connectionsUnprovenMax: 2_048,
};

export interface ServerDeps {
  context: Context;
  sessions: Pick<Sessions, "whoIs" | "recall" | "sweep">;
  /** Id of a browser that has signed in before, by its cookie; left out: none is known. */
  knownBrowser?: (cookie: string | undefined) => string | null;
  settings: ServerSettings;
  /** pino, or nothing in tests. */
  logger?: FastifyBaseLogger;
  /** Called with each route and its right, for the test that walks them all. */
  onRoute?: (method: string, url: string, right: RequiredRight) => void;
  /** Monotonic time at which the request now being read arrived; left out: now. */
  momentOfAskingMs?: () => number;
  /** Called for every request once its caller is known, even without a route: throws what a standby refuses. */
  door?: (request: FastifyRequest) => void;
  /** Deletes no expired rows: the leader does that. */
  isStandby?: boolean;
  /** Records how the deletion of expired rows goes; left out: nothing does. */
  background?: Pick<BackgroundBook, "failed" | "done">;
  /** STOP's own door, which the console's pages may connect to; left out: there is none. */
  stopDoor?: () => StopDoorAddress | null;
  /** Each adds the routes of one feature. */
  features: readonly ((app: App) => void | Promise<void>)[];
}

const nobodyTold = { failed() {}, done() {} };
const bodyBytesMax = 1_048_576;
/** A connection without traffic in either direction while an answer is due is closed after this time. */
const silentMsMax = 300_000;

/** The app, with every route, not yet listening: tests inject into it. */
export async function buildServer(deps: ServerDeps): Promise<App> {
  const { context, sessions, settings, logger, features } = deps;
  const startId = context.newId();
  let requests = 0;
  const httpLimits = {
    headersTimeout: settings.headMsMax,
    connectionsCheckingInterval: Math.min(2_000, settings.headMsMax),
  };
  const app = fastify({
    ...(logger ? { loggerInstance: logger } : { logger: false }),
    ...(settings.tls
      ? { https: { ...settings.tls, ...httpLimits, handshakeTimeout: settings.headMsMax } }
      : { http: httpLimits }),
    connectionTimeout: silentMsMax,
    // URLs may contain one-time codes, so they are not logged.
    logController: new fastify.LogController({ disableRequestLogging: true }),
    // A counter instead of a uuid a request: only the few that fail are ever named by it.
    genReqId: () => `${startId}-${requests++}`,
    requestIdHeader: false,
    rewriteUrl: ({ url = "/" }: IncomingMessage) => pathNow(url),
    bodyLimit: bodyBytesMax,
    // Receipt of a whole request; a large import over a slow line fits, a connection held open does not.
    requestTimeout: 120_000,
    forceCloseConnections: "idle",
    trustProxy: settings.trustProxy ?? false,
    routerOptions: { maxParamLength: 500 },
    schemaController: { compilersFactory: { buildSerializer: serializerWhenAsked() } },
  } as object).withTypeProvider<TypeBoxTypeProvider>() as unknown as App;

  notePress(app, context.clock, deps.momentOfAskingMs);
  const connections = limitConnections(app.server, settings, (address) => settings.trustProxy?.(address, 0) ?? false);
  app.setErrorHandler(onError);
  app.setValidatorCompiler(validatorCompiler());
  await app.register(cookie);
  await app.register(rateLimit, { global: false, cache: 10_000 });
  const connectsTo = (host: string | undefined) => doorSource(deps.stopDoor?.() ?? null, host);
  await sendSafeHeaders(app, { isTls: settings.tls !== null, connectsTo });
  refuseOverload(app, context.clock, settings.eventLoopDelayMsMax);
  guardRoutes(app, {
    ...settings,
    ...(deps.onRoute ? { onRoute: deps.onRoute } : {}),
    whoIs: (headers, options) => sessions.whoIs(headers, options),
    recall: (headers) => sessions.recall(headers),
    onKnown: (request) => connections.prove(request.raw.socket),
    knownBrowser: deps.knownBrowser ?? (() => null),
  });
  tellFormerPaths(app);
  const { door } = deps;
  if (door) app.addHook("onRequest", async (request) => door(request));
  serialiseFast(app);
  keepIdempotency(app, context);
  sliceLongAnswers(app);
  const stopSweep = deps.isStandby ? () => {} : startSweep({ context, sessions, book: deps.background ?? nobodyTold });
  app.addHook("onClose", async () => stopSweep());
  await describeApi(app, settings.version);
  for (const feature of features) await feature(app);
  await serveConsole(app, settings.webRoot);
  return app;
}
