import type { Context } from "../context.ts";
import type { PeopleDeps } from "./deps.ts";
import { makeKnownBrowsers } from "./known-browsers.ts";
import { makePasswords } from "./passwords.ts";
import { makeRefusedSignIns } from "./refused-sign-ins.ts";
import type { RandomBytes } from "./secret.ts";
import { makeSessions } from "./sessions.ts";
import { makeSignInLimit } from "./sign-in-limit.ts";

export interface PeopleSettings {
  isDemo: boolean;
  /** Key for recognising browsers that have signed in before; default: one that is lost at a restart. */
  browserKey?: Buffer;
  /** Called when somebody is guessing this person's password, so that their open consoles can say so. */
  onRefusedSignIns?: (personId: string) => void;
}

/** The dependencies of all verbs and routes about people. `randomBytes`: node:crypto's, or a seeded one in a simulation. */
export function openPeople(context: Context, randomBytes: RandomBytes, settings: PeopleSettings): PeopleDeps {
  return {
    context,
    randomBytes,
    isDemo: settings.isDemo,
    sessions: makeSessions({ db: context.db, clock: context.clock, randomBytes }),
    passwords: makePasswords(randomBytes),
    signInLimit: makeSignInLimit(),
    refusedSignIns: makeRefusedSignIns((personId) => settings.onRefusedSignIns?.(personId)),
    browsers: makeKnownBrowsers(settings.browserKey ?? randomBytes(32), randomBytes),
  };
}
