/**
 * How often a password may be tried, so that guessing is slow and cannot lock anybody out. Pure, with internal counts.
 * A stranger slows down only their own address at one login; a browser that has signed in before has a limit of its own.
 */
import { sourceOf } from "../http/source-of.ts";

export const signInLimits = {
  /** Tries of one login from one address; after them each failure doubles the wait. */
  freeTries: 5,
  firstWaitMs: 5_000,
  waitMsMax: 15 * 60_000,
  /** A pair without tries for this long starts again. */
  forgottenAfterMs: 60 * 60_000,
  /** Tries of one login from all unknown places together: many, and then one in this time. A single address never reaches it. */
  loginTries: 60,
  loginRefillMs: 30_000,
  /** Tries from one address over all logins that never signed in from there. */
  addressTries: 60,
  addressRefillMs: 2_000,
} as const;
const countsMax = 20_000;
const toldEveryMs = 15 * 60_000;

export interface SignInTry {
  login: string;
  address: string;
  /** Id of a browser that has signed in with this login before, proven by its cookie. */
  browser: string | null;
}

export interface SignInLimit {
  /**
   * Counts a try before it is checked, so that parallel guesses count too; returns seconds to wait, 0 = go on. Monotonic clock.
   */
  attempt(tried: SignInTry, monoMs: number): { waitS: number; isFirstRefusal: boolean };
  /** The password was right: the try is not counted, and the address becomes known for this login. */
  succeeded(tried: SignInTry): void;
}

interface Pair {
  tries: number;
  notBeforeMs: number;
  lastMs: number;
}
interface Bucket {
  left: number;
  atMs: number;
}

export function makeSignInLimit(): SignInLimit {
  const pairs = new Map<string, Pair>();
  const buckets = new Map<string, Bucket>();
  const trusted = new Map<string, true>();
  const toldUntil = new Map<string, number>();

  const pairOf = ({ login, address, browser }: SignInTry) =>
    browser === null ? `${login.toLowerCase()} ${sourceOf(address)}` : `browser ${browser}`;
  const loginKey = ({ login }: SignInTry) => `login ${login.toLowerCase()}`;
  const addressKey = ({ address }: SignInTry) => `address ${sourceOf(address)}`;

  /** From a known browser, or from an address where this login has signed in: only the waits of this pair apply. */
  const isKnown = (tried: SignInTry) => tried.browser !== null || trusted.has(pairOf(tried));

  /** Milliseconds until a try is available. */
  function lacking(key: string, most: number, refillMs: number, monoMs: number): number {
    const known = buckets.get(key) ?? { left: most, atMs: monoMs };
    const left = Math.min(most, known.left + Math.max(0, monoMs - known.atMs) / refillMs);
    remember(buckets, key, { left, atMs: monoMs });
    return left >= 1 ? 0 : (1 - left) * refillMs;
  }

  const spend = (key: string, by: number) => {
    const bucket = buckets.get(key);
    if (bucket) bucket.left -= by;
  };

  function waitOf(tried: SignInTry, pair: Pair, monoMs: number): number {
    if (pair.notBeforeMs > monoMs) return pair.notBeforeMs - monoMs;
    if (isKnown(tried)) return 0;
    const { loginTries, loginRefillMs, addressTries, addressRefillMs } = signInLimits;
    const ofLogin = lacking(loginKey(tried), loginTries, loginRefillMs, monoMs);
    const ofAddress = lacking(addressKey(tried), addressTries, addressRefillMs, monoMs);
    return Math.max(ofLogin, ofAddress);
  }

  return {
    attempt(tried, monoMs) {
      const key = pairOf(tried);
      const { freeTries, firstWaitMs, waitMsMax, forgottenAfterMs } = signInLimits;
      const known = pairs.get(key);
      const pair =
        known && monoMs - known.lastMs < forgottenAfterMs ? known : { tries: 0, notBeforeMs: 0, lastMs: monoMs };
      const waitMs = waitOf(tried, pair, monoMs);
      if (waitMs > 0) {
        const isFirstRefusal = (toldUntil.get(key) ?? monoMs) <= monoMs;
        if (isFirstRefusal) remember(toldUntil, key, monoMs + toldEveryMs);
        return { waitS: Math.ceil(waitMs / 1000), isFirstRefusal };
      }
      const tries = pair.tries + 1;
      const growing = Math.min(waitMsMax, firstWaitMs * 2 ** Math.min(20, tries - freeTries));
      remember(pairs, key, { tries, notBeforeMs: tries < freeTries ? 0 : monoMs + growing, lastMs: monoMs });
      if (!isKnown(tried)) {
        spend(loginKey(tried), 1);
        spend(addressKey(tried), 1);
      }
      return { waitS: 0, isFirstRefusal: false };
    },
    succeeded(tried) {
      pairs.delete(pairOf(tried));
      if (!isKnown(tried)) {
        spend(loginKey(tried), -1);
        spend(addressKey(tried), -1);
      }
      remember(trusted, pairOf({ ...tried, browser: null }), true);
    },
  };
}

/** Newest last; the oldest is dropped when there are too many. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= countsMax) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
