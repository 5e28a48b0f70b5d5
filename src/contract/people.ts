import { type Static, Type } from "typebox";
import { listOf } from "./lists.ts";
import { roles } from "./roles.ts";

const strict = { additionalProperties: false } as const;
const roleSchema = Type.Enum([...roles]);
const login = Type.String({ pattern: "^[a-zA-Z0-9._-]{2,40}$" });
const password = Type.String({ minLength: 10, maxLength: 200 });
const language = Type.Union([Type.Literal("zh"), Type.Literal("en")]);

/** The first visit, with the code printed at start, creates the administrator. */
export const setUpBody = Type.Object(
  {
    code: Type.String({ minLength: 6, maxLength: 64 }),
    login,
    name: Type.String({ minLength: 1, maxLength: 80 }),
    password,
    language,
  },
  strict,
);
export const signInBody = Type.Object(
  { login: Type.String({ maxLength: 80 }), password: Type.String({ maxLength: 200 }) },
  strict,
);
/** Signs in with the demo's one-time link. */
export const demoSignInBody = Type.Object({ code: Type.String({ maxLength: 100 }) }, strict);

export const personSchema = Type.Object(
  {
    id: Type.String(),
    login: Type.String(),
    name: Type.String(),
    roles: Type.Array(roleSchema),
    language,
    isActive: Type.Boolean(),
    canSignIn: Type.Boolean(),
    version: Type.Integer(),
  },
  strict,
);
export const createPersonBody = Type.Object(
  {
    login,
    name: Type.String({ minLength: 1, maxLength: 80 }),
    roles: Type.Array(roleSchema, { maxItems: 5 }),
    language,
    /** Left out: a borrower who cannot sign in. */
    password: Type.Optional(password),
  },
  strict,
);
export const changePersonBody = Type.Partial(
  Type.Object({
    name: Type.String({ minLength: 1, maxLength: 80 }),
    roles: Type.Array(roleSchema),
    language,
    isActive: Type.Boolean(),
    password,
  }),
  strict,
);
/** Refused sign-ins with the caller's login since they last looked: somebody may be guessing the password. */
export const refusedSignInsSchema = Type.Object(
  {
    count: Type.Integer(),
    lastAtMs: Type.Integer(),
    /** Addresses of the refused sign-ins, newest first; of many, only some. */
    addresses: Type.Array(Type.String()),
  },
  strict,
);
export type RefusedSignIns = Static<typeof refusedSignInsSchema>;
/**
 * STOP's own door, as a browser reaches it: `url` if set (a path is on the console's host), else the console's host with `port`.
 */
export const stopDoorSchema = Type.Object(
  { url: Type.Union([Type.String(), Type.Null()]), port: Type.Integer() },
  strict,
);
export type StopDoorAddress = Static<typeof stopDoorSchema>;
/** The signed-in person and their rights; pending set-up tells the console to show the first-run page. */
export const sessionSchema = Type.Object(
  {
    setUpPending: Type.Boolean(),
    isDemo: Type.Boolean(),
    person: Type.Union([personSchema, Type.Null()]),
    siteName: Type.Object({ zh: Type.String(), en: Type.String() }),
    refusedSignIns: Type.Union([refusedSignInsSchema, Type.Null()]),
    /** Null before sign-in, and where there is no such door. */
    stopDoor: Type.Union([stopDoorSchema, Type.Null()]),
  },
  strict,
);
/** Fields that all people may change about themselves. */
export const changeOwnBody = Type.Partial(
  Type.Object({ language, password, currentPassword: Type.String({ maxLength: 200 }) }),
  strict,
);
/** Without the right "people": only active people, without their roles, to choose a borrower. */
export const peoplePageSchema = listOf(personSchema);
export const createTokenBody = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 80 }), roles: Type.Array(roleSchema, { minItems: 1 }) },
  strict,
);
export const tokenSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    roles: Type.Array(roleSchema),
    createdAtMs: Type.Integer(),
    revokedAtMs: Type.Union([Type.Integer(), Type.Null()]),
  },
  strict,
);
export const createdTokenSchema = Type.Object({ ...tokenSchema.properties, secret: Type.String() }, strict);

export type Person = Static<typeof personSchema>;
export type Session = Static<typeof sessionSchema>;
export type CreatePersonBody = Static<typeof createPersonBody>;
export type ChangePersonBody = Static<typeof changePersonBody>;
export type ChangeOwnBody = Static<typeof changeOwnBody>;
export type CreateTokenBody = Static<typeof createTokenBody>;
export type TokenView = Static<typeof tokenSchema>;
export type CreatedToken = Static<typeof createdTokenSchema>;
export type SetUpBody = Static<typeof setUpBody>;
