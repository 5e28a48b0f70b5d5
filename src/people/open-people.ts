import type { House } from "../house.ts";
import type { PeopleDeps } from "./deps.ts";
import { makePasswords } from "./passwords.ts";
import type { RandomBytes } from "./secret.ts";
import { makeSessions } from "./sessions.ts";
import { makeSignInLimit } from "./sign-in-limit.ts";

/** Everything that the verbs and routes of people need. `randomBytes`: node:crypto's, or a seeded one in a simulation. */
export function openPeople(house: House, randomBytes: RandomBytes, settings: { isDemo: boolean }): PeopleDeps {
  return {
    house,
    randomBytes,
    isDemo: settings.isDemo,
    sessions: makeSessions({ db: house.db, clock: house.clock, randomBytes }),
    passwords: makePasswords(randomBytes),
    signInLimit: makeSignInLimit(),
  };
}
