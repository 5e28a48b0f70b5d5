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
  /** Proves browsers that have signed in before; left out: one that a restart forgets. */
  browserKey?: Buffer;
  /** Somebody is guessing this person's password: their open consoles should say so. */
  onRefusedSignIns?: (personId: string) => void;
}

/** Everything that the verbs and routes of people need. `randomBytes`: node:crypto's, or a seeded one in a simulation. */
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
