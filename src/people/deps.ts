import type { Context } from "../context.ts";
import type { KnownBrowsers } from "./known-browsers.ts";
import type { Passwords } from "./passwords.ts";
import type { RefusedSignInBook } from "./refused-sign-ins.ts";
import type { RandomBytes } from "./secret.ts";
import type { Sessions } from "./sessions.ts";
import type { SignInLimit } from "./sign-in-limit.ts";

/** Dependencies of the verbs in this folder. */
export interface PeopleDeps {
  context: Context;
  sessions: Sessions;
  randomBytes: RandomBytes;
  passwords: Passwords;
  signInLimit: SignInLimit;
  refusedSignIns: RefusedSignInBook;
  browsers: KnownBrowsers;
  /** The demo signs in by a one-time link and never asks for a first set-up. */
  isDemo: boolean;
}
