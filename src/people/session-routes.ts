import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import { peopleEndpoints } from "../contract/endpoints/people.ts";
import { Refusal } from "../contract/errors.ts";
import type { Person, StopDoorAddress } from "../contract/people.ts";
import { mount } from "../http/mount.ts";
import type { App } from "../http/route.ts";
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

/** `stopDoor` returns the address of STOP's own door; null where there is none. */
export function sessionRoutes(app: App, deps: PeopleDeps, stopDoor: () => StopDoorAddress | null = () => null): void {
  const { context, isDemo } = deps;

  // Once there is an administrator there always will be one (last-administrator), so this is not checked again.
  let isSetUp = isDemo;
  async function sessionView(person: Person | null) {
    isSetUp ||= await hasAdministrator(context.db);
    const refusedSignIns = person ? deps.refusedSignIns.of(person.id) : null;
    const siteName = context.layout.site.name;
    const door = person ? stopDoor() : null;
    return { setUpPending: !isSetUp, isDemo, person, siteName, refusedSignIns, stopDoor: door };
  }

  mount(app, peopleEndpoints.getSession, (request, reply) => {
    // The person signed in before this cookie existed: remember the browser from now on.
    if (request.person && deps.browsers.find(request.headers.cookie, request.person.login) === null)
      giveBrowserCookie(request, reply, request.person.login);
    return sessionView(request.person);
  });
  mount(app, peopleEndpoints.noteRefusedSeen, (request) => {
    if (request.person) deps.refusedSignIns.seen(request.person.id);
  });
  mount(app, peopleEndpoints.signIn, async (request, reply) => {
    const { cookie } = request.headers;
    const asked = { ...request.body, address: request.ip, formerHash: formerHashOf(request), cookie };
    const { secret, person } = await signIn(deps, asked);
    giveCookie(request, reply, secret);
    giveBrowserCookie(request, reply, person.login);
    return sessionView(person);
  });
  mount(app, peopleEndpoints.signInToDemo, async (request, reply) => {
    const { secret, person } = await demoSignIn(deps, request.body.code, request.ip, formerHashOf(request));
    giveCookie(request, reply, secret);
    return sessionView(person);
  });
  mount(app, peopleEndpoints.setUp, async (request, reply) => {
    const person = await setUp(deps, request.body);
    const secret = await startSession(deps, person.id, formerHashOf(request), { by: "set-up", address: request.ip });
    giveCookie(request, reply, secret);
    giveBrowserCookie(request, reply, person.login);
    return sessionView(person);
  });
  mount(app, peopleEndpoints.changeOwn, (request) => {
    if (!request.person) throw new Refusal("not-allowed");
    return changeOwn(deps, request.person.id, formerHashOf(request), request.body);
  });
  function giveBrowserCookie(request: Asked, reply: FastifyReply, login: string): void {
    const value = deps.browsers.add(request.headers.cookie, login);
    reply.setCookie(browserCookieName, value, { ...cookieSettings(request), maxAge: browserCookieAgeS });
  }

  mount(app, peopleEndpoints.signOut, async (request, reply) => {
    const hash = formerHashOf(request);
    if (request.person && hash) await signOut(deps, request.person.id, hash);
    reply.clearCookie(cookieName, cookieSettings(request));
  });
}

type Asked = Pick<FastifyRequest, "headers" | "protocol">;

function formerHashOf(request: Asked): string | null {
  const secret = sessionSecretOf(request.headers.cookie);
  return secret === null ? null : hashSecret(secret);
}

function cookieSettings(request: Asked): CookieSerializeOptions {
  return { path: "/", httpOnly: true, sameSite: "strict", secure: request.protocol === "https" };
}

function giveCookie(request: Asked, reply: FastifyReply, secret: string): void {
  reply.setCookie(cookieName, secret, { ...cookieSettings(request), maxAge: sessionAgeMsMax / 1000 });
}
