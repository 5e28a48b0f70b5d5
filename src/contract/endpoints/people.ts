/** Signing in, people and their roles, and API tokens for other systems. */
import { Type } from "typebox";
import { listOf } from "../lists.ts";
import {
  changeOwnBody,
  changePersonBody,
  createdTokenSchema,
  createPersonBody,
  createTokenBody,
  demoSignInBody,
  peoplePageSchema,
  personSchema,
  sessionSchema,
  setUpBody,
  signInBody,
  tokenSchema,
} from "../people.ts";
import { endpoint, nothing } from "./endpoint.ts";
import { idParams, pageQuery } from "./params.ts";

const tag = "session";
/** Bodies here are short, so a stranger's body is read no further than this, bytes. */
const bodyBytesMax = 8_192;
/** Sign-ins with a password are limited by login and address: a limit by address alone would lock colleagues out. */
const byPassword = { tag, right: "public", idempotency: "off", bodyBytesMax } as const;
const guessable = { ...byPassword, isGuessable: true } as const;

export const peopleEndpoints = {
  getSession: endpoint({
    method: "GET",
    path: "/api/v1/session",
    ...{ tag, right: "public" },
    answer: sessionSchema,
  }),
  /** Records that the caller has seen the refused sign-ins with their login. */
  noteRefusedSeen: endpoint({
    method: "POST",
    path: "/api/v1/session/refused-seen",
    ...{ tag, right: "signed-in", status: 204 },
    answer: nothing,
  }),
  signIn: endpoint({
    method: "POST",
    path: "/api/v1/session",
    ...byPassword,
    body: signInBody,
    answer: sessionSchema,
    refusals: ["sign-in-refused", "sign-in-too-often"],
  }),
  signInToDemo: endpoint({
    method: "POST",
    path: "/api/v1/session/demo",
    ...guessable,
    body: demoSignInBody,
    answer: sessionSchema,
    refusals: ["demo-code-used"],
  }),
  setUp: endpoint({
    method: "POST",
    path: "/api/v1/set-up",
    ...guessable,
    status: 201,
    body: setUpBody,
    answer: sessionSchema,
    refusals: ["login-taken", "set-up-code-wrong", "set-up-done"],
  }),
  changeOwn: endpoint({
    method: "PATCH",
    path: "/api/v1/session",
    ...{ tag, right: "signed-in", bodyBytesMax, isGuessable: true },
    body: changeOwnBody,
    answer: personSchema,
    refusals: ["password-same", "password-wrong", "sign-in-too-often"],
  }),
  /** Signing out of a session that has already ended is no error. */
  signOut: endpoint({
    method: "DELETE",
    path: "/api/v1/session",
    ...{ tag, right: "public", status: 204 },
    answer: nothing,
  }),
  listPeople: endpoint({
    method: "GET",
    path: "/api/v1/people",
    ...{ tag: "people", right: "look" },
    query: Type.Object(
      { q: Type.Optional(Type.String({ maxLength: 80 })), ...pageQuery },
      { additionalProperties: false },
    ),
    answer: peoplePageSchema,
    formerList: "rows",
    refusals: ["cursor-invalid"],
  }),
  getPerson: endpoint({
    method: "GET",
    path: "/api/v1/people/:id",
    ...{ tag: "people", right: "people", params: idParams },
    answer: personSchema,
    refusals: ["person-unknown"],
  }),
  createPerson: endpoint({
    method: "POST",
    path: "/api/v1/people",
    // The body may hold a first password, so not even its hash is remembered.
    ...{ tag: "people", right: "people", status: 201, idempotency: "off" },
    body: createPersonBody,
    answer: personSchema,
    refusals: ["login-taken"],
  }),
  changePerson: endpoint({
    method: "PATCH",
    path: "/api/v1/people/:id",
    ...{ tag: "people", right: "people", params: idParams },
    body: changePersonBody,
    answer: personSchema,
    refusals: ["last-administrator", "person-unknown", "version-differs", "version-missing"],
  }),
  listTokens: endpoint({
    method: "GET",
    path: "/api/v1/tokens",
    ...{ tag: "tokens", right: "tokens" },
    answer: listOf(tokenSchema),
    formerList: "whole",
  }),
  createToken: endpoint({
    method: "POST",
    path: "/api/v1/tokens",
    // The answer holds the secret, which is shown once and never stored.
    ...{ tag: "tokens", right: "tokens", status: 201, idempotency: "once" },
    body: createTokenBody,
    answer: createdTokenSchema,
  }),
  revokeToken: endpoint({
    method: "DELETE",
    path: "/api/v1/tokens/:id",
    ...{ tag: "tokens", right: "tokens", params: idParams, status: 204 },
    answer: nothing,
    refusals: ["token-unknown"],
  }),
};
