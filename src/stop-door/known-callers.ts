/** The door's copy of who may come. What it says is believed however old it is: STOP is the safe direction. */
import { type Credentials, secretOf } from "../people/credentials.ts";
import { hashSecret } from "../people/secret.ts";
import type { Caller } from "./messages.ts";

export interface KnownCallers {
  change(changes: readonly (readonly [string, Caller | null])[]): void;
  /** Costs one SHA-256 of 46 characters at most; null: a stranger, or one whose session has ended. */
  find(credentials: Credentials, nowMs: number): Caller | null;
  count(): number;
}

export function knownCallers(): KnownCallers {
  const known = new Map<string, Caller>();
  return {
    change(changes) {
      for (const [hash, caller] of changes) {
        if (caller) known.set(hash, caller);
        else known.delete(hash);
      }
    },
    find(credentials, nowMs) {
      const { secret } = secretOf(credentials);
      const caller = secret === null ? undefined : known.get(hashSecret(secret));
      return caller && caller.expiresAtMs > nowMs ? caller : null;
    },
    count: () => known.size,
  };
}
