/** How often may a password be guessed: per login and address, per login, per address. Pure but for its counts. */

const windowMs = 15 * 60_000;
/** Failures in a window. The limit per login alone is high: otherwise anybody could lock out anybody. */
export const signInLimits = { loginAndAddressMax: 5, loginMax: 100, addressMax: 50 } as const;
const countsMax = 20_000;

interface Count {
  attempts: number;
  endsAtMs: number;
}

export interface SignInLimit {
  /** Counts an attempt before it is checked, so that parallel guesses count too; seconds to wait, 0 = go on. */
  attempt(login: string, address: string, nowMs: number): { waitS: number; isFirstRefusal: boolean };
  /** The password was right: the attempt does not count. */
  succeeded(login: string, address: string): void;
}

export function makeSignInLimit(): SignInLimit {
  const counts = new Map<string, Count>();
  const refusedTold = new Map<string, number>();

  function keysOf(login: string, address: string): [string, number][] {
    const name = login.toLowerCase();
    return [
      [`both ${name} ${address}`, signInLimits.loginAndAddressMax],
      [`login ${name}`, signInLimits.loginMax],
      [`address ${address}`, signInLimits.addressMax],
    ];
  }

  return {
    attempt(login, address, nowMs) {
      const keys = keysOf(login, address);
      for (const [key, attemptsMax] of keys) {
        const count = counts.get(key);
        if (!count || count.endsAtMs <= nowMs || count.attempts < attemptsMax) continue;
        const isFirstRefusal = refusedTold.get(key) !== count.endsAtMs;
        remember(refusedTold, key, count.endsAtMs);
        return { waitS: Math.ceil((count.endsAtMs - nowMs) / 1000), isFirstRefusal };
      }
      for (const [key] of keys) {
        const count = counts.get(key);
        if (count && count.endsAtMs > nowMs) count.attempts++;
        else remember(counts, key, { attempts: 1, endsAtMs: nowMs + windowMs });
      }
      return { waitS: 0, isFirstRefusal: false };
    },
    succeeded(login, address) {
      const [both, ...others] = keysOf(login, address).map(([key]) => key);
      if (both !== undefined) counts.delete(both);
      for (const key of others) {
        const count = counts.get(key);
        if (count) count.attempts--;
      }
    },
  };
}

/** The newest last; the oldest goes when there are too many. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= countsMax) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
