import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "../contract/errors.ts";
import {
  changeOwnBody,
  demoSignInBody,
  type Person,
  personSchema,
  type StopDoorAddress,
  sessionSchema,
  setUpBody,
  signInBody,
} from "../contract/people.ts";
import { type App, nothing } from "../http/route.ts";
import { hasAdministrator } from "./administrators.ts";
import { sessionAgeMsMax } from "./ask-credentials.ts";
import { changeOwn } from "./change-person.ts";
import { cookieName, sessionSecretOf } from "./credentials.ts";
import { demoSignIn } from "./demo-sign-in.ts";
import type { PeopleDeps } from "./deps.ts";
import { browserCookieAgeS, browserCookieName } from "./known-browsers.ts";
import { hashSecret } from "./secret.ts";
import { setUp } from "./set-up.ts";
import { signIn, startSession } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";

/** Nothing here is long: a stranger's body is read this far. */
const bodyLimit = 8_192;
const tags = ["session"];
const guessable = { right: "public", isGuessable: true, idempotency: "off" } as const;
/** Passwords have a limit of their own (sign-in-limit), by login and address: one by address alone would shut colleagues out. */
const byPassword = { right: "public", idempotency: "off" } as const;

/** `stopDoor`: where STOP's own door is; null where there is none. */
export function sessionRoutes(app: App, deps: PeopleDeps, stopDoor: () => StopDoorAddress | null = () => null): void {
  const { house, isDemo } = deps;

  // Once there is an administrator there will always be one (last-administrator): it need not be asked again.
  let isSetUp = isDemo;
  async function sessionView(person: Person | null) {
    isSetUp ||= await hasAdministrator(house.db);
    const refusedSignIns = person ? deps.refusedSignIns.of(person.id) : null;
    const siteName = house.layout.site.name;
    const door = person ? stopDoor() : null;
    return { setUpPending: !isSetUp, isDemo, person, siteName, refusedSignIns, stopDoor: door };
  }

  app.get(
    "/api/v1/session",
    { config: { right: "public" }, schema: { tags, response: { 200: sessionSchema } } },
    (request, reply) => {
      // Signed in since before there was this cookie: it is known from now on.
      if (request.person && deps.browsers.find(request.headers.cookie, request.person.login) === null)
        giveBrowserCookie(request, reply, request.person.login);
      return sessionView(request.person);
    },
  );
  app.post(
    "/api/v1/session/refused-seen",
    { config: { right: "signed-in" }, schema: { tags, response: { 204: nothing } } },
    async (request, reply) => {
      if (request.person) deps.refusedSignIns.seen(request.person.id);
      return reply.code(204).send();
    },
  );
  app.post(
    "/api/v1/session",
    { config: byPassword, bodyLimit, schema: { tags, body: signInBody, response: { 200: sessionSchema } } },
    async (request, reply) => {
      const { cookie } = request.headers;
      const asked = { ...request.body, address: request.ip, formerHash: formerHashOf(request), cookie };
      const { secret, person } = await signIn(deps, asked);
      giveCookie(request, reply, secret);
      giveBrowserCookie(request, reply, person.login);
      return sessionView(person);
    },
  );
  app.post(
    "/api/v1/session/demo",
    { config: guessable, bodyLimit, schema: { tags, body: demoSignInBody, response: { 200: sessionSchema } } },
    async (request, reply) => {
      const { secret, person } = await demoSignIn(deps, request.body.code, request.ip, formerHashOf(request));
      giveCookie(request, reply, secret);
      return sessionView(person);
    },
  );
  app.post(
    "/api/v1/set-up",
    { config: guessable, bodyLimit, schema: { tags, body: setUpBody, response: { 201: sessionSchema } } },
    async (request, reply) => {
      const person = await setUp(deps, request.body);
      const secret = await startSession(deps, person.id, formerHashOf(request), { by: "set-up", address: request.ip });
      giveCookie(request, reply, secret);
      giveBrowserCookie(request, reply, person.login);
      return reply.code(201).send(await sessionView(person));
    },
  );
  app.patch(
    "/api/v1/session",
    {
      config: { right: "signed-in", isGuessable: true },
      bodyLimit,
      schema: { tags, body: changeOwnBody, response: { 200: personSchema } },
    },
    async (request) => {
      if (!request.person) throw new Refusal("not-allowed");
      return changeOwn(deps, request.person.id, formerHashOf(request), request.body);
    },
  );
  function giveBrowserCookie(request: FastifyRequest, reply: FastifyReply, login: string): void {
    const value = deps.browsers.add(request.headers.cookie, login);
    reply.setCookie(browserCookieName, value, { ...cookieSettings(request), maxAge: browserCookieAgeS });
  }

  // Signing out of a session that is over already is no fault.
  app.delete(
    "/api/v1/session",
    { config: { right: "public" }, schema: { tags, response: { 204: nothing } } },
    async (request, reply) => {
      const hash = formerHashOf(request);
      if (request.person && hash) await signOut(deps, request.person.id, hash);
      return reply.clearCookie(cookieName, cookieSettings(request)).code(204).send();
    },
  );
}

function formerHashOf(request: FastifyRequest): string | null {
  const secret = sessionSecretOf(request.headers.cookie);
  return secret === null ? null : hashSecret(secret);
}

function cookieSettings(request: FastifyRequest): CookieSerializeOptions {
  return { path: "/", httpOnly: true, sameSite: "strict", secure: request.protocol === "https" };
}

function giveCookie(request: FastifyRequest, reply: FastifyReply, secret: string): void {
  reply.setCookie(cookieName, secret, { ...cookieSettings(request), maxAge: sessionAgeMsMax / 1000 });
}
